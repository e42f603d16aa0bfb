"""Reads of months, runs and scores."""
