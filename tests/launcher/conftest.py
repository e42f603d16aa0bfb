"""A data folder that the service account can reach, and services that need no Django."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.launcher.account import service_account
from config.launcher.console import Console
from config.launcher.layout import Layout
from config.launcher.process import Children
from config.launcher.supervisor import Service, Supervisor


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's tmp_path: as root that lies below a 0700 folder, which PostgreSQL's account cannot enter."""
    path = Path(tempfile.mkdtemp(prefix="anlan-launcher-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def layout(folder: Path) -> Layout:
    made = Layout(folder / "data", service_account())
    made.create()
    return made


@pytest.fixture
def supervisor(layout: Layout) -> Iterator[Supervisor]:
    made = Supervisor(children=Children(layout.children), console=Console(quiet=True), stopping=lambda: False)
    yield made
    made.stop_all()


@pytest.fixture
def script(layout: Layout) -> Callable[..., Service]:
    """A service that runs a few lines of Python; ready as soon as it has written a file `ready-<name>`."""

    def make(name: str, lines: str, *, start_timeout: float = 10, stop_timeout: float = 5) -> Service:
        mark = layout.data / f"ready-{name}"
        code = f"import os, signal, sys, time\nfrom pathlib import Path\nmark = Path({str(mark)!r})\n{lines}"
        return Service(
            name=name,
            title=f"测试服务{name}",
            argv=[sys.executable, "-c", code],
            env={"PATH": "/usr/bin:/bin"},
            log=layout.logs / f"{name}.log",
            ready=mark.exists,
            start_timeout=start_timeout,
            stop_timeout=stop_timeout,
        )

    return make


def eventually(question: Callable[[], object], *, within: float = 10.0) -> None:
    """Wait until the question is answered with yes; fail when it is not."""
    deadline = time.monotonic() + within
    while not question():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)
