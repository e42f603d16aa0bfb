"""The computation behind a 重点监管对象名单: facts → class, points and reasons of every project under way."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction

from audit.services import record
from core import canonical
from core.uuid7 import uuid7
from scoring.enums import KeyListState
from scoring.facts.risk import ProjectFacts, read_risk_facts
from scoring.models import KeyObjectEntry, KeyObjectList, ProjectRisk
from scoring.months.storage import insert_rows
from scoring.rules.risk import Classification, RiskRules, classify
from scoring.selectors.risk_rules import rules_of
from scoring.services.key_lists import ListRefused

Report = Callable[[int, str], None]
_FORMAT = 1
"""Raised when the shape of a snapshot changes; old ones keep theirs."""


def say_nothing(percent: int, text: str) -> None:
    """Progress for callers that nobody watches."""


@transaction.atomic
def compute_list(
    *, list_id: uuid.UUID, by: Any, at: dt.datetime, report: Report = say_nothing
) -> KeyObjectList:
    """Classify every project of the city under way on the list's day, all or nothing.

    Computed again, classes and proposals follow the records as they are now; what people put on or took off stays, unless
    the project is no longer under way. Raises ListRefused when the list is no draft any more.
    """
    row = KeyObjectList.objects.select_for_update(of=("self",)).filter(pk=list_id).first()
    if row is None or row.state != KeyListState.DRAFT:
        raise ListRefused("名单已经确认或删除，不再计算。")
    rules = rules_of(row.rule_set)
    report(5, "读取工程事实")
    facts = list(read_risk_facts(city_id=row.city_id, as_of=row.as_of, rules=rules))
    report(40, f"判定{len(facts)}个工程的风险类别")
    risks = [_risk(row, rules, one) for one in facts]
    report(70, "写入结果")
    ProjectRisk.objects.filter(key_list=row).delete()
    insert_rows(risks)
    kept = _propose(row, risks, rules.proposed)
    row.computed_at = at
    row.sha256 = canonical.sha256([risk.sha256 for risk in risks])
    row.save(update_fields=["computed_at", "sha256"])
    report(95, "完成")
    counts = {code: sum(risk.risk_class == code for risk in risks) for code in "ABCD"}
    after = {"projects": len(risks), "counts": counts, "by_hand": kept, "sha256": row.sha256}
    record(action="scoring.keylist.compute", subject=row, by=by, at=at, after=after)
    return row


def _risk(row: KeyObjectList, rules: RiskRules, facts: ProjectFacts) -> ProjectRisk:
    result = classify(rules, facts.values)
    reasons = list(reason_lines(result, facts.evidence))
    snapshot = canonical.dumps(
        {
            "format": _FORMAT,
            "rules": {"code": rules.code, "version": rules.version, "sha256": row.rule_set.sha256},
            "as_of": row.as_of,
            "project": facts.project_id,
            "facts": facts.values,
            "class": result.risk_class,
            "points": result.points,
            "reasons": reasons,
        }
    )
    return ProjectRisk(
        id=uuid7(),
        city_id=row.city_id,
        jurisdiction_id=facts.jurisdiction_id,
        key_list=row,
        project_id=facts.project_id,
        risk_class=result.risk_class,
        points=result.points,
        reasons=reasons,
        snapshot=snapshot.decode(),
        sha256=canonical.file_sha256(snapshot),
    )


def reason_lines(
    result: Classification, evidence: Mapping[str, tuple[str, ...]]
) -> Iterable[dict[str, object]]:
    """Each reason as it is stored: rule, words, number, points, the class that it forces, the ids behind it."""
    for reason in result.reasons:
        yield {
            "code": reason.code,
            "fact": reason.fact,
            "label": reason.label,
            "amount": reason.amount,
            "text": reason.text,
            "weight": str(reason.weight),
            "floor": reason.floor,
            "threshold": None if reason.threshold is None else str(reason.threshold),
            "records": list(evidence.get(reason.fact, ())),
        }


def _propose(row: KeyObjectList, risks: list[ProjectRisk], proposed: frozenset[str]) -> int:
    """Entries by the rules, anew; entries by hand stay where their project is still there. Returns how many stay."""
    by_hand = {
        entry.project_id: entry
        for entry in KeyObjectEntry.objects.filter(key_list=row).exclude(changed_by_name="")
    }
    found = {risk.project_id: risk.risk_class in proposed for risk in risks}
    KeyObjectEntry.objects.filter(key_list=row).exclude(
        project_id__in=[key for key in by_hand if key in found]
    ).delete()
    kept = [entry for key, entry in by_hand.items() if key in found]
    for entry in kept:
        entry.is_proposed = found[entry.project_id]
    KeyObjectEntry.objects.bulk_update(kept, ["is_proposed"])
    insert_rows(
        KeyObjectEntry(
            id=uuid7(),
            city_id=row.city_id,
            jurisdiction_id=risk.jurisdiction_id,
            key_list=row,
            project_id=risk.project_id,
            is_proposed=True,
            is_on=True,
        )
        for risk in risks
        if risk.risk_class in proposed and risk.project_id not in by_hand
    )
    return len(kept)
