"""Bands and words that pages take from a rubric."""

from __future__ import annotations

from core.month import ReportingMonth
from core.svg import ScoreScale
from scoring.rules.rubric import Rubric
from scoring.selectors.rubrics import rubric_of_version, version_in_force


def score_scale(rubric: Rubric) -> ScoreScale:
    """The colour bands of a rubric: its grades, cut at the lines of 约谈 and 不合格."""
    return ScoreScale.from_thresholds(
        grades=[(grade.min, grade.name) for grade in rubric.grades],
        interview=rubric.thresholds.interview_threshold,
        unqualified=rubric.thresholds.unqualified_threshold,
    )


def rubric_in_force(month: ReportingMonth) -> Rubric:
    """The rubric of a month that has no run yet. Raises NoRubric."""
    return rubric_of_version(version_in_force(month))


def grade_name(rubric: Rubric, code: str) -> str:
    """优秀 of A; the code itself when this version does not know it."""
    return next((grade.name for grade in rubric.grades if grade.code == code), code)
