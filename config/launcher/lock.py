"""One `up` per data folder, any number of management commands beside each other.

The lock belongs to the open file (flock): the kernel drops it when its holder dies, however it dies, so a
stale lock cannot exist.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class DataLock:
    """A lock on one data folder, exclusive for `up`, shared for commands that use the services."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def try_exclusive(self) -> bool:
        """Take it alone; False when anybody else has it."""
        return self._try(fcntl.LOCK_EX)

    def try_shared(self) -> bool:
        """Take it together with other commands; False when `up` has it."""
        return self._try(fcntl.LOCK_SH)

    def release(self) -> None:
        """Give it back."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self._open(), kind | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            return False
        return True

    def _open(self) -> int:
        self.release()
        self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        return self._handle


@contextlib.contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Wait until nobody else is inside."""
    with path.open("a") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def write_state(path: Path, **values: Any) -> None:
    """Tell others who holds the lock (process id, address)."""
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps({"pid": os.getpid(), **values}, ensure_ascii=False), encoding="utf-8")
    draft.replace(path)


def read_state(path: Path) -> dict[str, Any]:
    """What the holder wrote; empty when nothing readable is there."""
    with contextlib.suppress(OSError, ValueError):
        value = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(value, dict):
            return value
    return {}
