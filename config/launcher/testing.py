"""`manage.py test`: a throw-away PostgreSQL and Valkey in a fresh folder, pytest, everything removed."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from config.bootstrap import ROOT
from config.launcher import natives
from config.launcher.account import service_account
from config.launcher.commands import run_child
from config.launcher.console import Console
from config.launcher.layout import Layout
from config.launcher.lock import DataLock
from config.launcher.postgres import THROW_AWAY
from config.launcher.process import Children, stop_recorded
from config.launcher.services import Stack
from config.launcher.supervisor import Supervisor

PREFIX = "anlan-test-"
MOST_PROCESSES = 8
SERIAL = {
    "--pdb",
    "--trace",
    "--collect-only",
    "--co",
    "--help",
    "-h",
    "--version",
    "--fixtures",
    "--markers",
}
"""Arguments that make no sense in several processes."""


def run(argv: list[str]) -> int:
    """Run pytest with the given arguments; returns its exit code."""
    console = Console(sys.stderr)
    sweep()
    natives.ensure(console)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(0o755)  # the service account must get through; what is secret inside is 0600 or 0700
    layout = Layout(folder, service_account())
    lock = DataLock(layout.lock)
    lock.try_exclusive()
    layout.create()
    supervisor = Supervisor(children=Children(layout.children), console=console, stopping=lambda: False)
    try:
        # Whatever servers the caller's environment names, tests never touch them.
        stack = Stack.assemble(layout, {}, settings=THROW_AWAY, throw_away=True)
        stack.start(supervisor, Console(quiet=True))
        env = stack.environment(owner=True) | {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
        env |= {
            "DJANGO_SECRET_KEY": stack.secrets.django_secret_key,
            "ANLAN_FIELD_KEY": stack.secrets.field_key,
        }
        console.step("测试用数据库就绪，开始测试…")
        return run_child([sys.executable, "-m", "pytest", *with_processes(argv)], env, cwd=ROOT)
    finally:
        supervisor.stop_all()
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def with_processes(argv: list[str]) -> list[str]:
    """Add `-n` unless the caller chose, or asked for something that needs one process."""
    chosen = any(part.startswith(("-n", "--numprocesses", "--dist")) or part in SERIAL for part in argv)
    plugin_off = "no:xdist" in argv or "-pno:xdist" in argv
    if chosen or plugin_off:
        return argv
    return ["-n", str(max(2, min(os.cpu_count() or 2, MOST_PROCESSES))), *argv]


def sweep() -> None:
    """Remove folders of test runs that were killed; the lock of a living one is held."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        lock_file = folder / "launcher.lock"
        if folder.stat().st_uid != os.geteuid() or not lock_file.exists():
            continue
        lock = DataLock(lock_file)
        if lock.try_exclusive():
            stop_recorded(Children(folder / "children.json"))
            lock.release()
            shutil.rmtree(folder, ignore_errors=True)
