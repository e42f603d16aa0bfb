"""Starts services one after another, restarts those that die, stops them in the opposite order."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.launcher.account import Account
from config.launcher.console import Console
from config.launcher.errors import LaunchError, StopRequested
from config.launcher.process import (
    LAST_RESORT,
    STOP_SIGNALS,
    Children,
    end_group,
    last_lines,
    spawn,
)

POLL = 0.05
"""Seconds between two looks."""

RETRY_PAUSE = 0.5
"""Seconds before a service that ended while starting is tried again."""


@dataclass(frozen=True)
class Service:
    """One long-running child."""

    name: str
    title: str
    argv: Sequence[str]
    env: Mapping[str, str]
    log: Path
    ready: Callable[[], bool]
    account: Account | None = None
    cwd: Path | None = None
    before_start: Callable[[], object] | None = None
    start_timeout: float = 60.0
    stop_timeout: float = 20.0


@dataclass
class Backoff:
    """Seconds to wait before the next start: 1, 2, 4 … 30; a life of a minute counts as recovered."""

    first: float = 1.0
    ceiling: float = 30.0
    recovered_after: float = 60.0
    _next: float = field(default=0.0, init=False)

    def after(self, lifetime: float) -> float:
        """The pause after a child that lived so many seconds."""
        if lifetime >= self.recovered_after:
            self._next = 0.0
        pause = self._next or self.first
        self._next = min(pause * 2, self.ceiling)
        return pause


@dataclass
class _Running:
    service: Service
    process: subprocess.Popen[bytes]
    since: float
    backoff: Backoff
    due: float | None = None
    was_ready: bool = False


class Supervisor:
    """The children of one data folder. Single-threaded: `tick` is called in a loop."""

    def __init__(
        self, *, children: Children, console: Console, stopping: Callable[[], bool], dies_with_us: bool = True
    ) -> None:
        self._children = children
        self._console = console
        self._stopping = stopping
        self._dies_with_us = dies_with_us
        self._running: list[_Running] = []

    def start(self, *services: Service) -> None:
        """Start services and return when all are ready; they are stopped in the opposite order."""
        self.launch(*services)
        self.await_ready()

    def launch(self, *services: Service) -> None:
        """Start services without waiting for them."""
        for service in services:
            self._running.append(_Running(service, self._spawn(service), time.monotonic(), Backoff()))

    def await_ready(self) -> None:
        """Return when every service answers.

        One that ends at once is tried again until `start_timeout` seconds are over: a PostgreSQL whose
        predecessor was killed refuses for about a second, while orphan backends still hold its shared memory.
        """
        for entry in self._running:
            if not entry.was_ready:
                self._await_ready(entry)

    def _await_ready(self, entry: _Running) -> None:
        service = entry.service
        deadline = time.monotonic() + service.start_timeout
        while not service.ready():
            if self._stopping():
                raise StopRequested
            if time.monotonic() > deadline:
                raise LaunchError(
                    f"{service.title}没有在 {service.start_timeout:.0f} 秒内就绪，"
                    f"日志 {service.log} 的末尾是：\n{last_lines(service.log)}"
                )
            if entry.process.poll() is not None:
                end_group(entry.process.pid)
                time.sleep(RETRY_PAUSE)
                entry.process = self._spawn(service)
            time.sleep(POLL)
        entry.since, entry.due, entry.was_ready = time.monotonic(), None, True

    def tick(self) -> None:
        """Notice dead children and start again those whose pause is over."""
        now = time.monotonic()
        for entry in self._running:
            code = entry.process.poll()
            if code is None:
                continue
            if entry.due is None:
                end_group(entry.process.pid)
                pause = entry.backoff.after(now - entry.since)
                entry.due = now + pause
                self._children.remove(entry.service.name)
                self._console.warn(
                    f"{entry.service.title}意外退出（代码 {code}），{pause:.0f} 秒后重新启动。"
                )
            elif now >= entry.due:
                entry.process = self._spawn(entry.service)
                entry.since, entry.due = now, None

    @property
    def is_running(self) -> bool:
        """True when anything was started."""
        return bool(self._running)

    def stop_all(self) -> None:
        """Stop everything, last started first; each gets time to finish what it holds."""
        for entry in reversed(self._running):
            self._stop(entry)
        self._running.clear()

    def release(self) -> None:
        """Leave the children running for another command; they are found again in the record."""
        for entry in self._running:
            entry.process.returncode = 0  # no warning about a living child at interpreter exit
        self._running.clear()

    def _spawn(self, service: Service) -> subprocess.Popen[bytes]:
        if service.before_start:
            service.before_start()
        fatal = STOP_SIGNALS.get(service.name, signal.SIGTERM) if self._dies_with_us else None
        try:
            process = spawn(
                service.argv,
                env=service.env,
                log=service.log,
                account=service.account,
                cwd=service.cwd,
                signal_on_parent_death=fatal,
            )
        except OSError as error:
            raise LaunchError(
                f"无法启动{service.title}（{error.strerror}），请检查磁盘空间和权限。"
            ) from error
        self._children.add(service.name, process.pid)
        return process

    def _stop(self, entry: _Running) -> None:
        name = entry.service.name
        if entry.process.poll() is None:
            entry.process.send_signal(STOP_SIGNALS.get(name, signal.SIGTERM))
            try:
                entry.process.wait(entry.service.stop_timeout)
            except subprocess.TimeoutExpired:
                self._console.warn(f"{entry.service.title}没有按时停止，强制结束。")
                entry.process.send_signal(LAST_RESORT.get(name, signal.SIGKILL))
                entry.process.wait(10)
        end_group(entry.process.pid)
        self._children.remove(name)
