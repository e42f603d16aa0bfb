"""The tablet's client as a set of files: which they are, what their bytes are, and the version that follows from them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

SHELL_ADDRESS = "/field/"
ROOT_ADDRESS = "/static/field"
"""Original names, never hashed ones: the modules import each other by them, and the worker knows their bytes."""
_KINDS = {".js", ".css", ".svg", ".png", ".webmanifest"}
_WORKER = Path("engine") / "worker.js"


@dataclass(frozen=True)
class FieldClient:
    """One edition of the client. `files`: address → SHA-256 of the bytes; the worker installs all of them or none."""

    version: str
    shell: str
    files: dict[str, str]
    worker: str


def field_client() -> FieldClient:
    """The edition that stands in the tree now. Read again only when a file of it has changed."""
    folder = _folder()
    paths = sorted(path for path in folder.rglob("*") if path.suffix in _KINDS)
    marks = tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in paths)
    return _edition(marks)


def _folder() -> Path:
    return Path(settings.BASE_DIR) / "static" / "field"


@lru_cache(maxsize=4)
def _edition(marks: tuple[tuple[str, int, int], ...]) -> FieldClient:
    folder = _folder()
    paths = [Path(name) for name, _, _ in marks]
    files = {
        f"{ROOT_ADDRESS}/{path.relative_to(folder).as_posix()}": _sha256(path.read_bytes())
        for path in paths
        if path.relative_to(folder) != _WORKER
    }
    script = (folder / _WORKER).read_text(encoding="utf-8")
    version = _sha256(json.dumps([files, script, _shell("")]).encode())[:12]
    shell = _shell(version)
    build = {"version": version, "files": {SHELL_ADDRESS: _sha256(shell.encode()), **files}}
    return FieldClient(version, shell, files, f"const BUILD = {json.dumps(build)};\n{script}")


def _shell(version: str) -> str:
    return render_to_string("field/shell.html", {"version": version, "root": ROOT_ADDRESS})


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
