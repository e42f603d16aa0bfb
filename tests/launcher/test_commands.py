from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.bootstrap import ROOT
from config.launcher import migrated, testing
from config.launcher.layout import Layout
from config.launcher.lock import DataLock
from config.launcher.process import Children
from tests.launcher.conftest import eventually

SCRIPT = """
import sys, time
from pathlib import Path
from config.launcher import commands, services
services.MANAGE = commands.MANAGE = Path({stub!r})
sys.exit(commands.run(["manage.py", {command!r}, *sys.argv[1:]]))
"""

STUB = """
import os, sys, time
from pathlib import Path
data = Path(os.environ["ANLAN_DATA_DIR"])
(data / f"runs-{sys.argv[2]}").touch()
while (data / f"hold-{sys.argv[2]}").exists():
    time.sleep(0.02)
sys.exit(int(sys.argv[3]))
"""


def start(folder: Path, name: str, code: int = 0, *, command: str = "check") -> subprocess.Popen[bytes]:
    stub = folder / "stub.py"
    stub.write_text(STUB)
    names = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"}
    env = {key: value for key, value in os.environ.items() if key not in names}
    env["ANLAN_DATA_DIR"] = str(folder / "data")
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(stub=str(stub), command=command), name, str(code)],
        cwd=ROOT,
        env=env,
    )


def test_a_command_starts_the_services_and_the_last_one_stops_them(layout: Layout, folder: Path) -> None:
    for name in "ab":
        (layout.data / f"hold-{name}").touch()
    children = Children(layout.children)
    first = start(folder, "a", 7)
    eventually(lambda: (layout.data / "runs-a").exists(), within=20)
    started = children.living()
    second = start(folder, "b")
    eventually(lambda: (layout.data / "runs-b").exists(), within=20)

    (layout.data / "hold-a").unlink()
    assert first.wait(20) == 7
    assert children.living() == started, "somebody still uses them"
    (layout.data / "hold-b").unlink()

    assert second.wait(20) == 0
    assert set(started) == {"postgres", "valkey"}
    assert children.living() == {}


def test_first_commands_at_once_agree_on_the_secrets(layout: Layout, folder: Path) -> None:
    several = [start(folder, name) for name in "abcd"]

    assert [one.wait(60) for one in several] == [0, 0, 0, 0]

    assert Children(layout.children).living() == {}
    assert start(folder, "e").wait(20) == 0, "the database knows the secrets that were kept"


def test_a_command_waits_for_one_that_is_just_stopping_the_services(layout: Layout, folder: Path) -> None:
    leaving = DataLock(layout.lock)
    assert leaving.try_exclusive()
    waiting = start(folder, "a")
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.wait(2)

    leaving.release()

    assert waiting.wait(30) == 0


def test_a_command_without_services_starts_none_and_waits_for_nobody(layout: Layout, folder: Path) -> None:
    up = DataLock(layout.lock)
    assert up.try_exclusive()

    assert start(folder, "a", 2, command="score_facts").wait(20) == 2

    up.release()
    assert (layout.data / "runs-a").exists()
    assert Children(layout.children).living() == {}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(["tests/core"], True, id="a folder"),
        pytest.param([], True, id="everything"),
        pytest.param(["-n", "4"], False, id="chosen"),
        pytest.param(["-n0", "tests/core"], False, id="chosen, joined"),
        pytest.param(["--pdb"], False, id="debugger"),
        pytest.param(["-p", "no:xdist"], False, id="plug-in off"),
    ],
)
def test_tests_run_in_several_processes_unless_told_otherwise(given: list[str], *, expected: bool) -> None:
    result = testing.with_processes(given)

    assert (result[:1] == ["-n"] and result != given) is expected
    assert result[-len(given) :] == given if given else len(result) == 2


def test_the_schema_mark_changes_with_a_migration(tmp_path: Path) -> None:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "app.txt").write_text("a==1\n")
    (tmp_path / "app" / "migrations").mkdir(parents=True)
    before = migrated.schema_mark(tmp_path)

    (tmp_path / "app" / "migrations" / "0001_initial.py").write_text("x = 1\n")

    assert migrated.schema_mark(tmp_path) != before
    assert migrated.schema_mark(ROOT) == migrated.schema_mark()
