"""Cells in groups, whose own limits are kept while all other rows are priced, searched by choices of what is off."""
