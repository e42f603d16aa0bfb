"""The shared libraries of the PDF engine: from apt as root, in a private folder as an ordinary user.

No package of the Python index carries pango. Without it everything works except making PDF files.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

from config.bootstrap import ROOT
from config.launcher.console import Console

SONAMES = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libharfbuzz.so.0",
    "libfontconfig.so.1",
    "libpangoft2-1.0.so.0",
    "libharfbuzz-subset.so.0",
)
PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
PREFIX = ROOT / "var" / "native"
APT_TIMEOUT = 600


def library_path() -> str | None:
    """LD_LIBRARY_PATH of the private folder; None when it is not there."""
    if not (PREFIX / "complete").exists():
        return None
    folders = [
        *sorted((PREFIX / "root").glob("usr/lib/*-linux-*")),
        *sorted((PREFIX / "root").glob("lib/*-linux-*")),
    ]
    return ":".join(str(folder) for folder in folders if folder.is_dir()) or None


def ensure(console: Console) -> None:
    """Install what is missing, by whatever way this user may; say so when there is none."""
    if sys.platform != "linux" or not missing() or library_path():
        return
    hint = f"不能生成 PDF：请让管理员执行 apt-get install {' '.join(PACKAGES)}，然后重新启动。"
    if shutil.which("apt-get") is None:
        console.warn(f"本机缺少排版程序库（{'、'.join(missing())}）且没有 apt，暂时不能生成 PDF。")
        return
    console.step("正在安装 PDF 排版所需的系统程序库…")
    try:
        if os.geteuid() == 0:
            _install_as_root()
        else:
            _unpack_privately()
    except (OSError, subprocess.SubprocessError) as error:
        detail = getattr(error, "stderr", None) or str(error)
        console.warn(f"{hint}（{' '.join(str(detail).split())[-200:]}）")


def missing() -> list[str]:
    """Libraries that the dynamic linker does not find."""
    absent = []
    for name in SONAMES:
        try:
            ctypes.CDLL(name)
        except OSError:
            absent.append(name)
    return absent


def _install_as_root() -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _apt(["apt-get", "update", "-q"], env=env)
    _apt(["apt-get", "install", "-q", "-y", "--no-install-recommends", *PACKAGES], env=env)


def _unpack_privately() -> None:
    """`apt-get download` needs no root when its state lies in our folder; dpkg-deb only unpacks."""
    shutil.rmtree(PREFIX, ignore_errors=True)
    state, cache, root = PREFIX / "apt" / "state", PREFIX / "apt" / "cache", PREFIX / "root"
    for folder in (state / "lists" / "partial", cache / "archives" / "partial", root):
        folder.mkdir(parents=True)
    options = [
        "-o", f"Dir::State={state}", "-o", "Dir::State::status=/var/lib/dpkg/status", "-o", f"Dir::Cache={cache}",
        "-o", "Debug::NoLocking=1",
    ]  # fmt: skip
    _apt(["apt-get", *options, "update", "-q"])
    listing = _apt(
        ["apt-get", *options, "install", "-qq", "-y", "--no-install-recommends", "--print-uris", *PACKAGES]
    )
    # One line per archive: 'address' file_version_architecture.deb size checksum
    names = [line.split()[1].split("_")[0] for line in listing.splitlines() if line.startswith("'")]
    archives = PREFIX / "apt" / "archives"
    archives.mkdir()
    _apt(["apt-get", *options, "download", *names], cwd=archives)
    for archive in sorted(archives.glob("*.deb")):
        _apt(["dpkg-deb", "-x", str(archive), str(root)])
    shutil.rmtree(PREFIX / "apt")
    (PREFIX / "complete").write_text("\n".join(names) + "\n", encoding="utf-8")


def _apt(argv: list[str], *, env: dict[str, str] | None = None, cwd: Path | None = None) -> str:
    done = subprocess.run(
        argv, env=env, cwd=cwd, check=True, capture_output=True, text=True, timeout=APT_TIMEOUT
    )
    return done.stdout
