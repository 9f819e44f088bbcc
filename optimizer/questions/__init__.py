"""What needs solves to answer: one question, one file."""
