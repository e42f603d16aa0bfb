"""Verbs of notices, letters, interviews."""
