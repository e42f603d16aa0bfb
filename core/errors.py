"""Errors that a person may read."""


class DomainError(Exception):
    """A rule of the trade was broken. `str()` of it is one Chinese sentence ending with 。

    Subclasses are named after what happened (`NoticeAlreadyClosed`), so that views and tests catch
    the case and not its wording.
    """
