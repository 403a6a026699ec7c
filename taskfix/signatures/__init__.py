"""May a function get a parameter: who reads its signature, and who may call it."""
