"""Fitted models of other tools and tables of curves, as curve sets."""
