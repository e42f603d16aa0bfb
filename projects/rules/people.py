"""Who is one person, and on how many works at once."""

from __future__ import annotations

import datetime as dt

MANAGER_POST = "项目经理"
"""A registered constructor leads one project at a time (注册建造师执业管理办法 art. 9)."""

POSTS: tuple[str, ...] = (
    "法人代表",
    "项目负责人",
    "质量负责人",
    "勘察负责人",
    "设计负责人",
    "项目经理",
    "技术负责人",
    "质检员",
    "总监理工程师",
    "监理工程师",
    "检测负责人",
    "安全负责人",
)
"""What posts are usually called; another name is possible."""

EXPIRY_WARNING_DAYS = 60
"""Calendar days before the end of a certificate from which it is shown as running out."""


def certificate_state(valid_until: dt.date | None, as_of: dt.date) -> str:
    """ "" (no date), "valid", "ending" or "expired"; the last day still counts."""
    if valid_until is None:
        return ""
    if valid_until < as_of:
        return "expired"
    return "ending" if (valid_until - as_of).days <= EXPIRY_WARNING_DAYS else "valid"


def is_in_post(valid_from: dt.date | None, valid_to: dt.date | None, as_of: dt.date) -> bool:
    """Whether somebody holds a post on a day; open ends reach for ever, the last day counts."""
    return (valid_from is None or valid_from <= as_of) and (valid_to is None or valid_to >= as_of)
