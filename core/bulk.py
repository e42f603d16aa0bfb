"""Acts on many rows of a list: which rows were chosen, and what the bar under the table offers.

The bar is a GET form to a preview page; only that page, which names every row, may post the act.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

from core.errors import DomainError

if TYPE_CHECKING:
    from core.listing import Listing

M = TypeVar("M", bound=Model)

LIMIT = 500
"""Rows of one act: what a person can still look through on the preview page."""


class NothingChosen(DomainError):
    """No row was ticked."""


class TooManyChosen(DomainError):
    """More rows than one act may change."""


@dataclass(frozen=True)
class BulkBar:
    """The acts under a list. `actions` are (name, label) pairs; `url` is the preview page."""

    url: str
    actions: Sequence[tuple[str, str]]


def chosen(listing: Listing[Any], params: QueryDict, queryset: QuerySet[M]) -> QuerySet[M]:
    """The ticked rows, or with `all=1` everything that the list's filters leave.

    Raises NothingChosen, TooManyChosen; ids that are none or that the queryset does not hold are no rows.
    """
    if params.get("all") == "1":
        rows: QuerySet[M] = listing.queryset
    else:
        rows = queryset.filter(pk__in=[key for text in params.getlist("pk") if (key := _key(text))])
    count = rows.count()
    if not count:
        raise NothingChosen("没有选中任何一行，请先在列表中勾选。")
    if count > LIMIT:
        raise TooManyChosen(f"选中了 {count} 行，一次最多办理 {LIMIT} 行，请缩小筛选范围后分次办理。")
    return rows


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
