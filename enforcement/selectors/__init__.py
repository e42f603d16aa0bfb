"""Reads of notices, letters, interviews."""
