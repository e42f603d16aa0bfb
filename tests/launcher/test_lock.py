from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from config.bootstrap import ROOT
from config.launcher.lock import DataLock, read_state, write_state


def test_up_excludes_another_up_and_commands(folder: Path) -> None:
    up, other = DataLock(folder / "lock"), DataLock(folder / "lock")

    assert up.try_exclusive()
    assert not other.try_exclusive()
    assert not other.try_shared()
    up.release()
    assert other.try_exclusive()
    other.release()


def test_commands_share_and_only_the_last_can_take_it_alone(folder: Path) -> None:
    one, two = DataLock(folder / "lock"), DataLock(folder / "lock")
    assert one.try_shared()
    assert two.try_shared()

    assert not one.try_exclusive()  # the first to leave: somebody is still there
    assert two.try_exclusive()  # the last one
    two.release()


def test_the_lock_of_a_killed_process_is_free(folder: Path) -> None:
    path = folder / "lock"
    code = f"""
import time
from pathlib import Path
from config.launcher.lock import DataLock
lock = DataLock(Path({str(path)!r}))
print(lock.try_exclusive(), flush=True)
time.sleep(60)
"""
    mine = DataLock(path)
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"True\n"
        assert not mine.try_exclusive()

        holder.send_signal(signal.SIGKILL)

    assert mine.try_exclusive()
    mine.release()


def test_state_tells_who_holds_the_lock_and_survives_garbage(folder: Path) -> None:
    path = folder / "launcher.json"
    assert read_state(path) == {}

    write_state(path, address="http://127.0.0.1:8000")
    assert read_state(path) == {"pid": os.getpid(), "address": "http://127.0.0.1:8000"}

    path.write_text("{")
    assert read_state(path) == {}
