"""Finds, reads and writes files: everything of the program that touches the disk is here."""
