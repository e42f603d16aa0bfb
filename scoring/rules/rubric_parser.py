"""From YAML text to a checked `Rubric`. Every error names its place; nothing is guessed or skipped."""

from collections.abc import Collection, Iterable
from decimal import Decimal

from core import canonical
from scoring.rules.duty import parse_duty
from scoring.rules.exact_yaml import load
from scoring.rules.grades import parse_grades
from scoring.rules.item_rules import FactKind, facts_of, parse_extra, parse_rule
from scoring.rules.list_rules import parse_lists
from scoring.rules.numbers import round_half_up
from scoring.rules.place import Spot, refuse_duplicates
from scoring.rules.project_score import parse_weights
from scoring.rules.rubric import (
    DUTY_INSPECTION,
    MONTHLY_SCORE,
    UNIT_ORDER,
    Adjustment,
    Category,
    Grade,
    Item,
    Parameter,
    RankingRules,
    RedLine,
    Rubric,
    Thresholds,
    ZeroReportPolicy,
)
from scoring.rules.timeline import parse_timeline
from scoring.rules.triggers import Action, parse_actions

FULL_SCORE = Decimal(100)
"""The scale of scoring.md §4 (百分制): raw = 100 * earned / available, adjusted is clamped to 0…100."""

_REQUIRED = ("meta", "categories", "grades", "config")
_OPTIONAL = (
    "item_floor",
    "min_deduction_step",
    "adjustments",
    "red_lines",
    "ranking",
    "actions",
    "red_black_list",
    "duty_inspection",
    "problem_weights",
    "fact_parameters",
    "red_line_sources",
)
_RED_LINE_SOURCES = (
    "accident_ordinary",
    "accident_major",
    "accident_severe",
    "accident_extreme",
    "accident_concealed",
    "grave_overdue",
    "returns_missing",
)
_ORIGINS = ("source", "adapted", "design")
_NOTES = ("origin", "refs", "note")
_MOST_DECIMALS = 4
_FORMULA = "100 * earned / available"


def parse_rubric(text: str) -> Rubric:
    """The rubric of a YAML text. Raises `RubricError` naming the first wrong place."""
    tree = Spot(load(text))
    top = tree.fields(_REQUIRED, _OPTIONAL)
    meta = _Meta(top["meta"])
    categories = _categories(top["categories"], meta)
    items = [item for category in categories for item in category.items]
    grades = parse_grades(top["grades"], FULL_SCORE)
    adjustments = _Adjustments(top.get("adjustments"), meta)
    red_lines = _red_lines(top.get("red_lines"), grades, meta)
    rubric = Rubric(
        code=meta.code,
        version=meta.version,
        title=meta.title,
        digest=canonical.sha256(tree.value),
        total_points=meta.total_points,
        score_decimals=meta.score_decimals,
        min_available_points=meta.min_available_points,
        categories=categories,
        grades=grades,
        thresholds=_thresholds(top["config"]),
        sources=meta.sources,
        bonus_cap=adjustments.bonus_cap,
        bonuses=adjustments.bonuses,
        penalties=adjustments.penalties,
        red_lines=red_lines,
        ranking=_ranking(top["ranking"], [item.id for item in items]) if "ranking" in top else None,
        timeline=parse_timeline(meta.fields["timeline"]) if "timeline" in meta.fields else None,
        zero_report=meta.zero_report(),
        min_deduction_step=top["min_deduction_step"].positive() if "min_deduction_step" in top else None,
        actions=_actions(top.get("actions"), categories),
        lists=parse_lists(top["red_black_list"]) if "red_black_list" in top else None,
        duty=parse_duty(top["duty_inspection"], FULL_SCORE) if "duty_inspection" in top else None,
        weights=parse_weights(top["problem_weights"], FULL_SCORE) if "problem_weights" in top else None,
        parameters=_parameters(top.get("fact_parameters")),
        red_line_sources=_red_line_sources(top.get("red_line_sources"), red_lines),
        fact_kinds=_fact_kinds(top, items, adjustments, red_lines),
    )
    if "item_floor" in top and top["item_floor"].number() != 0:
        top["item_floor"].fail("每项最低分固定为0。")
    return rubric


