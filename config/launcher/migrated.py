"""Whether the database of a data folder has the schema of this source tree, without asking Django."""

from __future__ import annotations

import hashlib
from pathlib import Path

from config.bootstrap import ROOT
from config.launcher.layout import Layout


def schema_mark(root: Path = ROOT) -> str:
    """A hash over all our migration files and the lock file (packages bring migrations of their own)."""
    digest = hashlib.sha256((root / "requirements" / "app.txt").read_bytes())
    for path in sorted(root.glob("*/migrations/*.py")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_migrated(layout: Layout) -> bool:
    """True when the last `migrate` on this data folder was that of this source tree."""
    mark = layout.data / "schema-mark"
    return mark.exists() and mark.read_text(encoding="ascii") == schema_mark()


def remember_migrated(layout: Layout) -> None:
    """Note that `migrate` succeeded."""
    (layout.data / "schema-mark").write_text(schema_mark(), encoding="ascii")


def forget_migrated(layout: Layout) -> None:
    """A new cluster is empty, whatever an older one in the same folder was."""
    (layout.data / "schema-mark").unlink(missing_ok=True)
