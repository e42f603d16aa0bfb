"""One module per kind of document, each a pure function from facts and prose to a ``GongwenContent``.

``BUILDERS`` is the register: the key is the kind that is stored. A draft keeps its facts as JSON
(``codec.to_json``) and its edited prose; ``build`` gives the content to print or to freeze.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reports.gongwen import codec
from reports.gongwen.builders import (
    circular,
    criticism,
    interview,
    key_objects,
    rectification,
    reminder,
    year_plan,
)
from reports.gongwen.content import GongwenContent
from reports.gongwen.facts import (
    CriticismFacts,
    InterviewNoticeFacts,
    KeyObjectListFacts,
    MonthlyCircularFacts,
    RectificationNoticeFacts,
    ReminderLetterFacts,
    YearPlanFacts,
)
from reports.gongwen.prose import Section

Facts = (
    MonthlyCircularFacts
    | CriticismFacts
    | RectificationNoticeFacts
    | InterviewNoticeFacts
    | ReminderLetterFacts
    | YearPlanFacts
    | KeyObjectListFacts
)


@dataclass(frozen=True, slots=True)
class Builder:
    """How one kind of document is made: its facts, the sections people may edit, their first wording."""

    facts_type: type[Any]
    sections: tuple[Section, ...]
    default_prose: Callable[[Any], dict[str, str]]
    build: Callable[[Any, Mapping[str, str]], GongwenContent]


BUILDERS: dict[str, Builder] = {
    circular.KIND: Builder(MonthlyCircularFacts, circular.SECTIONS, circular.default_prose, circular.build),
    criticism.KIND: Builder(CriticismFacts, criticism.SECTIONS, criticism.default_prose, criticism.build),
    rectification.KIND: Builder(
        RectificationNoticeFacts, rectification.SECTIONS, rectification.default_prose, rectification.build
    ),
    interview.KIND: Builder(
        InterviewNoticeFacts, interview.SECTIONS, interview.default_prose, interview.build
    ),
    reminder.KIND: Builder(ReminderLetterFacts, reminder.SECTIONS, reminder.default_prose, reminder.build),
    year_plan.KIND: Builder(YearPlanFacts, year_plan.SECTIONS, year_plan.default_prose, year_plan.build),
    key_objects.KIND: Builder(
        KeyObjectListFacts, key_objects.SECTIONS, key_objects.default_prose, key_objects.build
    ),
}


def kind_of(facts: Facts) -> str:
    """The kind that a set of facts belongs to."""
    return next(kind for kind, builder in BUILDERS.items() if builder.facts_type is type(facts))


def read_facts(kind: str, text: str | bytes) -> Facts:
    """Facts of a stored draft; raises ``UnreadableContent``."""
    facts: Facts = codec.from_json(BUILDERS[kind].facts_type, text)
    return facts


def default_prose(facts: Facts) -> dict[str, str]:
    """First wording of every editable section."""
    return BUILDERS[kind_of(facts)].default_prose(facts)


def build(facts: Facts, edited: Mapping[str, str]) -> GongwenContent:
    """Content of the document; sections that were not edited take their default wording."""
    return BUILDERS[kind_of(facts)].build(facts, edited)


def numbered(facts: Facts, *, number: str, date: dt.date) -> Facts:
    """The facts with the number and date that sign-off gives: what is built from them is final."""
    envelope = dataclasses.replace(facts.envelope, number=number, date=date, print_date=date)
    return dataclasses.replace(facts, envelope=envelope)
