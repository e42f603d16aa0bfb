"""Starting, recognizing and ending processes."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from config.launcher.account import Account

LOG_LIMIT = 20 * 1024 * 1024
"""Bytes; a log larger than this at a start is kept once as `.1`."""

PR_SET_PDEATHSIG = 1


def spawn(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    log: Path,
    account: Account | None = None,
    cwd: Path | None = None,
    signal_on_parent_death: signal.Signals | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session (Ctrl-C reaches the supervisor only), its output in a log."""
    identity = account.identity() if account else {}
    if signal_on_parent_death is not None and sys.platform == "linux":
        # Set after the change of account, which would clear it. A supervisor killed with SIGKILL cannot stop
        # its children: the kernel does it.
        identity["preexec_fn"] = _die_with_parent(signal_on_parent_death)
    with open_log(log) as output:
        return subprocess.Popen(
            list(argv), env=dict(env), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            cwd=cwd, start_new_session=True, **identity,
        )  # fmt: skip


def open_log(log: Path) -> BinaryIO:
    """Open a log for appending; one that has grown too large is put aside first."""
    with contextlib.suppress(FileNotFoundError):
        if log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(log.suffix + ".1"))
    return log.open("ab")


def last_lines(log: Path, count: int = 8) -> str:
    """The end of a log, for a message."""
    try:
        with log.open("rb") as handle:
            handle.seek(max(0, log.stat().st_size - 8192))
            text = handle.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-count:])


def _die_with_parent(number: signal.Signals) -> Callable[[], None]:
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def call() -> None:
        prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)

    return call


def birth(pid: int) -> str | None:
    """The kernel's start time of a living process; None when it is gone (a zombie counts as gone).

    A process id alone proves nothing: after a restart of a container the numbers come again.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    state, start = fields[0], fields[19]
    return None if state in {"Z", "X"} else start


class Children:
    """The record of started processes in one data folder; survives the supervisor."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def living(self) -> dict[str, int]:
        """Name → process id of recorded children that are still the same process, in start order."""
        return {
            name: pid
            for name, (pid, start) in self._read().items()
            if start is not None and birth(pid) == start
        }

    def add(self, name: str, pid: int) -> None:
        """Record a start; a restart moves to the end only if it was not there."""
        known = self._read()
        known[name] = (pid, birth(pid))
        self._write(known)

    def remove(self, name: str) -> None:
        """Forget a child that has ended."""
        known = self._read()
        if known.pop(name, None) is not None:
            self._write(known)

    def _read(self) -> dict[str, tuple[int, str | None]]:
        try:
            raw = json.loads(self._path.read_text(encoding="utf-8"))
            return {str(name): (int(pid), start) for name, (pid, start) in raw.items()}
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, AttributeError):
            return {}  # torn by a full disk: the services themselves still refuse a second writer

    def _write(self, known: dict[str, tuple[int, str | None]]) -> None:
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps(known), encoding="utf-8")
        draft.replace(self._path)


STOP_SIGNALS = {"postgres": signal.SIGINT}
"""PostgreSQL: SIGINT is the fast shutdown; SIGTERM would wait for every client. Others: SIGTERM."""

LAST_RESORT = {"postgres": signal.SIGQUIT}
"""SIGQUIT lets PostgreSQL end its backends; SIGKILL would leave them holding shared memory."""


def stop_recorded(children: Children, *, timeout: float = 15.0) -> list[str]:
    """Stop processes that an earlier supervisor left behind, last started first; returns their names."""
    left = list(children.living().items())
    for name, pid in reversed(left):
        start = birth(pid)
        _signal(pid, STOP_SIGNALS.get(name, signal.SIGTERM))
        if not _gone(pid, start, timeout):
            _signal(pid, LAST_RESORT.get(name, signal.SIGKILL))
            _gone(pid, start, 5.0)
        end_group(pid)
        children.remove(name)
    return [name for name, _ in left]


def end_group(pid: int) -> None:
    """End what a dead child left in its process group: granian's and Celery's own children live on alone.

    PostgreSQL's backends are in groups of their own and go by themselves.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _gone(pid: int, start: str | None, timeout: float) -> bool:
    deadline = time.monotonic() + timeout
    while birth(pid) == start:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
