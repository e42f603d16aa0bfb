"""Filters of notices and interviews."""
