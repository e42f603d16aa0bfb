from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config import bootstrap
from config.launcher.errors import LaunchError

LOCKS = ("app", "dev")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A source tree with an environment as the venv module leaves it."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "vendor").mkdir()
    for name in LOCKS:
        (tmp_path / "requirements" / f"{name}.txt").write_text(f"{name}==1\n")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    base = Path(bootstrap._base_python())
    (tmp_path / ".venv" / "bin" / "python").symlink_to(base)
    version = ".".join(map(str, sys.version_info[:3]))
    (tmp_path / ".venv" / "pyvenv.cfg").write_text(f"home = {base.parent}\nversion = {version}\n")
    return tmp_path


def test_an_environment_without_a_stamp_is_not_trusted(tree: Path) -> None:
    assert not bootstrap.is_current("app", tree)

    bootstrap.write_stamp("app", tree)

    assert bootstrap.is_current("app", tree)
    assert not bootstrap.is_current("dev", tree)


def test_the_test_environment_serves_the_product_too(tree: Path) -> None:
    bootstrap.write_stamp("dev", tree)

    assert bootstrap.is_current("dev", tree)
    assert bootstrap.is_current("app", tree)


def test_a_changed_lock_or_python_means_a_new_environment(tree: Path) -> None:
    bootstrap.write_stamp("dev", tree)
    (tree / "requirements" / "dev.txt").write_text("dev==2\n")
    assert not bootstrap.is_current("dev", tree)
    assert bootstrap.is_current("app", tree)

    (tree / ".venv" / "pyvenv.cfg").write_text("version = 3.99.0\n")
    assert not bootstrap.is_current("app", tree)


def test_an_environment_whose_python_was_removed_is_not_trusted(tree: Path) -> None:
    bootstrap.write_stamp("app", tree)
    (tree / ".venv" / "bin" / "python").unlink()

    assert not bootstrap.is_current("app", tree)


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_a_torn_stamp_is_not_trusted(tree: Path, text: str) -> None:
    (tree / ".venv" / bootstrap.STAMP).write_text(text)

    assert not bootstrap.is_current("app", tree)


def test_an_altered_pip_is_never_run(tree: Path) -> None:
    wheel = tree / "vendor" / bootstrap.PIP_WHEEL
    wheel.write_bytes(b"altered")
    wheel.with_name(wheel.name + ".sha256").write_text("0" * 64 + "  x\n")

    with pytest.raises(LaunchError, match="已损坏，请重新取得完整的源代码。"):
        bootstrap.build("app", tree)


def test_the_vendored_pip_is_the_one_that_was_checked_in() -> None:
    wheel = bootstrap.ROOT / "vendor" / bootstrap.PIP_WHEEL
    digest, name = wheel.with_name(wheel.name + ".sha256").read_text().split()

    assert hashlib.sha256(wheel.read_bytes()).hexdigest() == digest
    assert name == bootstrap.PIP_WHEEL
    assert (bootstrap.ROOT / "vendor" / "pip-LICENSE.txt").read_text().startswith("Copyright")


def test_a_failed_install_names_the_remedy(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vendored = bootstrap.ROOT / "vendor"
    for name in (bootstrap.PIP_WHEEL, f"{bootstrap.PIP_WHEEL}.sha256"):
        (tree / "vendor" / name).symlink_to(vendored / name)
    (tree / "requirements" / "app.txt").write_text("unhashed==1\n")  # refused before any network is touched

    with pytest.raises(LaunchError, match=re.escape("pip.conf 或 PIP_INDEX_URL")):
        bootstrap.build("app", tree)

    assert "hash" in capsys.readouterr().err
    assert not (tree / ".venv" / bootstrap.STAMP).exists()


@pytest.mark.parametrize("name", LOCKS)
def test_lock_files_hold_hashes_and_no_address(name: str) -> None:
    text = (bootstrap.ROOT / "requirements" / f"{name}.txt").read_text()

    pins = re.findall(r"^[a-z0-9][\w.\-\[\],]*==\S+", text, re.MULTILINE)
    assert len(pins) > 40
    assert text.count("==") >= len(pins)
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", text)) >= len(pins)
    assert "://" not in text
    assert not re.search(r"^\s*-{1,2}(index|extra-index|find-links|trusted)", text, re.MULTILINE)


def test_the_product_is_tested_with_the_versions_it_runs_with() -> None:
    def pins(name: str) -> set[str]:
        text = (bootstrap.ROOT / "requirements" / f"{name}.txt").read_text()
        return set(re.findall(r"^([a-z0-9][\w.\-]*(?:\[[^\]]*\])?==[^\s;]+)", text, re.MULTILINE))

    assert pins("app")
    assert pins("app") <= pins("dev")


@pytest.mark.parametrize("name", LOCKS)
def test_each_dependency_says_what_for(name: str) -> None:
    lines = (bootstrap.ROOT / "requirements" / f"{name}.in").read_text().splitlines()
    named = [line for line in lines if "==" in line]

    assert len(named) > 15
    assert [line for line in named if not re.search(r"==\S+ +# \S.{10,}", line)] == []


def test_the_launcher_needs_nothing_but_the_standard_library() -> None:
    code = "import sys; sys.path.insert(0, '.'); import config.bootstrap, config.launcher.cli"
    environment = {"PATH": os.environ["PATH"]}

    done = subprocess.run(
        [bootstrap._base_python(), "-S", "-I", "-c", code],
        cwd=bootstrap.ROOT,
        env=environment,
        capture_output=True,
    )

    assert done.stderr == b""
    assert done.returncode == 0


def test_an_old_python_gets_one_sentence(tmp_path: Path) -> None:
    code = (
        "import sys, runpy\nsys.version_info = (3, 9, 2)\n"
        f"runpy.run_path({str(bootstrap.ROOT / 'manage.py')!r}, run_name='__main__')"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)

    assert done.returncode == 1
    assert done.stderr == "错误：需要 Python 3.11 或更高版本，请安装后用 python3.11 manage.py … 重新运行。\n"


def test_the_stamp_names_its_lock(tree: Path) -> None:
    bootstrap.write_stamp("app", tree)

    stamp = json.loads((tree / ".venv" / bootstrap.STAMP).read_text())

    assert stamp["app"] == hashlib.sha256(b"app==1\n").hexdigest()
