"""Verbs of rubrics and months."""
