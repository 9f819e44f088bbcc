"""How far the price of each limit holds: as predicted, by following what binds, or by solving again."""
