"""Progress for a person at a terminal: what is being done now, and how long it has taken so far."""

from __future__ import annotations

import sys
import time
from typing import TextIO


class Console:
    """Writes one line per step with the seconds since the start."""

    def __init__(self, stream: TextIO | None = None, *, quiet: bool = False) -> None:
        self._stream = stream or sys.stdout
        self._quiet = quiet
        self._started = time.monotonic()

    def step(self, text: str) -> None:
        """Say what is being done, with the elapsed time."""
        if not self._quiet:
            self._write(f"[{time.monotonic() - self._started:6.1f} 秒] {text}")

    def line(self, text: str = "") -> None:
        """A plain line: the address, a log-in, a result."""
        if not self._quiet:
            self._write(text)

    def warn(self, text: str) -> None:
        """Something the operator should know; printed even when quiet."""
        self._write(f"[{time.monotonic() - self._started:6.1f} 秒] 注意：{text}")

    def _write(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()
