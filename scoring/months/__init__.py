"""A month as a whole: its inputs, its result, how both are stored and read back."""
