"""Breaks runs of ``taskfix apply`` at chosen points, and looks at what is left of the project."""
