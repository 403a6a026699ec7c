"""The whole flow: which holder each site gets, and what the files become."""
