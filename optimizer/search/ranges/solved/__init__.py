"""One limit: solved again with it moved, the whole or what is near the plan."""
