"""Which limits cannot all hold, and what would mend it."""
