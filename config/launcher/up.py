"""`manage.py up`: from whatever state the machine is in to a running system with a closed demo month."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO, NoReturn

from config.bootstrap import ROOT
from config.launcher import natives, preflight, services
from config.launcher.account import service_account
from config.launcher.console import Console
from config.launcher.errors import LaunchError, StopRequested
from config.launcher.layout import Layout, default_data
from config.launcher.lock import DataLock, read_state, write_state
from config.launcher.migrated import is_migrated, remember_migrated
from config.launcher.process import Children, last_lines, open_log, stop_recorded
from config.launcher.services import Stack
from config.launcher.supervisor import POLL, Supervisor

DEFAULT_PORT = 8000
COMMANDS_GRACE = 15.0
"""Seconds to wait for management commands that are using the services of the same data folder."""


FOR_PEOPLE = re.compile(r"(?![{\s]).*[\u4e00-\u9fff]")
"""A line for people has Chinese in it; log records are objects, the lines of a traceback are indented."""


@dataclass(frozen=True)
class Options:
    """What was asked for on the command line."""

    data: Path
    port: int
    exits: bool
    demo: bool


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise LaunchError(
            f"参数不对（{message}），用法：manage.py up [--exit] [--data 目录] [--port 端口] [--no-demo]。"
        )


def parse(argv: list[str]) -> Options:
    """Read the arguments; raises LaunchError with a Chinese sentence."""
    parser = _Parser(
        prog="manage.py up", description="启动安澜：数据库、网页、后台任务，首次启动时月结演示月份。"
    )
    parser.add_argument("--exit", action="store_true", help="完成首次月结后停止全部服务，最后一行输出 JSON")
    parser.add_argument("--data", metavar="目录", help="数据目录")
    parser.add_argument("--port", metavar="端口", default=str(DEFAULT_PORT), help="网页端口（默认 8000）")
    parser.add_argument("--no-demo", action="store_true", help="不导入演示数据")
    found = parser.parse_args(argv)
    data = Path(found.data).expanduser().absolute() if found.data else default_data()
    return Options(data=data, port=preflight.parse_port(found.port), exits=found.exit, demo=not found.no_demo)


class StopFlag:
    """Set by Ctrl-C or SIGTERM; looked at between steps, so that nothing is torn down half-way."""

    def __init__(self) -> None:
        self.is_set = False

    def install(self) -> None:
        """Take over both signals."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._set)

    def _set(self, _number: int, _frame: FrameType | None) -> None:
        self.is_set = True


def run(argv: list[str]) -> int:
    """Start everything; returns when it was stopped (0) or, with --exit, when the main job is done."""
    options = parse(argv)
    preflight.read_address_files(os.environ)
    preflight.check_addresses(os.environ)
    layout = Layout(options.data, service_account())
    layout.create()
    preflight.check_writable(layout.data)
    preflight.check_space(layout.data)
    stop = StopFlag()
    stop.install()
    console = Console()
    lock = DataLock(layout.lock)
    _take(lock, layout, stop)
    try:
        return _Launch(options, layout, console, stop).run()
    finally:
        layout.state.unlink(missing_ok=True)
        lock.release()


def _take(lock: DataLock, layout: Layout, stop: StopFlag) -> None:
    """Get the data folder for us alone, or say who has it."""
    deadline = time.monotonic() + COMMANDS_GRACE
    while not lock.try_exclusive():
        holder = read_state(layout.state)
        if holder:
            raise LaunchError(
                f"数据目录 {layout.data} 已由另一个正在运行的安澜使用（进程 {holder.get('pid')}，"
                f"{holder.get('address', '')}），请先停止它，或用 --data 换一个目录。"
            )
        if stop.is_set or time.monotonic() > deadline:
            raise LaunchError("另有管理命令正在使用这个数据目录，请等它结束后再启动。")
        time.sleep(0.2)


