"""Verbs of plans, inspections and findings."""
