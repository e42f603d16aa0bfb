"""Risk rule sets: the one in force, parsed."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from core.errors import DomainError
from scoring.models import RiskRuleSet
from scoring.rules.risk import RiskRules, parse_risk_rules


class NoRuleSet(DomainError):
    """No rule set is in force on that day."""


@lru_cache(maxsize=16)
def parsed(text: str) -> RiskRules:
    """The rules of a text, parsed once: they are immutable. Raises RiskRuleError."""
    return parse_risk_rules(text)


def rules_of(rule_set: RiskRuleSet) -> RiskRules:
    """The parsed rules of a stored version."""
    return parsed(rule_set.source_text)


def rule_set_in_force(day: dt.date) -> RiskRuleSet:
    """The version that classifies projects on that day. Raises NoRuleSet."""
    found = RiskRuleSet.objects.filter(effective_from__lte=day).order_by("-effective_from").first()
    if found is None:
        raise NoRuleSet(
            f"没有在{day.year}年{day.month}月{day.day}日施行的风险分类规则，请管理员先用 load_risk_rules 载入。"
        )
    return found
