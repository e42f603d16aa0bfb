from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from config.bootstrap import ROOT
from config.launcher.process import Children, birth, last_lines, open_log, stop_recorded
from tests.launcher.conftest import eventually

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_birth_tells_a_living_process_from_a_dead_one() -> None:
    process = subprocess.Popen(SLEEPER)
    born = birth(process.pid)

    process.kill()
    eventually(lambda: birth(process.pid) is None)  # already as a zombie, before it is waited for
    process.wait()

    assert born is not None
    assert birth(os.getpid()) not in {None, born}


def test_children_do_not_mistake_a_reused_number(folder: Path) -> None:
    record = folder / "children.json"
    record.write_text(json.dumps({"web": [os.getpid(), "1"], "beat": [os.getpid(), birth(os.getpid())]}))

    assert Children(record).living() == {"beat": os.getpid()}


def test_stop_recorded_ends_what_a_crash_left_and_nothing_else(folder: Path) -> None:
    orphan, stranger = subprocess.Popen(SLEEPER, start_new_session=True), subprocess.Popen(SLEEPER)
    record = folder / "children.json"
    Children(record).add("worker", orphan.pid)
    known = json.loads(record.read_text())
    record.write_text(json.dumps(known | {"web": [stranger.pid, "1"]}))

    stopped = stop_recorded(Children(record))

    assert stopped == ["worker"]
    assert orphan.poll() is not None or birth(orphan.pid) is None
    assert birth(stranger.pid) is not None
    stranger.kill()
    stranger.wait()
    orphan.wait()


def test_children_die_with_a_killed_supervisor(folder: Path) -> None:
    code = f"""
import os, signal, sys, time
from pathlib import Path
from config.launcher.process import spawn
child = spawn({SLEEPER!r}, env={{}}, log=Path({str(folder / "log")!r}), signal_on_parent_death=signal.SIGTERM)
print(child.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert birth(child) is not None

        parent.send_signal(signal.SIGKILL)

    eventually(lambda: birth(child) is None)


def test_a_log_that_has_grown_is_put_aside(folder: Path) -> None:
    log = folder / "web.log"
    with log.open("wb") as handle:
        handle.truncate(21 * 1024 * 1024)

    with open_log(log) as handle:
        handle.write("第一行\n第二行\n".encode())

    assert log.with_suffix(".log.1").stat().st_size == 21 * 1024 * 1024
    assert last_lines(log, 1) == "第二行"