class _Meta:
    """The `meta` section, read as far as the score needs it."""

    def __init__(self, spot: Spot) -> None:
        self.fields = spot.fields(
            ("code", "version", "title", "total_points", "score_decimals", "not_applicable_policy"),
            ("period", "units", "timeline", "zero_report_policy", "sources"),
        )
        self.code = self.fields["code"].text()
        self.version = self.fields["version"].text()
        self.title = self.fields["title"].text()
        self.total_points = self.fields["total_points"].positive()
        self.score_decimals = self.fields["score_decimals"].integer(0, _MOST_DECIMALS)
        self.sources = {
            key: spot.text()
            for key, spot in (self.fields["sources"].entries() if "sources" in self.fields else {}).items()
        }
        policy = self.fields["not_applicable_policy"].fields(("rule", "min_available_points"), ("final",))
        policy["rule"].choice("drop_item_from_earned_and_available")
        if "final" in policy:
            policy["final"].choice(_FORMULA)
        self.min_available_points = policy["min_available_points"].number(0, self.total_points)
        if "period" in self.fields:
            self.fields["period"].choice("calendar_month")
        if "units" in self.fields:
            self.fields["units"].choice("counties_and_functional_zones")

    def zero_report(self) -> ZeroReportPolicy | None:
        if "zero_report_policy" not in self.fields:
            return None
        policy = self.fields["zero_report_policy"].fields(
            ("explicit_zero_is_a_report", "silent_missing_is_not", "consecutive_zero_months_flag")
        )
        return ZeroReportPolicy(
            policy["explicit_zero_is_a_report"].boolean(),
            policy["silent_missing_is_not"].boolean(),
            policy["consecutive_zero_months_flag"].integer(1, 12),
        )

    def origin(self, fields: dict[str, Spot]) -> str:
        return fields["origin"].choice(*_ORIGINS) if "origin" in fields else ""

    def refs(self, fields: dict[str, Spot]) -> tuple[str, ...]:
        """Keys of `meta.sources`; where a rubric lists no sources at all, any text is taken."""
        refs = []
        for part in fields["refs"].parts() if "refs" in fields else []:
            if self.sources and part.text() not in self.sources:
                part.fail(f"“{part.text()}”没有列在meta.sources中。")
            refs.append(part.text())
        return tuple(refs)


def _optional_text(fields: dict[str, Spot], key: str) -> str:
    return fields[key].text() if key in fields else ""


def _categories(spot: Spot, meta: _Meta) -> tuple[Category, ...]:
    parts = spot.parts()
    categories = tuple(_category(part, meta) for part in parts)
    item_spots = [one for part in parts for one in part.entries()["items"].parts()]
    refuse_duplicates(((part.identifier(), part) for part in [*parts, *item_spots]), "编号")
    total = sum(category.max for category in categories)
    if total != meta.total_points:
        spot.fail(f"各类满分之和为{total}，应等于meta.total_points（{meta.total_points}）。")
    return categories


def _category(spot: Spot, meta: _Meta) -> Category:
    fields = spot.fields(("id", "name", "max", "items"), ("note",))
    items = tuple(_item(part, meta) for part in fields["items"].parts())
    if not items:
        fields["items"].fail("至少应有一个评分项。")
    maximum = fields["max"].positive()
    total = sum(item.max for item in items)
    if total != maximum:
        fields["max"].fail(f"满分为{maximum}，而各项满分之和为{total}。")
    return Category(fields["id"].name(), fields["name"].text(), maximum, items)


def _item(spot: Spot, meta: _Meta) -> Item:
    fields = spot.fields(("id", "name", "max", "rule"), ("extra", "evidence", *_NOTES))
    maximum = fields["max"].positive()
    return Item(
        id=fields["id"].name(),
        name=fields["name"].text(),
        max=maximum,
        rule=parse_rule(fields["rule"], maximum),
        extra=parse_extra(fields["extra"]) if "extra" in fields else None,
        origin=meta.origin(fields),
        refs=meta.refs(fields),
        evidence=_optional_text(fields, "evidence"),
        note=_optional_text(fields, "note"),
    )


class _Adjustments:
    """Bonuses with their cap, and penalties."""

    def __init__(self, spot: Spot | None, meta: _Meta) -> None:
        self.bonus_cap: Decimal | None = None
        self.bonuses: tuple[Adjustment, ...] = ()
        self.penalties: tuple[Adjustment, ...] = ()
        fields = spot.fields((), ("bonus", "penalty")) if spot is not None else {}
        if "bonus" in fields:
            bonus = fields["bonus"].fields(("cap", "items"))
            self.bonus_cap = bonus["cap"].number(0)
            self.bonuses = _adjustments(bonus["items"], meta)
        if "penalty" in fields:
            self.penalties = _adjustments(fields["penalty"].fields(("items",))["items"], meta)


def _adjustments(spot: Spot, meta: _Meta) -> tuple[Adjustment, ...]:
    found = []
    for part in spot.parts():
        fields = part.fields(("id", "name", "pts"), _NOTES)
        found.append(
            Adjustment(
                id=fields["id"].name(),
                name=fields["name"].text(),
                pts=fields["pts"].positive(),
                origin=meta.origin(fields),
                refs=meta.refs(fields),
                note=_optional_text(fields, "note"),
            )
        )
    return tuple(found)


