"""The typed arguments of templates/components/. Views build these; templates only lay them out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypedDict

from django.utils.html import format_html
from django.utils.safestring import SafeString

Html = str | SafeString


class Tone(StrEnum):
    """The sense of a chip, a step, a message: each has a sign, so that colour never carries it alone."""

    IDLE = "idle"
    INFO = "info"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    PLAIN = "plain"
    GENERAL = "general"
    SERIOUS = "serious"
    GRAVE = "grave"
    RED = "red"
    BLACK = "black"


SIGNS: dict[str, str] = {
    Tone.IDLE: "○",
    Tone.INFO: "▶",
    Tone.OK: "✓",
    Tone.WARN: "!",
    Tone.BAD: "✕",
    Tone.PLAIN: "",
    Tone.GENERAL: "●",
    Tone.SERIOUS: "▲",
    Tone.GRAVE: "■",
    Tone.RED: "★",
    Tone.BLACK: "▼",
}


def chip(tone: str, label: str, title: str = "") -> SafeString:
    """A sign and a word in the tone's colours; in templates `{% chip "grave" "严重" %}`."""
    tone = Tone(tone).value
    sign = format_html('<span class="sign" aria-hidden="true">{}</span>', SIGNS[tone]) if SIGNS[tone] else ""
    tip = format_html(' title="{}"', title) if title else ""
    return format_html('<span class="chip chip-{}"{}>{}{}</span>', tone, tip, sign, label)


@dataclass(frozen=True)
class Link:
    """A link or, with `method="post"`, a button of a form."""

    label: str
    url: str
    method: str = "get"
    is_primary: bool = False
    is_danger: bool = False
    is_current: bool = False
    key: str = ""
    """A letter of the `g` shortcut (menu links only)."""


@dataclass(frozen=True)
class NavItem:
    """One line of the side menu. `count` is shown only above 0; `count_label` says what it counts."""

    label: str
    url: str
    is_current: bool = False
    count: int = 0
    count_label: str = ""
    is_bad: bool = False
    key: str = ""


@dataclass(frozen=True)
class NavSection:
    """A group of the side menu; an empty label has no heading."""

    label: str
    items: Sequence[NavItem]


class ShellContext(TypedDict, total=False):
    """What base.html reads, given by one context processor. Log-in and error pages have none of it."""

    nav: Sequence[NavSection]
    bureau_name: str
    is_demo: bool
    search_url: str
    todo_url: str
    todo_count: int
    message_url: str
    message_count: int
    user_name: str
    role_label: str
    roles: Sequence[RoleChoice]
    switch_role_url: str
    user_links: Sequence[Link]
    logout_url: str
    text_size: str
    text_size_url: str


@dataclass(frozen=True)
class RoleChoice:
    """One role that the reader may act in; posted as `assignment` to `switch_role_url`."""

    value: str
    label: str
    is_current: bool = False


@dataclass(frozen=True)
class Step:
    """One step of a month or a document. `state`: done, now, late or next."""

    label: str
    state: str = "next"
    note: str = ""
    url: str = ""

    @property
    def sign(self) -> str:
        return {"done": "✓", "now": "▶", "late": "!"}.get(self.state, "○")

    @property
    def state_label(self) -> str:
        """The state in words, for those who do not see the sign."""
        return {"done": "已完成", "now": "进行中", "late": "已逾期"}.get(self.state, "未开始")


@dataclass(frozen=True)
class Figure:
    """A number that asks for an act: `3 份整改通知逾期 · 最长 12 天 · 督办`."""

    value: int | str
    label: str
    url: str
    verb: str = "查看"
    note: str = ""

    @property
    def is_none(self) -> bool:
        return self.value in (0, "0")


@dataclass(frozen=True)
class Entry:
    """One event of a timeline. `tone` ok or bad fills the dot."""

    at: dt.datetime | dt.date
    title: Html
    by: str = ""
    note: Html = ""
    url: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Empty:
    """What an empty list says when no filter is the reason: why it is empty and what to do next."""

    title: str = "没有记录"
    hint: str = ""
    action: Link | None = None


@dataclass(frozen=True)
class HeatCell:
    """One cell of the heat map. `band` 1 (best) to 5, 0 = no score; `text` is what stands in it."""

    text: str
    band: int = 0
    url: str = ""
    label: str = ""
    """Full sentence for a screen reader: 平武县 10月 66.5 分 约谈."""


@dataclass(frozen=True)
class HeatRow:
    label: str
    cells: Sequence[HeatCell]
    url: str = ""


@dataclass(frozen=True)
class HeatMap:
    """Scores of rows × columns (县 × 月)."""

    caption: str
    corner: str
    columns: Sequence[str]
    rows: Sequence[HeatRow]
    legend: Sequence[tuple[int, str]] = ()
    """(band, words): from `core.svg.ScoreScale.legend()`."""
    note: str = ""
    current: str = ""
    """The column that is being looked at."""


@dataclass(frozen=True)
class Change:
    """One line of a before/after comparison; texts are already written for people."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class JobView:
    """Progress of a background job, in words. `state`: waiting, running, done, failed."""

    title: str
    state: str
    percent: int | None = None
    doing: str = ""
    error: str = ""
    url: str = ""
    """This same page, for the refresh link."""
    poll_url: str = ""
    """A view that answers components/_job.html alone; polled every 2 s while the job lives."""
    result: Link | None = None
    retry_url: str = ""
    lines: Sequence[str] = field(default_factory=tuple)

    @property
    def is_live(self) -> bool:
        return self.state in ("waiting", "running")

    @property
    def tone(self) -> Tone:
        return {"running": Tone.INFO, "done": Tone.OK, "failed": Tone.BAD}.get(self.state, Tone.IDLE)

    @property
    def state_label(self) -> str:
        return {"waiting": "排队中", "running": "进行中", "done": "已完成", "failed": "失败"}[self.state]
