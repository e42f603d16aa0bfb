"""Real processes to kill, forked from one that has loaded the product once: to start each anew costs four seconds."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Mapping
from typing import Any

_PATIENCE = 120
"""Seconds until a process that neither ends nor dies is an error."""

_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(["tests.loaded"])


def run_forked(
    task: Callable[..., object], *arguments: Any, database: str, environment: Mapping[str, str]
) -> int:
    """Do a task of a module in a process of its own, on a database; returns how it ended (-9: killed, 1: an error).

    The environment is added to the process's own before the task begins. Raises TimeoutError.
    """
    process = _server.Process(target=_begin, args=(task, arguments, database, dict(environment)))
    process.start()
    process.join(_PATIENCE)
    if process.exitcode is None:
        process.kill()
        raise TimeoutError(f"{task.__name__} did not end")
    return process.exitcode


def _begin(
    task: Callable[..., object], arguments: tuple[Any, ...], database: str, environment: dict[str, str]
) -> None:
    from tests.conftest import use_database

    os.environ.update(environment)
    use_database(database)
    task(*arguments)