def _red_lines(spot: Spot | None, grades: tuple[Grade, ...], meta: _Meta) -> tuple[RedLine, ...]:
    parts = spot.parts() if spot is not None else []
    refuse_duplicates(((part.identifier(), part) for part in parts), "红线")
    return tuple(_red_line(part, grades, meta) for part in parts)


def _red_line(spot: Spot, grades: tuple[Grade, ...], meta: _Meta) -> RedLine:
    fields = spot.fields(("id", "name", "effect"), _NOTES)
    effect = fields["effect"].fields((), ("cap", "grade", "unqualified"))
    if not effect:
        fields["effect"].fail("至少应写明cap、grade、unqualified之一。")
    cap = effect["cap"].number(0, FULL_SCORE) if "cap" in effect else None
    if cap is not None and cap != round_half_up(cap, meta.score_decimals):
        # rounding up to the next tenth could lift the score over the very line that the cap is to hold
        effect["cap"].fail(f"小数位数不能多于score_decimals（{meta.score_decimals}）。")
    return RedLine(
        id=fields["id"].name(),
        name=fields["name"].text(),
        cap=cap,
        grade=effect["grade"].choice(*(grade.code for grade in grades)) if "grade" in effect else None,
        unqualified=effect["unqualified"].boolean() if "unqualified" in effect else False,
        origin=meta.origin(fields),
        refs=meta.refs(fields),
        note=_optional_text(fields, "note"),
    )


def _thresholds(spot: Spot) -> Thresholds:
    fields = spot.fields(
        ("interview_threshold", "unqualified_threshold"),
        ("interview_triggers", "merge_same_month_interviews"),
    )
    interview = fields["interview_threshold"].number(0, FULL_SCORE)
    unqualified = fields["unqualified_threshold"].number(0, FULL_SCORE)
    triggers = [MONTHLY_SCORE, DUTY_INSPECTION]
    if "interview_triggers" in fields:
        triggers = [
            part.choice(DUTY_INSPECTION, MONTHLY_SCORE) for part in fields["interview_triggers"].parts()
        ]
    merge = fields.get("merge_same_month_interviews")
    return Thresholds(interview, unqualified, tuple(triggers), merge.boolean() if merge is not None else True)


def _ranking(spot: Spot, item_ids: Collection[str]) -> RankingRules:
    fields = spot.fields(("method", "by", "display_tie_break"))
    fields["method"].choice("dense")
    fields["by"].choice("final_score")
    parts = fields["display_tie_break"].parts()
    names = tuple(part.choice(*item_ids, UNIT_ORDER) for part in parts)
    refuse_duplicates(zip(names, parts, strict=True), "排序依据")
    return RankingRules(names)


def _actions(spot: Spot | None, categories: Iterable[Category]) -> tuple[Action, ...] | None:
    if spot is None:
        return None
    targets = {category.id for category in categories}
    targets.update(item.id for category in categories for item in category.items)
    return parse_actions(spot, targets)


def _parameters(spot: Spot | None) -> dict[str, Parameter]:
    parameters = {}
    for name, entry in (spot.entries() if spot is not None else {}).items():
        fields = entry.fields(("value",), ("origin", "note"))
        parameters[name] = Parameter(
            name=name,
            value=fields["value"].number(0),
            origin=fields["origin"].choice(*_ORIGINS) if "origin" in fields else "",
            note=_optional_text(fields, "note"),
        )
    return parameters


def _red_line_sources(spot: Spot | None, red_lines: Iterable[RedLine]) -> dict[str, str]:
    """Which red line a proof in the records is; the other red lines are recorded as found by the bureau."""
    if spot is None:
        return {}
    entries = spot.fields((), _RED_LINE_SOURCES)
    return {source: entries[source].choice(*(line.id for line in red_lines)) for source in entries}


def _fact_kinds(
    top: dict[str, Spot], items: Iterable[Item], adjustments: _Adjustments, red_lines: Iterable[RedLine]
) -> dict[str, FactKind]:
    """Every fact that the rubric reads. One name is either a number or a yes/no, never both."""
    uses = [(item.id, use) for item in items for use in facts_of(item.rule)]
    uses += [(item.id, use) for item in items if item.extra is not None for use in facts_of(item.extra)]
    kinds: dict[str, FactKind] = {}
    for item_id, (name, kind) in uses:
        if kinds.setdefault(name, kind) is not kind:
            Spot(None, f"categories.{item_id}").fail(f"事实“{name}”在别处按另一种类型使用。")
    by_id = [(one.id, FactKind.NUMBER) for one in (*adjustments.bonuses, *adjustments.penalties)]
    by_id += [(one.id, FactKind.BOOLEAN) for one in red_lines]
    for name, kind in by_id:
        if name in kinds:
            top["categories"].fail(f"“{name}”重复：加分、扣分、红线的编号与事实名称不能相同。")
        kinds[name] = kind
    return kinds
