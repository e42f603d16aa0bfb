"""Which rubric a month is scored by."""

from __future__ import annotations

from functools import lru_cache

from core.errors import DomainError
from core.month import ReportingMonth
from scoring.models import RubricVersion
from scoring.rules.rubric import Rubric
from scoring.rules.rubric_parser import parse_rubric


class NoRubric(DomainError):
    """No rubric is in force in the month."""


@lru_cache(maxsize=64)
def parsed(source_text: str) -> Rubric:
    """The rubric of a text, parsed once: a rubric is immutable. Raises RubricError."""
    return parse_rubric(source_text)


def rubric_of_version(version: RubricVersion) -> Rubric:
    """The rubric that a stored version spells."""
    return parsed(version.source_text)


def version_in_force(month: ReportingMonth) -> RubricVersion:
    """The version in force in a month of the current city.

    Raises NoRubric when none is.
    """
    version = (
        RubricVersion.objects.filter(effective_from__lte=month.first).order_by("-effective_from").first()
    )
    if version is None:
        raise NoRubric(f"{month.label}没有已生效的评分细则，请先载入。")
    return version
