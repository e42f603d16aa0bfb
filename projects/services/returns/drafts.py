"""Finding and locking the draft of a return; copying a version's content into the next."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db.models import Max

from projects.models import MonthlyReturn, ReturnLine, ReturnReopening, ReturnVersion
from projects.rules.returns import RETURN_FIELDS
from projects.selectors.returns.locks import OpenFields, open_fields
from projects.selectors.returns.versions import draft_of
from projects.services.returns.errors import ReturnLocked, SamePerson, WrongState

LINE_NAMES = tuple(field.name for field in RETURN_FIELDS)


def lock_return(return_id: uuid.UUID) -> MonthlyReturn:
    """The return, locked until the end of the transaction; every service of this package takes it first."""
    rows = MonthlyReturn.objects.select_for_update(of=("self",)).select_related("jurisdiction")
    return rows.get(pk=return_id)


def locked_draft(return_id: uuid.UUID, *, at: dt.datetime) -> tuple[MonthlyReturn, ReturnVersion, OpenFields]:
    """The return with its draft and what is open in it.

    Raises ReturnLocked, with the reason, where nothing is open.
    """
    return_ = lock_return(return_id)
    draft = draft_of(return_)
    open_ = open_fields(return_, draft, at=at)
    if draft is None or not open_.is_editable:
        raise ReturnLocked(f"{label_of(return_)}{open_.reason}。")
    return return_, draft, open_


def label_of(return_: MonthlyReturn) -> str:
    """`北川县2023年9月月报`."""
    return f"{return_.jurisdiction.short_name}{return_.month.year}年{return_.month.month}月月报"


def must_be(return_: MonthlyReturn, *states: str, act: str) -> None:
    """Raises WrongState unless the return is in one of the states."""
    if return_.state not in states:
        raise WrongState(f"{label_of(return_)}现为“{return_.get_state_display()}”，不能{act}。")


def must_be_another(by: Any, *, account: uuid.UUID | None, name: str, post: str, act: str) -> None:
    """Raises SamePerson where `by` is the account or bears the name that already holds the post."""
    if (account is not None and by.id == account) or (name and by.display_name == name):
        raise SamePerson(f"{name or by.display_name}是本月报的{post}，不能再{act}，请由另一人办理。")


def copy_version(source: ReturnVersion, *, reopening: ReturnReopening | None = None) -> ReturnVersion:
    """A new draft with the content of a submitted version."""
    versions = ReturnVersion.objects.filter(monthly_return=source.monthly_return_id)
    last = versions.aggregate(last=Max("number"))["last"]  # a refused correction keeps its number
    draft = ReturnVersion.objects.create(
        city_id=source.city_id,
        jurisdiction_id=source.jurisdiction_id,
        monthly_return_id=source.monthly_return_id,
        number=last + 1,
        reopening=reopening,
        header=source.header,
    )
    lines = [
        ReturnLine(
            city_id=line.city_id,
            jurisdiction_id=line.jurisdiction_id,
            version=draft,
            project_id=line.project_id,
            **{name: getattr(line, name) for name in LINE_NAMES},
        )
        for line in source.lines.all()
    ]
    ReturnLine.objects.bulk_create(lines, batch_size=500)
    return draft
