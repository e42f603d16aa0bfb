"""Who the services run as: PostgreSQL refuses root, so root hands them to a system account."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.launcher.errors import LaunchError

SERVICE_ACCOUNT = "anlan"


@dataclass(frozen=True)
class Account:
    """A system account that a child process is given."""

    name: str
    uid: int
    gid: int

    def identity(self) -> dict[str, Any]:
        """Arguments of subprocess: the child has this account and no other group."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a file or folder to the account."""
        os.chown(path, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        """True when the account may reach the folder: every parent must let it through."""
        argv = ["test", "-x", str(folder)]
        return subprocess.run(argv, check=False, **self.identity()).returncode == 0


def service_account() -> Account | None:
    """The account for PostgreSQL and Valkey; None for an ordinary user, who keeps his own."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(SERVICE_ACCOUNT)
    except KeyError:
        _create()
        entry = pwd.getpwnam(SERVICE_ACCOUNT)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _create() -> None:
    tool = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if tool is None:
        raise LaunchError("系统中没有 useradd，无法建立服务账户，请改用普通用户运行。")
    argv = [
        tool,
        "--system",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
    ]
    done = subprocess.run([*argv, SERVICE_ACCOUNT], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LaunchError(
            f"无法建立系统账户 {SERVICE_ACCOUNT}（{done.stderr.strip()}），请改用普通用户运行。"
        )
