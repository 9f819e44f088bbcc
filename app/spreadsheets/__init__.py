"""Workbooks for finance: plans, comparisons and scenarios as XLSX and CSV, and what people send back."""
