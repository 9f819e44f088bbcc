"""What each limit is worth at a plan, on which side, and how far that holds."""
