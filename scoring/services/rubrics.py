"""Loading a rubric version."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

from django.db import transaction

from audit.services import record
from core.errors import DomainError
from core.month import ReportingMonth
from scoring.models import RubricVersion, ScoreRun
from scoring.selectors.rubrics import parsed
from tenancy.scope import current_scope

DEFAULT_RUBRIC = Path(__file__).resolve().parent.parent / "data" / "rubric.yaml"


class RubricRefused(DomainError):
    """The rubric cannot take effect; the message says why."""


@transaction.atomic
def load_rubric(*, text: str, effective_from: ReportingMonth, by: Any, at: dt.datetime) -> RubricVersion:
    """Write a rubric that scores months from `effective_from` on. The same text again changes nothing.

    Raises RubricRefused when a month from then on was already closed; the parser's error names a bad place.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()
    rubric = parsed(text)
    present = RubricVersion.objects.filter(code=rubric.code, version=rubric.version).first()
    if present is not None:
        if present.sha256 == digest:
            return present
        raise RubricRefused(f"评分细则“{rubric.code} {rubric.version}”已存在且内容不同，请使用新的版本号。")
    if ScoreRun.objects.filter(month__gte=effective_from.first).exists():
        raise RubricRefused(f"{effective_from.label}及以后已有月份结账，新细则只能从未结账的月份起施行。")
    version = RubricVersion.objects.create(
        city_id=current_scope().city_id,
        code=rubric.code,
        version=rubric.version,
        title=rubric.title,
        effective_from=effective_from.first,
        source_text=text,
        sha256=digest,
        created_at=at,
        created_by_name=getattr(by, "display_name", str(by)),
    )
    record(
        action="scoring.rubric.load",
        subject=version,
        by=by,
        at=at,
        after={"version": rubric.version, "sha256": digest},
    )
    return version
