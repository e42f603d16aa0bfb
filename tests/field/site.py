"""A server of its own for the tablet's faults: an embedded cluster, the pages as `up` serves them, and the line to it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connections

from config.bootstrap import ROOT
from config.env import database_from_url
from config.launcher.account import service_account
from config.launcher.console import Console
from config.launcher.layout import Layout
from config.launcher.postgres import THROW_AWAY, Postgres
from config.launcher.process import Children
from config.launcher.services import Stack, answers
from config.launcher.supervisor import Supervisor
from tests.field.proxy import Line
from tests.launcher.conftest import eventually
from tests.schema_copy import copy_schema

_SMALL = {**THROW_AWAY, "shared_buffers": "32MB", "synchronous_commit": "on"}
"""Commits are awaited: processes are killed here, not the machine."""


class Site:
    """Cluster, pages and line. `tree/static` is a copy of the product's own files."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.layout = Layout(folder / "data", service_account())
        self.layout.create()
        self.tree = folder / "tree"
        shutil.copytree(ROOT / "static", self.tree / "static")
        self.console = Console(quiet=True)
        self.supervisor = Supervisor(
            children=Children(self.layout.children), console=self.console, stopping=lambda: False
        )
        self.stack = Stack.assemble(self.layout, {}, settings=_SMALL)
        self.stack.start(self.supervisor, self.console)
        self.line = Line(seed)
        self.url = f"http://127.0.0.1:{self.line.server_port}"
        self._web: subprocess.Popen[bytes] | None = None
        self._killed = 0

    @property
    def postgres(self) -> Postgres:
        assert self.stack.postgres
        return self.stack.postgres

    def serve(self) -> None:
        """Start the pages, on another port each time."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = int(free.getsockname()[1])
        argv = ["-m", "granian", "--interface", "wsgi", "config.wsgi:application", "--host", "127.0.0.1"]
        env = {
            **self.stack.environment(owner=False),
            "DJANGO_SETTINGS_MODULE": "tests.field.served",
            "ANLAN_SERVED_TREE": str(self.tree),
        }
        with (self.layout.logs / "web.log").open("ab") as log:
            self._web = subprocess.Popen(
                [sys.executable, *argv, "--port", str(port), "--workers", "1", "--blocking-threads", "4"],
                cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        eventually(lambda: answers(port), within=60)
        self.line.target = port

    def kill_web(self) -> None:
        """SIGKILL, the master and its workers."""
        if self._web is not None:
            os.killpg(self._web.pid, signal.SIGKILL)
            self._web.wait()
            self._web = None

    def kill_database(self) -> None:
        """SIGKILL; `heal` lets the supervisor bring it back, as in production."""
        self._killed = self._postmaster()
        os.kill(self._killed, signal.SIGKILL)

    def heal(self) -> None:
        """What a supervisor does about what was killed."""
        if self._web is None:
            self.serve()
        if self._killed:
            eventually(self._is_back, within=30)
            self._killed = 0
            for alias in connections.settings:
                connections[alias].close()

    def upgrade(self) -> None:
        """The same client with one file changed: another edition."""
        with (self.tree / "static" / "field" / "main.js").open("a") as script:
            script.write("// another edition\n")

    def _is_back(self) -> bool:
        self.supervisor.tick()
        return self.postgres.is_ready() and self._postmaster() != self._killed

    def _postmaster(self) -> int:
        return int((self.layout.pg / "postmaster.pid").read_text().split("\n", 1)[0])

    def end(self) -> None:
        self.line.shutdown()
        self.line.server_close()
        self.kill_web()
        self.supervisor.stop_all()


@contextmanager
def running_site(seed: int, migrated: str) -> Iterator[Site]:
    """As migrated as that database of the tests, and serving; this process reads and writes its rows until the end."""
    folder = Path(tempfile.mkdtemp(prefix="anlan-field-"))
    folder.chmod(0o755)  # the database's account must get through
    site = Site(folder, seed)
    try:
        copy_schema(migrated, site.postgres)
        with _databases_of(site.postgres):
            site.serve()
            yield site
    finally:
        site.end()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _databases_of(postgres: Postgres) -> Iterator[None]:
    kept = {alias: connections[alias].settings_dict.copy() for alias in connections.settings}
    for alias, role in (("default", "app"), ("owner", "owner")):
        connections[alias].close()
        connections[alias].settings_dict.update(database_from_url(postgres.url(role)))
    settings.DATABASES["default"]["NAME"] = connections["default"].settings_dict["NAME"]
    try:
        yield
    finally:
        for alias, former in kept.items():
            connections[alias].close()
            connections[alias].settings_dict.update(former)
        settings.DATABASES["default"]["NAME"] = kept["default"]["NAME"]
