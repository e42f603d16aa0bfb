"""Loading a version of the risk rules."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

from django.db import transaction

from audit.services import record
from core.errors import DomainError
from core.month import ReportingMonth
from scoring.models import KeyObjectList, RiskRuleSet
from scoring.selectors.risk_rules import parsed
from tenancy.scope import current_scope

DEFAULT_RISK_RULES = Path(__file__).resolve().parent.parent / "data" / "risk_rules.yaml"


class RuleSetRefused(DomainError):
    """The rule set cannot take effect; the message says why."""


@transaction.atomic
def load_risk_rules(*, text: str, effective_from: ReportingMonth, by: Any, at: dt.datetime) -> RiskRuleSet:
    """Write a version that classifies from `effective_from` on. The same text again changes nothing.

    Raises RuleSetRefused when the version exists with other words, when another one starts in that month, or when a list
    was already confirmed for a day from then on; the parser's error names a bad place.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()
    rules = parsed(text)
    present = RiskRuleSet.objects.filter(code=rules.code, version=rules.version).first()
    if present is not None:
        if present.sha256 == digest:
            return present
        raise RuleSetRefused(
            f"风险分类规则“{rules.code} {rules.version}”已存在且内容不同，请使用新的版本号。"
        )
    if RiskRuleSet.objects.filter(effective_from=effective_from.first).exists():
        raise RuleSetRefused(f"已有自{effective_from.label}起施行的风险分类规则，请从以后的月份起施行。")
    if KeyObjectList.objects.filter(as_of__gte=effective_from.first).exists():
        raise RuleSetRefused(
            f"{effective_from.label}及以后已有重点监管对象名单，新规则只能从尚无名单的月份起施行。"
        )
    rule_set = RiskRuleSet.objects.create(
        city_id=current_scope().city_id,
        code=rules.code,
        version=rules.version,
        title=rules.title,
        effective_from=effective_from.first,
        source_text=text,
        sha256=digest,
        created_at=at,
        created_by_name=getattr(by, "display_name", str(by)),
    )
    after = {"version": rules.version, "sha256": digest}
    record(action="scoring.riskrules.load", subject=rule_set, by=by, at=at, after=after)
    return rule_set
