"""One fact, several units: each gets a finding of its own, tied together by `same_fact` (handbook §1.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

COPIED: Final = (
    "catalogue_code",
    "kind",
    "severity",
    "severity_reason",
    "text",
    "part",
    "basis",
    "position",
    "checklist_code",
)


def sibling_changes(
    key: str, leaves: Mapping[str, Any], *, new_key: str, unit_id: str
) -> Iterator[tuple[str, Any]]:
    """(path, value) of the changes that write a sibling of the finding `key` for another unit.

    The tie is the identifier of the first finding; it is written on that one too, once.

    >>> changes = dict(sibling_changes("a", {"text": "裂缝", "unit_id": "u"}, new_key="b", unit_id="v"))
    >>> changes["findings/a/same_fact"], changes["findings/b/same_fact"], changes["findings/b/text"]
    ('a', 'a', '裂缝')
    """
    tie = leaves.get("same_fact") or key
    if not leaves.get("same_fact"):
        yield f"findings/{key}/same_fact", tie
    for leaf in COPIED:
        if leaves.get(leaf) is not None:
            yield f"findings/{new_key}/{leaf}", leaves[leaf]
    yield f"findings/{new_key}/unit_id", unit_id
    yield f"findings/{new_key}/same_fact", tie
