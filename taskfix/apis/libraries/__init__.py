"""The rows of the table, one file for each library or kind of API. A new family is one new file.

A file has ``APIS``, its rows. Nothing else has to know of it: whatever is said of an API here holds
for detection, for the helpers and sets that are found, and for what is written.
"""
