"""The services of one data folder, assembled: what to start and which environment the children get."""

from __future__ import annotations

import http.client
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.bootstrap import ROOT
from config.launcher import credentials, natives
from config.launcher.binaries import locate
from config.launcher.console import Console
from config.launcher.layout import Layout
from config.launcher.lock import one_at_a_time
from config.launcher.migrated import forget_migrated
from config.launcher.postgres import DURABLE, Postgres
from config.launcher.supervisor import Service, Supervisor
from config.launcher.valkey import Valkey

MANAGE = ROOT / "manage.py"
WEB_WORKERS = 2
WEB_THREADS = 4
JOB_PROCESSES = 2


@dataclass(frozen=True)
class Stack:
    """PostgreSQL and Valkey: the embedded ones, or None for a real server named by the environment."""

    layout: Layout
    secrets: credentials.Credentials
    postgres: Postgres | None
    valkey: Valkey | None

    @classmethod
    def assemble(
        cls,
        layout: Layout,
        environ: Mapping[str, str],
        *,
        settings: Mapping[str, str] = DURABLE,
        throw_away: bool = False,
    ) -> Stack:
        """Embedded services for every address that the environment does not give."""
        own_database, own_broker = "DATABASE_URL" not in environ, "REDIS_URL" not in environ
        # Two first commands at once must agree on one set of secrets and one copy of the programs.
        with one_at_a_time(layout.start_lock):
            secrets = credentials.load_or_create(layout.data)
            if not (own_database or own_broker):
                return cls(layout, secrets, None, None)
            found = locate(layout)
        postgres = Postgres(layout, found, secrets, settings, owner_creates_databases=throw_away)
        valkey = Valkey(layout, found, durable=not throw_away)
        return cls(layout, secrets, postgres if own_database else None, valkey if own_broker else None)

    def start(self, supervisor: Supervisor, console: Console) -> None:
        """Bring both up; the roles are created or corrected every time, which costs a tenth of a second."""
        if self.postgres:
            fresh = self.postgres.prepare()
            if fresh:
                forget_migrated(self.layout)
            console.step("已建立新的数据库，正在启动 PostgreSQL…" if fresh else "正在启动 PostgreSQL…")
            supervisor.start(self._postgres_service(self.postgres))
            self.postgres.provision()
        if self.valkey:
            console.step("正在启动 Valkey…")
            supervisor.start(self._valkey_service(self.valkey))

    def is_ready(self) -> bool:
        """True when every embedded service answers."""
        return (self.postgres is None or self.postgres.is_ready()) and (
            self.valkey is None or self.valkey.is_ready()
        )

    def environment(self, *, owner: bool, settings_module: str = "config.settings.dev") -> dict[str, str]:
        """Environment of an application process. Only migrating and seeding ones are given the owner's address."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        kept.pop("DATABASE_OWNER_URL", None)
        if self.postgres:
            kept["DATABASE_URL"] = self.postgres.url("app")
        if self.valkey:
            kept["REDIS_URL"] = self.valkey.url()
            kept.setdefault("CACHE_URL", self.valkey.cache_url())
        if owner:
            kept["DATABASE_OWNER_URL"] = (
                self.postgres.url("owner") if self.postgres else os.environ["DATABASE_OWNER_URL"]
            )
        kept.setdefault("DJANGO_SETTINGS_MODULE", settings_module)
        kept.setdefault("DJANGO_SECRET_KEY", self.secrets.django_secret_key)
        kept.setdefault("ANLAN_FIELD_KEY", self.secrets.field_key)
        kept["ANLAN_DATA_DIR"] = str(self.layout.data)
        kept["ANLAN_CACHE_DIR"] = str(self.layout.data / "cache")
        private = natives.library_path()
        if private:
            # The operator's own folders stay behind ours: versions that were resolved together belong together.
            kept["LD_LIBRARY_PATH"] = ":".join(filter(None, [private, kept.get("LD_LIBRARY_PATH")]))
        return kept

    def _postgres_service(self, postgres: Postgres) -> Service:
        return Service(
            name="postgres",
            title="PostgreSQL",
            argv=postgres.command(),
            env=postgres.environment(),
            log=self.layout.logs / "postgres.log",
            ready=postgres.is_ready,
            account=self.layout.account,
            cwd=Path("/"),
            before_start=postgres.heal_lock,
            start_timeout=60,
            stop_timeout=30,
        )

    def _valkey_service(self, valkey: Valkey) -> Service:
        return Service(
            name="valkey",
            title="Valkey",
            argv=valkey.command(),
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            log=self.layout.logs / "valkey.log",
            ready=valkey.is_ready,
            account=self.layout.account,
            cwd=Path("/"),
            start_timeout=30,
        )

    def web(self, port: int) -> Service:
        """The pages: granian, two processes of four threads."""
        argv = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application",
            "--host", "127.0.0.1", "--port", str(port), "--workers", str(WEB_WORKERS),
            "--blocking-threads", str(WEB_THREADS), "--respawn-failed-workers", "--workers-kill-timeout", "10",
        ]  # fmt: skip
        return self._application("web", "网页服务", argv, ready=lambda: answers(port))

    def worker(self) -> Service:
        """The couriers of the jobs; PDF is made here, so that a crash of the engine never touches the pages."""
        argv = [
            sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--queues", "default,pdf",
            "--concurrency", str(JOB_PROCESSES), "--loglevel", "INFO", "--without-gossip", "--without-mingle",
        ]  # fmt: skip
        ready = self.valkey.has_waiting_worker if self.valkey else _always
        return self._application("worker", "后台任务", argv, ready=ready, stop_timeout=60)

    def beat(self) -> Service:
        """The clock that sweeps the job rows. The data lock, not a pid file, keeps it the only one."""
        argv = [
            sys.executable, "-m", "celery", "-A", "config.celery", "beat", "--loglevel", "INFO", "--pidfile=",
            "--schedule", str(self.layout.data / "beat-schedule"),
        ]  # fmt: skip
        return self._application("beat", "定时任务", argv, ready=_always)

    def _application(
        self, name: str, title: str, argv: list[str], *, ready: Callable[[], bool], stop_timeout: float = 20
    ) -> Service:
        return Service(
            name=name,
            title=title,
            argv=argv,
            env=self.environment(owner=False),
            log=self.layout.logs / f"{name}.log",
            ready=ready,
            cwd=ROOT,
            start_timeout=90,
            stop_timeout=stop_timeout,
        )


def answers(port: int) -> bool:
    """True when the web process says that it lives."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        link.request("GET", "/healthz")
        return link.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


def _always() -> bool:
    return True
