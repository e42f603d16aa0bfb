"""Measurements on a generated country of 21 cities. Nothing of the product imports this."""
