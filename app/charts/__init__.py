"""Charts as pictures, drawn offline."""
