"""What a notice of inspection tells a firm of its rights and of the inspectors' conduct: wording kept as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

_FILE = Path(__file__).resolve().parent.parent / "data" / "inspection_conduct.yaml"


@dataclass(frozen=True)
class Rule:
    """A heading with its lines."""

    title: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Conduct:
    """The text on the notice. source: what it is arranged from."""

    source: str
    rights: Sequence[str]
    duties: Sequence[str]
    forbidden: Rule
    must_not: Rule


@lru_cache(maxsize=1)
def conduct() -> Conduct:
    """As the data file says; read once per process."""
    data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return Conduct(
        source=data["source"],
        rights=tuple(data["rights"]),
        duties=tuple(data["duties"]),
        forbidden=Rule(data["forbidden"]["title"], tuple(data["forbidden"]["lines"])),
        must_not=Rule(data["must_not"]["title"], tuple(data["must_not"]["lines"])),
    )
