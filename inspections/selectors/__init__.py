"""Reads of inspections and findings."""
