"""Verbs of documents and of founding a city."""
