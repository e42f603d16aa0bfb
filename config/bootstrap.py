"""From a bare python3 to `.venv` with every locked package, then the same command again inside it.

Standard library only. `python3 -m venv --without-pip` plus the vendored pip wheel is the one way that works
on a Debian without pip, ensurepip and root (docs/operations.md). pip reads the operator's own pip.conf and
PIP_* variables; this repository names no package host.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal

from config.launcher.errors import LaunchError

Profile = Literal["app", "dev"]

ROOT = Path(__file__).resolve().parent.parent
PIP_WHEEL = "pip-26.3-py3-none-any.whl"
STAMP = "anlan-environment.json"


def ensure(profile: Profile, root: Path = ROOT) -> None:
    """Return at once inside a matching `.venv`; otherwise build it and replace this process by itself in it."""
    python = root / ".venv" / "bin" / "python"
    try:
        if not is_current(profile, root):
            with _one_builder(root):
                if not is_current(profile, root):
                    build(profile, root)
    except LaunchError as error:
        sys.stderr.write(f"错误：{error}\n")
        sys.exit(1)
    if Path(sys.prefix).resolve() != (root / ".venv").resolve():
        os.execv(python, [str(python), *sys.argv])


def lock_hash(profile: Profile, root: Path) -> str:
    """SHA-256 of the lock file: a changed lock means a changed environment."""
    return hashlib.sha256((root / "requirements" / f"{profile}.txt").read_bytes()).hexdigest()


def is_current(profile: Profile, root: Path) -> bool:
    """True when `.venv` was completed from exactly this lock file by exactly this Python."""
    try:
        stamp = json.loads((root / ".venv" / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if not isinstance(stamp, dict) or stamp.get("python") != _venv_python(root):
        return False
    return all(stamp.get(name) == lock_hash(name, root) for name in _parts(profile))


def write_stamp(profile: Profile, root: Path) -> None:
    """Record what `.venv` holds; written last, so an interrupted build is repeated."""
    stamp: dict[str, str] = {"python": _venv_python(root)}
    stamp |= {name: lock_hash(name, root) for name in _parts(profile)}
    draft = root / ".venv" / f"{STAMP}.{os.getpid()}"
    draft.write_text(json.dumps(stamp, indent=1) + "\n", encoding="utf-8")
    draft.replace(root / ".venv" / STAMP)


def build(profile: Profile, root: Path) -> None:
    """Make the virtual environment and install the locked packages, every one checked by its hash."""
    started = time.monotonic()
    wheel = _checked_wheel(root)
    venv = root / ".venv"
    usable = (venv / "bin" / "python").exists() and _venv_python(root) == _this_python()
    if not usable:
        _say(f"正在建立 Python 运行环境 {venv} …")
        _run(
            [_base_python(), "-m", "venv", "--without-pip", "--clear", str(venv)], "无法建立 Python 虚拟环境"
        )
    lock = root / "requirements" / f"{profile}.txt"
    count = sum(1 for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line)
    _say(f"正在安装 {count} 个依赖包（按锁定文件逐个校验，首次约需半分钟）…")
    _run(
        [
            str(venv / "bin" / "python"), f"{wheel}/pip", "install", "--quiet", "--no-input", "--require-hashes",
            "--disable-pip-version-check", "--no-warn-script-location", "-r", str(lock),
        ],
        "依赖包安装失败，请检查网络或 pip 的镜像设置（pip.conf 或 PIP_INDEX_URL）后重试",
    )  # fmt: skip
    write_stamp(profile, root)
    _say(f"运行环境就绪，用时 {time.monotonic() - started:.1f} 秒。")


def _parts(profile: Profile) -> tuple[Profile, ...]:
    """dev.txt contains everything of app.txt in the same versions, so it serves both."""
    return ("app", "dev") if profile == "dev" else ("app",)


def _base_python() -> str:
    """The interpreter outside any virtual environment: a venv of a venv would break when the outer one goes."""
    return str(getattr(sys, "_base_executable", sys.executable))


def _this_python() -> str:
    return ".".join(map(str, sys.version_info[:3]))


def _venv_python(root: Path) -> str:
    """Version recorded by the venv module itself; empty when there is no environment."""
    try:
        text = (root / ".venv" / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return ""
    values = dict(line.split(" = ", 1) for line in text.splitlines() if " = " in line)
    if not (root / ".venv" / "bin" / "python").exists():  # the Python it was made from was removed
        return ""
    return values.get("version", "").strip()


def _checked_wheel(root: Path) -> Path:
    wheel = root / "vendor" / PIP_WHEEL
    expected = (root / "vendor" / f"{PIP_WHEEL}.sha256").read_text(encoding="ascii").split()[0]
    if not wheel.exists() or hashlib.sha256(wheel.read_bytes()).hexdigest() != expected:
        raise LaunchError(f"{wheel} 缺失或已损坏，请重新取得完整的源代码。")
    return wheel


class _one_builder:  # noqa: N801 -- reads as a statement: `with _one_builder(root):`
    """Two commands started at once build the environment once: the second waits."""

    def __init__(self, root: Path) -> None:
        self._folder = root / "requirements"

    def __enter__(self) -> None:
        self._handle = os.open(self._folder, os.O_RDONLY)
        fcntl.flock(self._handle, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)


def _run(argv: list[str], failure: str) -> None:
    """Run a tool silently; on failure say what it said last."""
    environment = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "PYTHONHOME"}}
    try:
        done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
    except OSError as error:
        raise LaunchError(f"{failure}（{error.strerror}）。") from error
    if done.returncode != 0:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        sys.stderr.write("\n".join(lines[-15:]) + "\n")
        if "No space left" in done.stderr:
            raise LaunchError(f"磁盘空间不足，请清理 {Path(argv[0]).anchor} 所在磁盘（至少 1 GB）后重试。")
        if "Permission denied" in done.stderr or "Read-only" in done.stderr:
            raise LaunchError(f"没有写入 {ROOT} 的权限，请把代码放在当前用户可写的目录后重试。")
        raise LaunchError(f"{failure}。")


def _say(text: str) -> None:
    # Standard error: standard output belongs to the command that follows.
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def main() -> int:
    """`python3 -m config.bootstrap app|dev`: build only (container images)."""
    names: dict[str, Profile] = {"app": "app", "dev": "dev"}
    profile = names.get(sys.argv[1]) if len(sys.argv) == 2 else None
    if profile is None:
        sys.stderr.write("用法：python3 -m config.bootstrap app|dev\n")
        return 2
    try:
        if not is_current(profile, ROOT):
            build(profile, ROOT)
    except LaunchError as error:
        sys.stderr.write(f"错误：{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
