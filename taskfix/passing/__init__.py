"""How a set may be passed along: which functions may get a parameter, and from whom."""
