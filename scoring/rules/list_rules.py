"""红黑榜: the rules of `red_black_list`, read and checked. Who gets on a list is decided in `lists`."""

from collections.abc import Collection
from dataclasses import dataclass

from scoring.rules.conditions import (
    COUNTY_FACTS,
    LEGAL_PERSON_FACTS,
    PARTICIPANT_FACTS,
    Condition,
    parse_condition_list,
)
from scoring.rules.place import Spot

_MANY = 10_000


@dataclass(frozen=True, slots=True)
class RedRule:
    """红榜 (honour): every condition holds; `top_n` cuts the ranking table, `max_per_county` the result."""

    require: tuple[Condition, ...]
    top_n: int | None
    max_per_county: int | None


@dataclass(frozen=True, slots=True)
class BlackRule:
    """黑榜: any condition holds, or the subject is among the last `always_list_bottom_n` with a score."""

    any_of: tuple[Condition, ...]
    always_list_bottom_n: int


@dataclass(frozen=True, slots=True)
class ListRule:
    red: RedRule
    black: BlackRule


@dataclass(frozen=True, slots=True)
class Objection:
    """异议: how long it may be raised and by when it is decided, in working days."""

    window_workdays: int
    decide_in_workdays: int
    suspends_publication: bool


@dataclass(frozen=True, slots=True)
class Removal:
    """移出: what must hold, and the least and the longest time shown, in calendar days."""

    requires: tuple[str, ...]
    min_display_days: int
    max_display_days: int


@dataclass(frozen=True, slots=True)
class ListsPolicy:
    county: ListRule
    legal_person: ListRule
    participant: ListRule
    internal_circular: bool
    public_site: str
    objection: Objection
    removal: Removal


def parse_lists(spot: Spot) -> ListsPolicy:
    fields = spot.fields(
        ("period", "county", "project_owner", "participant", "publicity", "objection", "removal")
    )
    fields["period"].choice("monthly")
    publicity = fields["publicity"].fields(("internal_circular", "public_site"))
    objection = fields["objection"].fields(("window_workdays", "decide_in_workdays", "suspends_publication"))
    removal_spot = fields["removal"]
    removal = removal_spot.fields(("requires", "min_display_days", "max_display_days"))
    shortest = removal["min_display_days"].integer(0, _MANY)
    longest = removal["max_display_days"].integer(0, _MANY)
    if longest < shortest:
        removal["max_display_days"].fail("不能小于min_display_days。")
    return ListsPolicy(
        county=_list_rule(fields["county"], COUNTY_FACTS),
        legal_person=_list_rule(fields["project_owner"], LEGAL_PERSON_FACTS),
        participant=_list_rule(fields["participant"], PARTICIPANT_FACTS),
        internal_circular=publicity["internal_circular"].boolean(),
        public_site=publicity["public_site"].text(),
        objection=Objection(
            objection["window_workdays"].integer(1, _MANY),
            objection["decide_in_workdays"].integer(1, _MANY),
            objection["suspends_publication"].boolean(),
        ),
        removal=Removal(tuple(part.name() for part in removal["requires"].parts()), shortest, longest),
    )


def _list_rule(spot: Spot, known: Collection[str]) -> ListRule:
    fields = spot.fields(("red", "black"))
    notes = ("origin", "refs", "note")
    red = fields["red"].fields(("require",), ("top_n", "max_per_county", *notes))
    black = fields["black"].fields(("any_of",), ("always_list_bottom_n", *notes))
    return ListRule(
        RedRule(
            require=parse_condition_list(red["require"], known),
            top_n=_count(red, "top_n", low=1),
            max_per_county=_count(red, "max_per_county", low=1),
        ),
        BlackRule(
            any_of=parse_condition_list(black["any_of"], known),
            always_list_bottom_n=_count(black, "always_list_bottom_n", low=0) or 0,
        ),
    )


def _count(fields: dict[str, Spot], key: str, *, low: int) -> int | None:
    return fields[key].integer(low, _MANY) if key in fields else None
