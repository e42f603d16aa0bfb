"""Stand-in for manage.py in the tests of `up`: notes every call in `story`, answers like the real commands."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

DATA = Path(os.environ["ANLAN_DATA_DIR"])


def note(text: str) -> None:
    """One line of the story."""
    with (DATA / "story").open("a", encoding="utf-8") as story:
        story.write(text + "\n")


def serve(name: str) -> NoReturn:
    """Live until SIGTERM."""

    def end(*_: object) -> None:
        note(f"end {name}")
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
    note(f"start {name}")
    (DATA / f"ready-{name}").touch()
    while True:
        time.sleep(60)


def main() -> int:
    """Answer one command."""
    command = sys.argv[1]
    if command == "serve":
        serve(sys.argv[2])
    note(f"{command} owner={'DATABASE_OWNER_URL' in os.environ}")
    if (DATA / f"fail-{command}").exists():
        sys.stderr.write(f"{command} cannot\n")
        return 3
    if (DATA / f"hang-{command}").exists():
        (DATA / f"hangs-{command}").touch()
        time.sleep(60)
    if command == "demo_month":
        sys.stderr.write('2023年4月已月结\n{"event": "a log record 记录"}\nTraceback-like line\n')
        print("progress")
        print(json.dumps({"pdf": "/x.pdf", "sha256": "0", "counties": 15, "interviews": 1, "seconds": 2}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
