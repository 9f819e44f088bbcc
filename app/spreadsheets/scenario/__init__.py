"""A scenario as a workbook, there and back."""
