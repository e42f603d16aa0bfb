"""Pure rules of the register and the returns: no database, no request, no clock."""
