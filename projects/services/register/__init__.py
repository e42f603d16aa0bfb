"""Verbs of the register: each writes one record with its trail, or refuses with sentences that name the fields."""
