#!/usr/bin/env python3
"""Every command of the product; `up` and `test` prepare the machine themselves (docs/operations.md)."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 -- older Pythons cannot even read the other modules
    sys.stderr.write("错误：需要 Python 3.11 或更高版本，请安装后用 python3.11 manage.py … 重新运行。\n")
    sys.exit(1)


def main() -> int:
    """Prepare the environment if it is not ready, then run the command."""
    from config import bootstrap

    bootstrap.ensure("dev" if sys.argv[1:2] == ["test"] else "app")

    from config.launcher.cli import run

    return run(sys.argv)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.stderr.write("已中断。\n")
        sys.exit(130)
