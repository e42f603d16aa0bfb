"""Copy the pinned browser assets out of node_modules into the tree, with a manifest of their hashes.

A developer runs this after `npm ci` when a version in package.json changes; nothing else needs Node.
The versions and integrity hashes come from package-lock.json, so the manifest says where bytes came from.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"


@dataclass(frozen=True)
class Vendored:
    """Files of one package and the folder they are kept in; `{version}` is filled in."""

    package: str
    target: str
    files: dict[str, str]


VENDORED = (
    Vendored(
        package="htmx.org",
        target="static/vendor/htmx-{version}",
        files={"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"},
    ),
    Vendored(
        package="axe-core",
        target="tests/ui/vendor",
        files={
            "axe.min.js": "axe.min.js",
            "LICENSE": "LICENSE",
            "LICENSE-3RD-PARTY.txt": "LICENSE-3RD-PARTY.txt",
        },
    ),
)


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def vendor(entry: Vendored, lock: dict[str, Any]) -> Path:
    """Copy one package's files and write its MANIFEST.json; returns the folder."""
    locked = lock["packages"][f"node_modules/{entry.package}"]
    folder = ROOT / entry.target.format(version=locked["version"])
    folder.mkdir(parents=True, exist_ok=True)
    for source, name in entry.files.items():
        shutil.copyfile(PACKAGES / entry.package / source, folder / name)
    manifest = {
        "name": entry.package,
        "version": locked["version"],
        "license": locked["license"],
        "integrity": locked["integrity"],
        "files": {name: sha256_of(folder / name) for name in sorted(entry.files.values())},
    }
    (folder / "MANIFEST.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return folder


def main() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    for entry in VENDORED:
        folder = vendor(entry, lock)
        print(f"{entry.package} -> {folder.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
