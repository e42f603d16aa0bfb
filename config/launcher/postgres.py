"""The embedded PostgreSQL: cluster, roles, start-up command, healing of a stale lock file."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from config.launcher.binaries import Binaries
from config.launcher.credentials import Credentials
from config.launcher.errors import LaunchError
from config.launcher.layout import Layout

DATABASE = "anlan"
SUPERUSER = "anlan_super"
BUILTIN_LOCALE_SINCE = 17

DURABLE = {"shared_buffers": "128MB", "max_connections": "80"}
THROW_AWAY = {
    "shared_buffers": "128MB",
    "max_connections": "200",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "2GB",
}
"""For tests only: a power cut loses everything, which is what should happen to a test cluster."""


@dataclass(frozen=True)
class Postgres:
    """One cluster in one data folder. Reached through a unix socket only: nothing listens on the network."""

    layout: Layout
    binaries: Binaries
    credentials: Credentials
    settings: Mapping[str, str]
    owner_creates_databases: bool = False

    def command(self) -> list[str]:
        """What the supervisor runs."""
        options = {
            "listen_addresses": "",
            # Quoted inside the value: a folder name may hold blanks and commas.
            "unix_socket_directories": '"' + str(self.layout.run) + '"',
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            **self.settings,
        }
        argv = [str(self.binaries.pg / "postgres"), "-D", str(self.layout.pg)]
        for name, value in options.items():
            argv += ["-c", f"{name}={value}"]
        return argv

    def environment(self) -> dict[str, str]:
        """No PG* variable of the operator reaches the server; messages in plain C so that they can be read."""
        kept = {key: value for key, value in os.environ.items() if key in {"PATH", "TMPDIR", "HOME"}}
        return {**kept, "LC_ALL": "C", "TZ": "UTC"}

    def url(self, role: str) -> str:
        """Connection address of a role: `app`, `owner` or `backup`."""
        password = {
            "app": self.credentials.app,
            "owner": self.credentials.owner,
            "backup": self.credentials.backup,
        }
        query = urlencode({"host": str(self.layout.run)})
        return f"postgresql://anlan_{role}:{quote(password[role], safe='')}@/{DATABASE}?{query}"

    def is_ready(self) -> bool:
        """True when the server accepts connections."""
        argv = [str(self.binaries.pg / "pg_isready"), "-q", "-h", str(self.layout.run), "-U", SUPERUSER]
        return subprocess.run(argv, check=False, env=self.environment()).returncode == 0

    def prepare(self) -> bool:
        """Make the cluster if there is none (True), or check that this program can open it (False)."""
        version_file = self.layout.pg / "PG_VERSION"
        if version_file.exists():
            found = version_file.read_text(encoding="ascii").strip()
            if found != str(self.binaries.pg_major):
                raise LaunchError(
                    f"数据目录中的数据库是 PostgreSQL {found}，当前程序是 {self.binaries.pg_major}，不能直接打开；"
                    f"请用 PostgreSQL {found} 的 pg_dump 导出后导入新的数据目录（见 docs/operations.md「大版本升级」）。"
                )
            self.heal_lock()
            return False
        self._initdb()
        return True

    def heal_lock(self) -> bool:
        """Remove the lock files of a cluster in which nobody works; True when there were any.

        PostgreSQL itself ignores the number of a dead process. It cannot tell a reused number (every restart of
        a container counts from 1 again) or an unburied child from a living postmaster. The files are left alone
        while any process works inside the cluster: orphan backends of a killed postmaster take a second to go.
        """
        locks = [self.layout.pg / "postmaster.pid", self.layout.run / ".s.PGSQL.5432.lock"]
        found = [path for path in locks if path.exists()]
        if not found or not Path("/proc/self/cwd").exists() or _works_in(self.layout.pg):
            return False
        for path in found:
            path.unlink()
        return True

    def provision(self) -> None:
        """Create or correct the three roles and the database; safe to repeat."""
        self._psql("postgres", _provision_sql(self.credentials, creates=self.owner_creates_databases))

    def _initdb(self) -> None:
        draft = self.layout.data / "pg.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        account = self.layout.account
        identity = account.identity() if account else {}
        # A file, not /dev/stdin: that cannot be opened again after the change of account.
        handle, name = tempfile.mkstemp(dir=self.layout.run)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as stream:
                stream.write(self.credentials.superuser)
            if account:
                account.own(draft)
                account.own(Path(name))
            done = subprocess.run(
                [
                    str(self.binaries.pg / "initdb"), "-D", str(draft), "-U", SUPERUSER, "--pwfile", name,
                    "--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums", *self._locale(),
                    *(["--no-sync"] if self.settings.get("fsync") == "off" else []),
                ],
                capture_output=True, text=True, check=False, cwd="/", env=self.environment(), **identity,
            )  # fmt: skip
        finally:
            Path(name).unlink(missing_ok=True)
        if done.returncode != 0:
            _explain(done.stderr, "无法建立数据库")
        draft.rename(self.layout.pg)

    def _locale(self) -> list[str]:
        """With LC_CTYPE=C the trigram search finds no Chinese at all, silently; a bare machine has LANG unset."""
        if self.binaries.pg_major >= BUILTIN_LOCALE_SINCE:
            return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
        return ["--locale=C.UTF-8"]

    def _psql(self, database: str, sql: str) -> None:
        argv = [
            str(self.binaries.pg / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1",
            "-h", str(self.layout.run), "-U", SUPERUSER, "-d", database,
        ]  # fmt: skip
        env = {**self.environment(), "PGPASSWORD": self.credentials.superuser}
        done = subprocess.run(argv, input=sql, capture_output=True, text=True, check=False, env=env)
        if done.returncode != 0:
            _explain(done.stderr, "数据库角色设置失败（secrets.json 与数据库是否配套？）")


def _provision_sql(credentials: Credentials, *, creates: bool) -> str:
    roles = {
        "anlan_owner": credentials.owner,
        "anlan_app": credentials.app,
        "anlan_backup": credentials.backup,
    }
    lines = [
        "SET log_min_error_statement = 'panic';"
    ]  # a failing statement would put a password into the log
    for role, password in roles.items():
        database = "CREATEDB" if creates and role == "anlan_owner" else "NOCREATEDB"
        rows = "BYPASSRLS" if role == "anlan_backup" else "NOBYPASSRLS"
        lines += [
            f"SELECT 'CREATE ROLE {role}' WHERE NOT EXISTS "
            f"(SELECT FROM pg_roles WHERE rolname = '{role}') \\gexec",
            f"ALTER ROLE {role} LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION {database} {rows} PASSWORD '{password}';",
        ]
    lines += [
        "GRANT pg_read_all_data TO anlan_backup;",
        f"SELECT 'CREATE DATABASE {DATABASE} OWNER anlan_owner TEMPLATE template0' WHERE NOT EXISTS "
        f"(SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec",
        f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;",
        f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO anlan_app;",
        f"GRANT CONNECT ON DATABASE {DATABASE} TO anlan_backup;",
    ]
    return "\n".join(lines) + "\n"


def _works_in(folder: Path) -> bool:
    """True when some process has its working folder in the cluster: every PostgreSQL process does."""
    wanted = os.path.realpath(folder)
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if os.path.realpath(entry.readlink()) == wanted:
                return True
    return False


def _explain(stderr: str, failure: str) -> None:
    if "No space left" in stderr:
        raise LaunchError("磁盘空间不足，请清理磁盘（至少 1 GB）后重新运行。")
    detail = " ".join(stderr.split())[-300:]
    raise LaunchError(f"{failure}：{detail}。")
