"""Why an item has its points, as one Chinese sentence built from the rule's own numbers."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from scoring.rules.facts import CheckedFacts, number, truth
from scoring.rules.item_rules import (
    BooleanRule,
    Checklist,
    Lateness,
    Linear,
    PerEvent,
    Ratio,
    Rule,
    Tier,
    WhenEmpty,
)
from scoring.rules.numbers import decimal_text, percent, plain
from scoring.rules.reckoning import EventLoss, Losses, Reckoning
from scoring.rules.rubric import Item
from scoring.rules.vocabulary import counted, label, unit

_EMPTY_ENDS = {
    WhenEmpty.NA: "本项不适用，不计入得分和应得分",
    WhenEmpty.ZERO: "本项得0分",
    WhenEmpty.FULL: "本项得满分",
}


def explain(
    item: Item, reckoning: Reckoning, extra: Losses | None, points: Fraction, facts: CheckedFacts
) -> str:
    """For example: 到期问题40个，按期闭环34个，比例85.0%（100%得满分，50%及以下不得分），得5.60分。"""
    if reckoning.emptied is not None:
        parts = [_empty_reason(item.rule), _EMPTY_ENDS[reckoning.emptied]]
    else:
        parts = [_reason(item.rule, reckoning, facts)]
    if extra is not None and extra.total:
        parts.append(f"另扣{_two(extra.deducted)}分：{_events(extra.events, item.extra)}")
    if reckoning.emptied is None or extra is not None:
        parts.append(f"得{_two(points)}分")
    return "，".join(part for part in parts if part) + "。"


def _two(value: Fraction | Decimal) -> str:
    return decimal_text(value, 2)


def _reason(rule: Rule, reckoning: Reckoning, facts: CheckedFacts) -> str:
    match rule:
        case Checklist():
            return _checklist(rule, facts)
        case BooleanRule():
            return f"{label(rule.key)}：{'是' if truth(facts, rule.key) else '否'}"
        case Tier():
            return _tier(rule, reckoning, facts)
        case Lateness():
            return _lateness(rule, reckoning, facts)
        case Ratio():
            return _ratio(rule, reckoning, facts)
        case PerEvent():
            return _per_event(rule, reckoning, facts)
        case Linear():
            return _linear(rule, facts)


def _checklist(rule: Checklist, facts: CheckedFacts) -> str:
    return "；".join(
        f"{label(check.key)}：{'是' if truth(facts, check.key) else '否'}（{plain(check.pts)}分）"
        for check in rule.each
    )


def _tier(rule: Tier, reckoning: Reckoning, facts: CheckedFacts) -> str:
    bound = reckoning.step.bound if reckoning.step is not None else None
    reached = f"，达到“不少于{plain(bound)}”一档" if bound else ""
    return f"{counted(rule.input, number(facts, rule.input))}{reached}"


def _lateness(rule: Lateness, reckoning: Reckoning, facts: CheckedFacts) -> str:
    if rule.input not in facts:
        return "截至数据冻结未报送"
    late = number(facts, rule.input)
    if not late:
        return "按时报送"
    bound = reckoning.step.bound if reckoning.step is not None else None
    step = f"适用“不超过{plain(bound)}个工作日”一档" if bound is not None else "超过各档期限"
    return f"{counted(rule.input, late)}，{step}"


def _ratio(rule: Ratio, reckoning: Reckoning, facts: CheckedFacts) -> str:
    if isinstance(rule.denominator, str):
        base = counted(rule.denominator, number(facts, rule.denominator))
    else:
        base = f"应达{plain(rule.denominator)}{unit(rule.numerator)}"
    share = reckoning.share if reckoning.share is not None else Fraction(0)
    side = "及以下" if rule.zero_at < rule.full_at else "及以上"
    lines = f"{_short_percent(rule.full_at)}得满分，{_short_percent(rule.zero_at)}{side}不得分"
    return (
        f"{base}，{counted(rule.numerator, number(facts, rule.numerator))}，比例{percent(share)}（{lines}）"
    )


def _short_percent(value: Decimal) -> str:
    return plain(Fraction(value) * 100) + "%"


def _per_event(rule: PerEvent, reckoning: Reckoning, facts: CheckedFacts) -> str:
    losses = reckoning.losses
    if losses is None or not losses.total:
        return "无扣分情形"
    parts = [_events(losses.events, rule)]
    if rule.scale is not None:
        parts.append(f"合计{_two(losses.total)}分，按{counted(rule.scale, number(facts, rule.scale))}平均")
    parts.append(f"扣{_two(losses.deducted)}分")
    return "，".join(parts)


def _events(events: Iterable[EventLoss], rule: PerEvent | None) -> str:
    listed = "、".join(
        f"{counted(event.event, event.count)}（每{unit(event.event) or '次'}{plain(event.pts)}分）"
        for event in events
        if event.count
    )
    cap = rule.cap if rule is not None else None
    return listed + (f"（封顶{plain(cap)}分）" if cap is not None else "")


def _linear(rule: Linear, facts: CheckedFacts) -> str:
    ends = "，".join(f"{plain(end.at)}折{plain(end.pts)}分" for end in (rule.start, rule.end))
    return f"{counted(rule.input, number(facts, rule.input))}（{ends}）"


def _empty_reason(rule: Rule) -> str:
    match rule:
        case Ratio():
            return counted(str(rule.denominator), 0)
        case PerEvent():
            return counted(str(rule.scale), 0)
        case Tier() | Linear():
            return f"没有“{label(rule.input)}”的记录"
        case _:
            return ""
