"""The search for cyclic garbage, put off while much plain data is built.

Python looks through all living containers again and again while their number grows. A workbook of thousands of rows
makes hundreds of thousands of them and not one cycle: what is let go is freed by its count of references all the same.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class _Pauses:
    """How many blocks wait; the search is one for the whole process."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.depth = 0
        self.was_enabled = False


_pauses = _Pauses()


@contextmanager
def collection_paused() -> Iterator[None]:
    """No search for cycles within the block, in any thread; nesting is allowed. Also a decorator."""
    with _pauses.lock:
        if _pauses.depth == 0:
            _pauses.was_enabled = gc.isenabled()
            gc.disable()
        _pauses.depth += 1
    try:
        yield
    finally:
        with _pauses.lock:
            _pauses.depth -= 1
            if _pauses.depth == 0 and _pauses.was_enabled:
                gc.enable()
