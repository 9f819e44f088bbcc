"""From a rough point to the optimum by Newton's method, in spends alone; what is found is proved elsewhere."""
