"""Which way a command goes: the launcher, the test run, Django with embedded services, or Django alone."""

from __future__ import annotations

import errno
import os
import sys

from config.launcher import commands, testing, up
from config.launcher.errors import LaunchError


def run(argv: list[str]) -> int:
    """Run `manage.py <argv>`; returns the exit code."""
    command = argv[1] if len(argv) > 1 else "help"
    try:
        if command == "up":
            return up.run(argv[2:])
        if command == "test":
            return testing.run(argv[2:])
        if {"DATABASE_URL", "DATABASE_URL_FILE"} & os.environ.keys():
            return _django(argv)
        return commands.run(argv)
    except LaunchError as error:
        sys.stderr.write(f"错误：{error}\n")
        return 1
    except OSError as error:
        if error.errno == errno.ENOSPC:
            sys.stderr.write("错误：磁盘空间不足，请清理磁盘（至少 1 GB）后重新运行。\n")
            return 1
        raise


def _django(argv: list[str]) -> int:
    # Real servers, or a child of the launcher: everything is in the environment already.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    from django.core.management import execute_from_command_line

    execute_from_command_line(argv)
    return 0
