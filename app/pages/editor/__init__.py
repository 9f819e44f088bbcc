"""One form for everything that a scenario can state, made from the wire's own description."""