class _Launch:
    """One run of `up`."""

    def __init__(self, options: Options, layout: Layout, console: Console, stop: StopFlag) -> None:
        self.options = options
        self.layout = layout
        self.console = console
        self.stop = stop
        self.address = f"http://127.0.0.1:{options.port}"
        self.children = Children(layout.children)
        self.supervisor = Supervisor(children=self.children, console=console, stopping=lambda: stop.is_set)

    def run(self) -> int:
        result: dict[str, Any] | None = None
        write_state(self.layout.state, address=self.address)
        try:
            result = self._prepare()
            if not self.options.exits:
                self._announce(result)
                while not self.stop.is_set:
                    self.supervisor.tick()
                    time.sleep(POLL * 4)
        except StopRequested:
            pass
        finally:
            if self.supervisor.is_running:
                self.console.step("正在停止全部服务…")
                self.supervisor.stop_all()
                self.console.step("已全部停止。")
        if self.options.exits and not self.stop.is_set:
            self.console.line(json.dumps(result or EMPTY_RESULT, ensure_ascii=False))
        return 0

    def _prepare(self) -> dict[str, Any] | None:
        left = stop_recorded(self.children)
        if left:
            self.console.step(f"已清理上次异常中断留下的进程（{'、'.join(left)}）。")
        preflight.check_port(self.options.port)
        natives.ensure(self.console)
        stack = Stack.assemble(self.layout, os.environ)
        stack.start(self.supervisor, self.console)
        if stack.postgres is None or not is_migrated(self.layout):
            self._step("正在更新数据库结构…", "migrate", "--no-input", "-v", "0", env=stack, owner=True)
            remember_migrated(self.layout)
        self.console.step("正在启动网页服务、后台任务和定时任务…")
        self.supervisor.launch(stack.web(self.options.port), stack.worker(), stack.beat())
        if self.options.demo:
            self._step("正在准备演示城市（绵阳市，演示数据）…", "seed_demo", env=stack, owner=True)
        self.supervisor.await_ready()
        self.console.step(f"网页已可访问：{self.address}")
        if not self.options.demo:
            return None
        text = self._step(
            "正在月结演示月份并印发通报（由后台任务完成）…", "demo_month", "--json", env=stack, owner=False
        )
        return _last_json(text)

    def _step(self, title: str, *command: str, env: Stack, owner: bool) -> str:
        """Run one management command; its standard output is the result, its errors go to a log."""
        self.console.step(title)
        log = self.layout.logs / f"{command[0]}.log"
        with (
            open_log(log) as errors,
            _at_end(log) as said,
            subprocess.Popen(
                [sys.executable, str(services.MANAGE), *command],
                env=env.environment(owner=owner),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=ROOT,
                start_new_session=True,
            ) as process,
        ):
            output = self._watch(process, said)
        if process.returncode != 0:
            raise LaunchError(f"“{command[0]}”没有成功，日志 {log} 的末尾是：\n{last_lines(log, 15)}")
        return output

    def _watch(self, process: subprocess.Popen[bytes], said: BinaryIO) -> str:
        """Collect the output while the services are being looked after; a stop request ends the command."""
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                output, _ = process.communicate(timeout=POLL * 2)
                self._relay(said.read())
                return output.decode("utf-8", "replace")
            self._relay(said.read())
            self.supervisor.tick()
            if self.stop.is_set:
                process.terminate()
                process.communicate()
                raise StopRequested

    def _relay(self, said: bytes) -> None:
        """Repeat what a command tells a person; log records and tracebacks stay in the log."""
        for line in said.decode("utf-8", "replace").splitlines():
            if FOR_PEOPLE.match(line):
                self.console.step(f"  {line}")

    def _announce(self, result: dict[str, Any] | None) -> None:
        self.console.line()
        self.console.line(f"安澜已启动：{self.address}")
        for line in demo_logins(self.layout.data):
            self.console.line(f"  {line}")
        if result:
            self.console.line(f"演示月份的通报：{result.get('pdf')}")
        self.console.line("按 Ctrl-C 停止。")


EMPTY_RESULT: dict[str, Any] = {"pdf": None, "sha256": None, "counties": 0, "interviews": 0, "seconds": 0}


def demo_logins(data: Path) -> list[str]:
    """Lines that tell the demo users, from the file that `seed_demo` writes."""
    try:
        rows = json.loads((data / "demo_logins.json").read_text(encoding="utf-8"))
        return [f"{row['username']} / {row['password']}    {row['title']}" for row in rows]
    except FileNotFoundError:
        return []
    except (ValueError, KeyError, TypeError) as error:
        raise LaunchError(f"{data / 'demo_logins.json'} 已损坏，请删除后重新启动。") from error


def _at_end(log: Path) -> BinaryIO:
    """A reader that sees only what is written from now on."""
    reader = log.open("rb")
    reader.seek(0, os.SEEK_END)
    return reader


def _last_json(text: str) -> dict[str, Any]:
    """The JSON line of a command's output."""
    for line in reversed(text.splitlines()):
        if line.startswith("{"):
            value: dict[str, Any] = json.loads(line)
            return value
    raise LaunchError("演示月份的月结没有给出结果，请查看 logs 目录中的 worker.log。")
