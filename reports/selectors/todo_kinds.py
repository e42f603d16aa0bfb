"""What one kind of to-do is: the rows that wait and the line that each of them makes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True)
class Todo:
    """One thing to do. `verb` names the act behind the link: 查看 where the product has no page for the act."""

    title: str
    note: str
    url: str
    verb: str
    due: dt.date | None = None
    is_late: bool = False


@dataclass(frozen=True)
class Source:
    """Rows of one kind that wait, in the order of the page; `more_url` leads to all of them."""

    label: str
    rows: QuerySet[Any]
    line: Callable[[Any], Todo]
    more_url: str = ""
