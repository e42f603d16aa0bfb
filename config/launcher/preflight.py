"""What can be known to fail before anything is started."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import time
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from urllib.parse import urlsplit

from config.launcher.errors import LaunchError

NEEDED_FREE = 500 * 1024 * 1024
"""Bytes that a first start and a month's work need on the disk of the data folder."""

BROKER_SCHEMES = {"redis", "rediss", "redis+socket", "sentinel"}
DATABASE_SCHEMES = {"postgresql", "postgres"}
PORTS = range(1, 65536)


def check_space(folder: Path) -> None:
    """Refuse to start on a nearly full disk: PostgreSQL would stop in the middle of its work."""
    free = shutil.disk_usage(folder).free
    if free < NEEDED_FREE:
        raise LaunchError(
            f"{folder} 所在磁盘只剩 {free // 1024 // 1024} MB，至少需要 {NEEDED_FREE // 1024 // 1024} MB，"
            "请清理磁盘或用 --data 换一个目录。"
        )


def check_port(port: int, *, wait: float = 5.0) -> None:
    """Refuse to start on a busy port. A web server that is just ending is given a moment."""
    deadline = time.monotonic() + wait
    while True:
        try:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
                return
        except PermissionError as error:
            raise LaunchError(f"没有使用端口 {port} 的权限，请用 --port 指定 1024 以上的端口。") from error
        except OSError as error:
            if time.monotonic() > deadline:
                raise LaunchError(f"端口 {port} 已被其他程序占用，请用 --port 换一个端口。") from error
            time.sleep(0.2)


def parse_port(text: str) -> int:
    """A port number; raises LaunchError for anything else."""
    if not (text.isascii() and text.isdigit() and int(text) in PORTS):
        raise LaunchError(f"--port 应为 1 至 65535 之间的整数，而不是“{text}”。")
    return int(text)


def read_address_files(environ: MutableMapping[str, str]) -> None:
    """NAME_FILE names a file that holds NAME, as in container secrets."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        path = environ.pop(f"{name}_FILE", "")
        if path:
            try:
                environ[name] = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise LaunchError(f"{name}_FILE 指向的 {path} 无法读取（{error.strerror}）。") from error


def check_addresses(environ: Mapping[str, str]) -> None:
    """A mistyped address stops the start; it never means "use the embedded services instead"."""
    _check(environ, "DATABASE_URL", DATABASE_SCHEMES, "postgresql://用户:口令@主机:5432/库名")
    _check(environ, "DATABASE_OWNER_URL", DATABASE_SCHEMES, "postgresql://用户:口令@主机:5432/库名")
    _check(environ, "REDIS_URL", BROKER_SCHEMES, "redis://主机:6379/0")
    if "DATABASE_URL" in environ and "DATABASE_OWNER_URL" not in environ:
        raise LaunchError("设置了 DATABASE_URL 时还需要 DATABASE_OWNER_URL（数据库属主，只用于建表）。")
    if "DATABASE_OWNER_URL" in environ and "DATABASE_URL" not in environ:
        raise LaunchError("设置了 DATABASE_OWNER_URL 时还需要 DATABASE_URL（程序使用的受限角色）。")


def _check(environ: Mapping[str, str], name: str, schemes: set[str], example: str) -> None:
    if name not in environ:
        return
    with contextlib.suppress(ValueError):
        if urlsplit(environ[name]).scheme in schemes:
            return
    raise LaunchError(f"环境变量 {name} 的写法不对，应类似 {example}。")


def check_writable(folder: Path) -> None:
    """Prove it by writing: permissions, read-only mounts and quotas all show here."""
    probe = folder / f".probe-{os.getpid()}"
    try:
        probe.write_bytes(b"x" * 4096)
    except OSError as error:
        raise LaunchError(
            f"不能在数据目录 {folder} 中写入（{error.strerror}），请用 --data 换一个可写的目录。"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)
