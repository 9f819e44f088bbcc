"""All limits at once: predicted from the optimality conditions at the plan, and looked at where they end."""
