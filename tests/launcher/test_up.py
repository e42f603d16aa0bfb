from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.bootstrap import ROOT
from config.launcher.process import Children, birth
from tests.launcher.conftest import eventually


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Up:
    """A running `up`."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.data = data
        names = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.launcher.driver", "up", "--data", str(data), "--port", str(free_port()),
             *arguments],
            cwd=ROOT, env={k: v for k, v in os.environ.items() if k not in names},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def end(self) -> str:
        output, _ = self.process.communicate(timeout=30)
        return output

    def story(self) -> list[str]:
        path = self.data / "story"
        return path.read_text().splitlines() if path.exists() else []

    def children(self) -> dict[str, int]:
        return Children(self.data / "children.json").living()


@pytest.fixture
def data(folder: Path) -> Iterator[Path]:
    place = folder / "data"
    place.mkdir()
    yield place
    for pid in Children(place / "children.json").living().values():
        os.kill(pid, signal.SIGKILL)


def test_up_with_exit_does_the_main_job_and_ends_with_its_line(data: Path) -> None:
    up = Up(data, "--exit")
    output = up.end()

    assert up.process.returncode == 0, output
    assert json.loads(output.splitlines()[-1]) == {
        "pdf": "/x.pdf", "sha256": "0", "counties": 15, "interviews": 1, "seconds": 2,
    }  # fmt: skip
    assert "秒]   2023年4月已月结\n" in output
    assert "a log record" not in output
    assert "Traceback" not in output
    story = up.story()
    assert story[0] == "migrate owner=True"
    assert sorted(story[1:5]) == ["seed_demo owner=True", "start beat", "start web", "start worker"]
    assert story[5:] == ["demo_month owner=False", "end beat", "end worker", "end web"]
    assert up.children() == {}


def test_up_without_demo_makes_no_demo_city(data: Path) -> None:
    up = Up(data, "--exit", "--no-demo")
    output = up.end()

    assert up.process.returncode == 0, output
    assert "seed_demo owner=True" not in up.story()
    assert json.loads(output.splitlines()[-1])["pdf"] is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_cleanly(data: Path, number: signal.Signals) -> None:
    up = Up(data)
    eventually(lambda: "demo_month owner=False" in up.story(), within=30)
    pids = list(up.children().values())
    second = Up(data)
    assert "已由另一个正在运行的安澜使用" in second.end()
    assert second.process.returncode == 1

    up.process.send_signal(number)
    output = up.end()

    assert up.process.returncode == 0, output
    assert "已全部停止。" in output
    assert [pid for pid in pids if birth(pid)] == []
    assert not (data / "pg" / "postmaster.pid").exists()
    assert len(pids) == 5


def test_a_second_start_migrates_only_when_there_is_something_new(data: Path) -> None:
    assert Up(data, "--exit").end()
    (data / "story").unlink()
    for path in data.glob("ready-*"):
        path.unlink()

    again = Up(data, "--exit")
    again.end()

    assert again.process.returncode == 0
    assert "demo_month owner=False" in again.story()
    assert "migrate owner=True" not in again.story()


def test_a_signal_during_preparation_stops_it(data: Path) -> None:
    (data / "hang-migrate").touch()
    up = Up(data)
    eventually(lambda: (data / "hangs-migrate").exists(), within=30)

    up.process.send_signal(signal.SIGTERM)
    output = up.end()

    assert up.process.returncode == 0, output
    assert up.story() == ["migrate owner=True"]
    assert not (data / "pg" / "postmaster.pid").exists()


def test_a_failed_step_is_told_with_the_end_of_its_log(data: Path) -> None:
    (data / "fail-seed_demo").touch()
    up = Up(data)
    output = up.end()

    assert up.process.returncode == 1
    assert "“seed_demo”没有成功" in output
    assert output.rstrip().endswith("seed_demo cannot")
    assert "Traceback" not in output
    assert up.children() == {}


def test_up_after_a_killed_launcher_cleans_up_and_starts(data: Path) -> None:
    up = Up(data)
    eventually(lambda: "demo_month owner=False" in up.story(), within=30)
    up.process.kill()
    up.end()

    again = Up(data, "--exit")
    output = again.end()

    assert again.process.returncode == 0, output
    assert json.loads(output.splitlines()[-1])["counties"] == 15
