"""Every other management command: services are started when they do not run, and stopped by the last user."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from config.bootstrap import ROOT
from config.launcher import preflight
from config.launcher.account import service_account
from config.launcher.console import Console
from config.launcher.errors import LaunchError
from config.launcher.layout import Layout, default_data
from config.launcher.lock import DataLock, one_at_a_time, read_state
from config.launcher.migrated import is_migrated, remember_migrated
from config.launcher.process import Children, last_lines, open_log, stop_recorded
from config.launcher.services import MANAGE, Stack
from config.launcher.supervisor import Supervisor

OWNER_COMMANDS = {
    "migrate",
    "seed_demo",
    "seed",
    "sqlmigrate",
    "showmigrations",
    "sqlflush",
    "flush",
    "dbshell",
}
"""Commands that change the schema or load the registries: they get the owner's address too."""

SCHEMA_FREE = {"migrate", "makemigrations", "showmigrations", "sqlmigrate", "squashmigrations", "check", "help",
               "collectstatic", "diffsettings", "startapp", "version", "compilemessages"}  # fmt: skip
"""Commands that do not need tables, so an empty database is not migrated for them."""

SERVICE_FREE = {"score_facts"}
"""Commands that touch neither database nor broker: nothing is started, nothing is said on standard error."""

UP_GRACE = 90.0
"""Seconds to wait until the services of a starting `up` answer."""


def run(argv: list[str]) -> int:
    """Run one management command against the embedded services; returns its exit code."""
    preflight.read_address_files(os.environ)
    preflight.check_addresses(os.environ)
    layout = Layout(default_data(), service_account())
    layout.create()
    console = Console(sys.stderr, quiet=True)
    stack = Stack.assemble(layout, os.environ)
    if SERVICE_FREE & set(argv[1:2]):
        return run_child([sys.executable, str(MANAGE), *argv[1:]], stack.environment(owner=False))
    lock = DataLock(layout.lock)
    shared = _enter(lock, layout)
    try:
        if shared:
            _start_if_needed(layout, stack, console)
        else:
            _wait_for_up(stack)
        return _execute(layout, stack, argv, console)
    finally:
        if shared:
            _leave(lock, layout)


def _enter(lock: DataLock, layout: Layout) -> bool:
    """True when we share the folder with other commands, False when a running `up` has it and serves us too."""
    deadline = time.monotonic() + UP_GRACE
    while not lock.try_shared():
        if read_state(layout.state):
            return False
        if time.monotonic() > deadline:
            raise LaunchError("数据目录一直被占用，请检查是否有卡住的 manage.py 进程。")
        time.sleep(0.1)  # another command is just stopping the services
    return True


def _start_if_needed(layout: Layout, stack: Stack, console: Console) -> None:
    """Start the services unless another command did; one starter at a time."""
    with one_at_a_time(layout.start_lock):
        if stack.is_ready():
            return
        preflight.check_space(layout.data)
        children = Children(layout.children)
        stop_recorded(children)
        supervisor = Supervisor(
            children=children, console=console, stopping=lambda: False, dies_with_us=False
        )
        try:
            stack.start(supervisor, console)
        except BaseException:
            supervisor.stop_all()
            raise
        supervisor.release()


def _wait_for_up(stack: Stack) -> None:
    deadline = time.monotonic() + UP_GRACE
    while not stack.is_ready():
        if time.monotonic() > deadline:
            raise LaunchError("正在运行的安澜没有提供服务，请停止它后重试。")
        time.sleep(0.1)


def _execute(layout: Layout, stack: Stack, argv: list[str], console: Console) -> int:
    command = argv[1] if len(argv) > 1 else "help"
    if command not in SCHEMA_FREE and not command.startswith("-") and not _has_schema(layout, stack):
        _migrate(layout, stack, console)
    code = run_child(
        [sys.executable, str(MANAGE), *argv[1:]], stack.environment(owner=command in OWNER_COMMANDS)
    )
    if argv[1:] == ["migrate"] and code == 0:
        remember_migrated(layout)
    return code


def _has_schema(layout: Layout, stack: Stack) -> bool:
    """A real server is its operator's business; the mark speaks of the embedded one."""
    return stack.postgres is None or is_migrated(layout)


def _migrate(layout: Layout, stack: Stack, console: Console) -> None:
    """A first command on an empty machine finds its tables."""
    with one_at_a_time(layout.start_lock):
        if not _has_schema(layout, stack):
            _run_migrate(layout, stack, console)


def _run_migrate(layout: Layout, stack: Stack, console: Console) -> None:
    console.warn("首次使用或程序已更新，正在更新数据库结构…")
    log = layout.logs / "migrate.log"
    argv = [sys.executable, str(MANAGE), "migrate", "--no-input", "-v", "0"]
    with open_log(log) as output:
        done = subprocess.run(
            argv, env=stack.environment(owner=True), stdout=output, stderr=output, cwd=ROOT, check=False
        )
    if done.returncode != 0:
        raise LaunchError(f"数据库结构更新失败，日志 {log} 的末尾是：\n{last_lines(log, 15)}")
    remember_migrated(layout)


def run_child(argv: list[str], env: dict[str, str], *, cwd: Path | None = None) -> int:
    """Run in the foreground with our terminal; Ctrl-C is the command's business, SIGTERM is passed on."""
    previous = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with subprocess.Popen(argv, env=env, cwd=cwd) as process:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        try:
            code = process.wait()
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
    return code if code >= 0 else 128 - code


def _leave(lock: DataLock, layout: Layout) -> None:
    """Stop the services if nobody else uses them; otherwise the last one does."""
    if lock.try_exclusive():
        layout.state.unlink(
            missing_ok=True
        )  # of an `up` that was killed: the lock proves that none is running
        stop_recorded(Children(layout.children))
        lock.release()
