"""红黑榜: who is on the red list (红榜, honour) and on the black list (黑榜), and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from scoring.rules.conditions import SubjectValue, describe_all
from scoring.rules.list_rules import BlackRule, ListRule, RedRule
from scoring.rules.ranking import RankedRow

COUNTY_SCORE = "score"
LEGAL_PERSON_SCORE = "project_score"
PARTICIPANT_SCORE = "avg_project_score"


@dataclass(frozen=True, slots=True)
class Subject:
    """A county, a legal person (项目法人) or a unit (参建单位) with its named facts.

    `county` is the county that `max_per_county` counts; "" for a unit that works everywhere. `details`
    adds text in brackets to the reason of a yes/no fact (which red lines were hit).
    """

    key: str
    name: str
    county: str
    values: Mapping[str, SubjectValue]
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry: `place` from 1 in its list, `reasons` Chinese phrases without a stop, one per condition."""

    subject: Subject
    place: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lists:
    red: tuple[Listed, ...]
    black: tuple[Listed, ...]


def county_subjects(rows: Iterable[RankedRow]) -> list[Subject]:
    """The counties of a ranked month, in display order."""
    return [
        Subject(row.entrant.key, row.entrant.name, row.entrant.key, row.values, row.details) for row in rows
    ]


def in_display_order(subjects: Iterable[Subject], score_name: str) -> list[Subject]:
    """Higher scores first, subjects without a score last; equal ones keep the order in which they came."""

    def worse(subject: Subject) -> tuple[bool, Fraction]:
        value = subject.values[score_name]
        if value is None or isinstance(value, bool | str):
            return True, Fraction(0)
        return False, -Fraction(value)

    return sorted(subjects, key=worse)


def make_lists(rule: ListRule, subjects: Sequence[Subject], score_name: str) -> Lists:
    """Both lists of subjects given in display order. Nobody is on both: the black list wins."""
    black = _black(rule.black, subjects, score_name)
    accused = {listed.subject.key for listed in black}
    return Lists(red=_red(rule.red, subjects, accused), black=black)


def _red(rule: RedRule, subjects: Sequence[Subject], accused: set[str]) -> tuple[Listed, ...]:
    """`top_n` cuts the whole table first: the runner-up does not move up when a leader fails a condition."""
    found: list[Listed] = []
    per_county: dict[str, int] = {}
    for subject in subjects[: rule.top_n]:
        if subject.key in accused or not all(condition.holds(subject.values) for condition in rule.require):
            continue
        taken = per_county.get(subject.county, 0)
        if rule.max_per_county is not None and taken >= rule.max_per_county:
            continue
        per_county[subject.county] = taken + 1
        reasons = tuple(
            describe_all((condition,), subject.values, subject.details) for condition in rule.require
        )
        found.append(Listed(subject, len(found) + 1, reasons))
    return tuple(found)


def _black(rule: BlackRule, subjects: Sequence[Subject], score_name: str) -> tuple[Listed, ...]:
    with_score = [subject.key for subject in subjects if subject.values[score_name] is not None]
    bottom = set(with_score[-rule.always_list_bottom_n :]) if rule.always_list_bottom_n else set()
    found: list[Listed] = []
    for subject in subjects:
        met = [condition for condition in rule.any_of if condition.holds(subject.values)]
        reasons = [describe_all((condition,), subject.values, subject.details) for condition in met]
        if subject.key in bottom:
            reasons.append(f"得分位列后{rule.always_list_bottom_n}名")
        if reasons:
            found.append(Listed(subject, len(found) + 1, tuple(reasons)))
    return tuple(found)
