"""Tests of taskfix, which would also be right for another program that does the same job."""
