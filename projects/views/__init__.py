"""Pages of the register and the returns."""
