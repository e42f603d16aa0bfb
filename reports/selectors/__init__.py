"""Reads for screens and documents."""
