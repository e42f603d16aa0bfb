"""Forms of the register and the returns."""
