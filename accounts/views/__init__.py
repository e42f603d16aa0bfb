"""Pages of signing in, of the own account, and of people and their roles."""

from accounts.views.session import locked_out

__all__ = ["locked_out"]
