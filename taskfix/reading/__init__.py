"""Bytes to facts: which files of a project are read, and how."""
