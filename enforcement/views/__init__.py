"""Pages of notices and interviews."""
