"""Reads of organizations, their people and what these signed."""
