"""The JSON interface of the tablets (/api/v1/)."""
