"""What several files say together: imports, definitions, callers and mentions."""
