"""Measures taskfix on labelled snippets and on real packages, beside other linters."""
