"""What each limit is worth at a plan, and on which side."""
