"""Where everything of one data folder lives."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from config.bootstrap import ROOT
from config.launcher.account import Account
from config.launcher.errors import LaunchError

SOCKET_PATH_LIMIT = 100
"""Bytes. The kernel allows 107; the longest name that we make must fit with room for PostgreSQL's lock file."""

LONGEST_SOCKET = ".s.PGSQL.5432.lock"


@dataclass(frozen=True)
class Layout:
    """The folders and files of one installation."""

    data: Path
    account: Account | None

    @property
    def pg(self) -> Path:
        """PostgreSQL's cluster."""
        return self.data / "pg"

    @property
    def valkey(self) -> Path:
        """Valkey's append-only file."""
        return self.data / "valkey"

    @property
    def logs(self) -> Path:
        """One log per service."""
        return self.data / "logs"

    @property
    def lock(self) -> Path:
        """Held exclusively by `up`, shared by management commands."""
        return self.data / "launcher.lock"

    @property
    def start_lock(self) -> Path:
        """Held for moments: while secrets and binaries are laid down, while a command starts the services."""
        return self.data / "start.lock"

    @property
    def children(self) -> Path:
        """Which processes were started, so that the next start finds those that a crash left behind."""
        return self.data / "children.json"

    @property
    def state(self) -> Path:
        """Who holds the lock: process id, address."""
        return self.data / "launcher.json"

    @property
    def run(self) -> Path:
        """Folder of the unix sockets: in the data folder, or a short private one when that path is too long."""
        near = self.data / "run"
        if len(os.fsencode(near / LONGEST_SOCKET)) <= SOCKET_PATH_LIMIT:
            return near
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"anlan-{os.geteuid()}-{digest}"

    @property
    def valkey_socket(self) -> Path:
        """Valkey listens here and nowhere else."""
        return self.run / "valkey.sock"

    def create(self) -> None:
        """Make the folders; raises LaunchError when the place cannot be used."""
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            for folder in (self.logs, *(self.data / name for name in ("media", "static", "cache"))):
                folder.mkdir(exist_ok=True)
            (self.data / "cache").chmod(0o700)
            for folder in (self.run, self.valkey):
                _private(folder, self.account)
        except OSError as error:
            raise LaunchError(
                f"不能在数据目录 {self.data} 中写入（{error.strerror}），请用 --data 换一个可写的目录。"
            ) from error
        if self.account and not self.account.can_enter(self.run):
            raise LaunchError(
                f"系统账户 {self.account.name} 进不了数据目录 {self.data}（上级目录权限不足），"
                "请用 --data 换到 /var/lib 等目录。"
            )


def _private(folder: Path, account: Account | None) -> None:
    """A folder of mode 0700 that really is ours: in a shared temporary folder somebody may have put a trap."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    allowed = {os.geteuid(), account.uid if account else os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in allowed:
        raise LaunchError(f"{folder} 属于其他用户，请删除它或换一个数据目录。")
    folder.chmod(0o700)
    if account:
        account.own(folder)


def default_data() -> Path:
    """ANLAN_DATA_DIR, else /var/lib/anlan for root, else `var` in the checkout."""
    named = os.environ.get("ANLAN_DATA_DIR", "").strip()
    if named:
        return Path(named).expanduser().absolute()
    return Path("/var/lib/anlan") if os.geteuid() == 0 else ROOT / "var"
