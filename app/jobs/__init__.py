"""What goes on by itself, beside the requests."""
