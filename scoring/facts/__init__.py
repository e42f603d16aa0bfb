"""Facts of a month: set-based SQL over the records, one query per family for all counties at once.

What each fact means is in docs/facts.md; every number that a definition needs comes from the rubric.
"""
