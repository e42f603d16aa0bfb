"""Risk classes: the shipped rules, the parser's refusals, and that worse is never better."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import scoring
from scoring.rules.risk import RISK_FACTS, RiskRuleError, RuleType, classify, parse_risk_rules
from scoring.rules.risk.facts import Kind, Worse

TEXT = (Path(scoring.__file__).parent / "data" / "risk_rules.yaml").read_text(encoding="utf-8")
RULES = parse_risk_rules(TEXT)
PLAIN = yaml.load(TEXT, yaml.BaseLoader)

_VALUES = {
    Kind.NUMBER: st.decimals(0, 200, places=2),
    Kind.COUNT: st.integers(0, 400),
    Kind.FLAG: st.booleans(),
}
facts = st.fixed_dictionaries(
    {}, optional={name: st.none() | _VALUES[fact.kind] for name, fact in RISK_FACTS.items()}
)


def naive(values):
    """Points told again from the file itself, without the engine."""
    total = Decimal(0)
    for rule in PLAIN["rules"]:
        value = values.get(rule["fact"])
        if value is None:
            continue
        if rule["type"] in ("flag", "per_count"):
            points = Decimal(rule["points"]) * int(value)
            total += min(points, Decimal(rule["cap"])) if "cap" in rule else points
        else:
            sign = 1 if rule["type"] == "at_least" else -1
            reached = [Decimal(p) for limit, p in rule["tiers"] if sign * value >= sign * Decimal(limit)]
            total += max(reached, default=Decimal(0))
    return total


@given(facts)
def test_points_are_the_sum_of_the_reasons_and_the_class_follows(values):
    result = classify(RULES, values)

    assert result.points == sum((one.weight for one in result.reasons), Decimal(0)) == naive(values)
    floors = [one.floor for one in result.reasons if one.floor]
    assert result.risk_class == max([RULES.class_of(result.points), *floors])
    assert all(one.text.startswith(one.label) for one in result.reasons)


@given(facts, st.sampled_from(sorted(RISK_FACTS)), st.data())
def test_worse_in_one_fact_is_never_a_lower_class(values, name, data):
    fact = RISK_FACTS[name]
    now = values.get(name)
    if fact.kind is Kind.FLAG:
        worse = True
    else:
        step = data.draw(_VALUES[fact.kind])
        worse = (now or 0) + step if fact.worse is Worse.HIGHER else (200 if now is None else now) - step
    before, after = classify(RULES, values), classify(RULES, {**values, name: worse})

    assert after.points >= before.points
    assert after.risk_class >= before.risk_class


def test_every_fact_is_asked_for_once_and_every_rule_has_a_fact():
    assert sorted(rule.fact for rule in RULES.rules) == sorted(RISK_FACTS)


def test_nothing_known_is_class_a_and_a_floor_lifts():
    assert classify(RULES, {}).risk_class == "A"
    accident = classify(RULES, {"accidents": 1})
    assert (accident.risk_class, accident.points) == ("D", Decimal(5))
    assert classify(RULES, {"unregistered_days": 1}).risk_class == "C"


@pytest.mark.parametrize(
    ("fact", "value", "points"),
    [
        ("delay_points", Decimal("9.99"), 0),
        ("delay_points", Decimal(10), 1),
        ("delay_points", Decimal("39.99"), 2),
        ("delay_points", Decimal(40), 4),
        ("price_of_estimate_percent", Decimal(100), 0),
        ("price_of_estimate_percent", Decimal("100.01"), 2),
        ("attendance_percent", Decimal(80), 0),
        ("attendance_percent", Decimal("79.99"), 1),
        ("attendance_percent", Decimal(60), 2),
        ("overdue_serious_findings", 2, 3),
        ("overdue_serious_findings", 9, Decimal("4.5")),
        ("is_reservoir", False, 0),
    ],
)
def test_thresholds_are_exact(fact, value, points):
    assert classify(RULES, {fact: value}).points == points


def changed(**paths):
    """The shipped rules with one rule or part replaced."""
    return json.dumps({**yaml.safe_load(TEXT), **paths}, ensure_ascii=False)


def one_rule(**given_):
    rule = {"id": "delay", "fact": "delay_points", "type": "at_least", "tiers": [[10, 1]], **given_}
    return changed(rules=[{key: value for key, value in rule.items() if value is not None}])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (one_rule(fact="delay"), "不在允许的取值中"),
        (one_rule(type="at_most"), "“at_most”不在允许的取值中"),
        (one_rule(tiers=[[20, 2], [10, 3]]), "各档应由轻到重排列"),
        (one_rule(tiers=[[10, 2], [20, 1]]), "分值不得减少"),
        (one_rule(tiers=[[10]]), "应为[界限, 分值]"),
        (one_rule(tiers=None), "缺少“tiers”"),
        (one_rule(points=1), "规则类型at_least没有这一项"),
        (one_rule(floor="E"), "“E”不在允许的取值中"),
        (changed(rules=[]), "至少要有一条规则"),
        (changed(classes=[{"code": "D", "min": 0}]), "应依次写明D、C、B、A四类"),
        (changed(propose=["X"]), "“X”不在允许的取值中"),
        ("meta: 1\nmeta: 2", "重复出现"),
    ],
)
def test_a_wrong_rule_set_is_named_to_its_place(text, sentence):
    with pytest.raises(RiskRuleError, match="风险规则") as refusal:
        parse_risk_rules(text)

    assert sentence in str(refusal.value)
    assert refusal.value.place


def test_two_rules_of_one_name_are_refused():
    rule = {"id": "delay", "fact": "delay_points", "type": "at_least", "tiers": [[10, 1]]}
    with pytest.raises(RiskRuleError, match="规则“delay”重复出现"):
        parse_risk_rules(changed(rules=[rule, rule]))
    assert RuleType("flag") is RuleType.FLAG
