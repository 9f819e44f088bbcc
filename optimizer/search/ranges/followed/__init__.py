"""One limit: the optimality conditions followed from one change of what binds to the next."""
