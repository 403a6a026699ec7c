"""What the callables of libraries do with their arguments, and what they give: data."""
