"""Verbs of the register and the returns."""
