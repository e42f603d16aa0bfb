"""The rule of a clause in words, from the rule's own numbers."""

from __future__ import annotations

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
from scoring.rules.numbers import plain
from scoring.rules.rubric import Item
from scoring.rules.vocabulary import label, unit

ORIGINS: dict[str, str] = {
    "source": "来源文件",
    "adapted": "参照调整",
    "design": "设计建议，待市局确认",
}
_EMPTY = {WhenEmpty.NA: "不适用", WhenEmpty.ZERO: "得0分", WhenEmpty.FULL: "得满分"}


def rule_words(item: Item) -> str:
    """One sentence, for example 按期闭环÷到期问题：达100%得满分，60%及以下不得分，其间按比例；没有到期问题时不适用。"""
    parts = [_words(item.rule)]
    if item.extra is not None:
        parts.append(f"另：{_events(item.extra)}")
    return "；".join(part for part in parts if part) + "。"


def _words(rule: Rule) -> str:
    match rule:
        case Checklist():
            return "，".join(f"{label(check.key)}得{plain(check.pts)}分" for check in rule.each)
        case BooleanRule():
            return f"{label(rule.key)}得满分，否则不得分"
        case Tier():
            return _tier(rule)
        case Lateness():
            return _lateness(rule)
        case Ratio():
            return _ratio(rule)
        case PerEvent():
            return _per_event(rule)
        case Linear():
            ends = "，".join(
                f"{plain(end.at)}{unit(rule.input)}折{plain(end.pts)}分" for end in (rule.start, rule.end)
            )
            return f"{label(rule.input)}：{ends}，其间按直线折算；没有记录时{_EMPTY[rule.when_empty]}"


def _tier(rule: Tier) -> str:
    steps = [
        f"不少于{plain(step.bound)}{unit(rule.input)}得{plain(step.pts)}分"
        if step.bound
        else f"其余得{plain(step.pts)}分"
        for step in rule.tiers
    ]
    return f"{label(rule.input)}：{'，'.join(steps)}"


def _lateness(rule: Lateness) -> str:
    steps = []
    for step in rule.tiers:
        if step.bound is None:
            steps.append(f"更迟或未报得{plain(step.pts)}分")
        elif step.bound == 0:
            steps.append(f"按时得{plain(step.pts)}分")
        else:
            steps.append(f"迟{plain(step.bound)}{unit(rule.input)}以内得{plain(step.pts)}分")
    return "，".join(steps)


def _ratio(rule: Ratio) -> str:
    if isinstance(rule.denominator, str):
        base, empty = label(rule.denominator), rule.when_empty
    else:
        base, empty = f"{plain(rule.denominator)}{unit(rule.numerator)}", None
    side = "及以下" if rule.zero_at < rule.full_at else "及以上"
    words = (
        f"{label(rule.numerator)}÷{base}：达{plain(rule.full_at * 100)}%得满分，"
        f"{plain(rule.zero_at * 100)}%{side}不得分，其间按比例"
    )
    return f"{words}；没有{base}时{_EMPTY[empty]}" if empty is not None else words


def _per_event(rule: PerEvent) -> str:
    words = _events(rule)
    if rule.scale is not None:
        words = f"{words}，按{label(rule.scale)}数平均"
    if rule.scale is not None and rule.when_empty is not None:
        words = f"{words}；没有{label(rule.scale)}时{_EMPTY[rule.when_empty]}"
    return words


def _events(rule: PerEvent) -> str:
    listed = "，".join(
        f"{label(one.event)}每{unit(one.event) or '次'}扣{plain(one.pts)}分" for one in rule.deduct
    )
    return f"{listed}，最多扣{plain(rule.cap)}分" if rule.cap is not None else listed
