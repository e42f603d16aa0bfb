"""From YAML text to a checked rule set. Every error names its place; nothing is guessed or skipped."""

from decimal import Decimal

from core.errors import DomainError
from scoring.rules import exact_yaml
from scoring.rules.errors import RubricError
from scoring.rules.place import Spot, refuse_duplicates
from scoring.rules.risk.facts import PARAMETERS, RISK_FACTS, Kind, Worse
from scoring.rules.risk.rules import CLASSES, ClassLine, RiskRule, RiskRules, RuleType, Tier

_ORIGINS = ("source", "adapted", "design")
_TYPES = {
    (Kind.NUMBER, Worse.HIGHER): (RuleType.AT_LEAST,),
    (Kind.NUMBER, Worse.LOWER): (RuleType.AT_MOST,),
    (Kind.COUNT, Worse.HIGHER): (RuleType.AT_LEAST, RuleType.PER_COUNT),
    (Kind.FLAG, Worse.HIGHER): (RuleType.FLAG,),
}
"""A rule may only add risk in the direction in which its fact is worse."""


class RiskRuleError(DomainError):
    """The rule set is wrong at `place`, a path such as `rules[delay].tiers[2]`."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"风险规则 {place}：{problem}")
        self.place = place


def parse_risk_rules(text: str) -> RiskRules:
    """The rule set of a YAML text. Raises RiskRuleError."""
    try:
        return _rules(Spot(exact_yaml.load(text)))
    except RubricError as error:
        raise RiskRuleError(error.place, error.problem) from error


def _rules(top: Spot) -> RiskRules:
    fields = top.fields(("meta", "parameters", "rules", "classes", "propose"))
    meta = fields["meta"].fields(("code", "version", "title"), ("note",))
    parts = fields["rules"].parts()
    refuse_duplicates(((part.identifier(), part) for part in parts), "规则")
    if not parts:
        fields["rules"].fail("至少要有一条规则。")
    proposed = [part.choice(*CLASSES) for part in fields["propose"].parts()]
    return RiskRules(
        code=meta["code"].text(),
        version=meta["version"].text(),
        title=meta["title"].text(),
        rules=tuple(_rule(part) for part in parts),
        classes=_classes(fields["classes"]),
        proposed=frozenset(proposed),
        parameters={
            name: part.fields(("value",), ("note",))["value"].number(0)
            for name, part in fields["parameters"].fields(tuple(PARAMETERS)).items()
        },
    )


def _rule(spot: Spot) -> RiskRule:
    fields = spot.fields(("id", "fact", "type"), ("tiers", "points", "cap", "floor", "origin", "note"))
    name = fields["fact"].choice(*RISK_FACTS)
    fact = RISK_FACTS[name]
    kind = RuleType(fields["type"].choice(*(one.value for one in _TYPES[fact.kind, fact.worse])))
    is_tiered = kind in (RuleType.AT_LEAST, RuleType.AT_MOST)
    allowed = {"tiers"} if is_tiered else {"points", "cap"} if kind is RuleType.PER_COUNT else {"points"}
    for key in ("tiers", "points", "cap"):
        if key in fields and key not in allowed:
            fields[key].fail(f"规则类型{kind.value}没有这一项。")
    needed = "tiers" if is_tiered else "points"
    if needed not in fields:
        spot.fail(f"缺少“{needed}”。")
    return RiskRule(
        id=fields["id"].name(),
        fact=name,
        type=kind,
        tiers=_tiers(fields["tiers"], kind) if is_tiered else (),
        points=Decimal(0) if is_tiered else fields["points"].positive(),
        cap=fields["cap"].positive() if "cap" in fields else None,
        floor=fields["floor"].choice(*CLASSES) if "floor" in fields else "",
        origin=fields["origin"].choice(*_ORIGINS) if "origin" in fields else "",
        note=fields["note"].text() if "note" in fields else "",
    )


def _tiers(spot: Spot, kind: RuleType) -> tuple[Tier, ...]:
    tiers: list[Tier] = []
    for part in spot.parts():
        pair = part.parts()
        if len(pair) != 2:
            part.fail("应为[界限, 分值]。")
        tier = Tier(pair[0].number(), pair[1].positive())
        if tiers:
            is_further = (
                tier.threshold > tiers[-1].threshold
                if kind is RuleType.AT_LEAST
                else tier.threshold < tiers[-1].threshold
            )
            if not is_further or tier.points < tiers[-1].points:
                part.fail("各档应由轻到重排列，分值不得减少。")
        tiers.append(tier)
    if not tiers:
        spot.fail("至少要有一档。")
    return tuple(tiers)


def _classes(spot: Spot) -> tuple[ClassLine, ...]:
    lines = []
    for part in spot.parts():
        fields = part.fields(("code", "min"))
        lines.append(ClassLine(fields["code"].choice(*CLASSES), fields["min"].number(0)))
    if [line.code for line in lines] != list(reversed(CLASSES)):
        spot.fail("应依次写明D、C、B、A四类。")
    minimums = [line.minimum for line in lines]
    if minimums != sorted(set(minimums), reverse=True) or minimums[-1] != 0:
        spot.fail("各类起点分应由高到低，A类从0分起。")
    return tuple(lines)
