"""`manage.py up` with real PostgreSQL, Valkey and signals, but with tiny stand-ins for the Django processes.

Run as a script: `python -m tests.launcher.driver up …`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from config.launcher import cli, services
from config.launcher.postgres import DURABLE, THROW_AWAY
from config.launcher.supervisor import Service

STUB = Path(__file__).with_name("stub_manage.py")


def stand_in(stack: services.Stack, name: str, port: int = 0) -> Service:
    """A child that notes its start and its end in a file."""
    mark = stack.layout.data / f"ready-{name}"
    return Service(
        name=name,
        title=name,
        argv=[sys.executable, str(STUB), "serve", name],
        env=stack.environment(owner=False),
        log=stack.layout.logs / f"{name}.log",
        ready=mark.exists,
    )


def main() -> int:
    """Replace what needs Django, then run the real command line."""
    services.MANAGE = STUB
    DURABLE.update(THROW_AWAY)  # tests kill processes, not machines
    services.Stack.web = lambda self, port: stand_in(self, "web", port)  # type: ignore[method-assign]
    services.Stack.worker = lambda self: stand_in(self, "worker")  # type: ignore[method-assign]
    services.Stack.beat = lambda self: stand_in(self, "beat")  # type: ignore[method-assign]
    return cli.run(["manage.py", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
