"""What stops a start."""

from __future__ import annotations


class LaunchError(Exception):
    """The start cannot go on. The message is one Chinese sentence that also says what to do about it."""


class StopRequested(Exception):
    """The operator asked for the end (Ctrl-C or SIGTERM) while something was still being prepared."""
