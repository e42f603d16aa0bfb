"""Pages of risk classes: one project's reasons and history, and the rules themselves."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.components import Empty, Link
from scoring.models import RiskRuleSet
from scoring.risk_chips import class_chip, entry_chip, list_chip
from scoring.rules.risk.facts import PARAMETERS
from scoring.selectors.key_lists import history_of, list_url, period_label, visible_risks, with_entry
from scoring.selectors.risk_page import reason_lines, rule_lines
from scoring.selectors.risk_rules import rules_of


@requires(Capability.RISK_VIEW)
@require_safe
def risk_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Why a project has its class in one list, with the records behind each point."""
    rows = with_entry(visible_risks(request.scope)).select_related(
        "project__legal_person", "key_list__rule_set"
    )
    risk: Any = get_object_or_404(rows, pk=pk)
    row = risk.key_list
    context = {
        "risk": risk,
        "class_chip": class_chip(risk.risk_class),
        "lines": reason_lines(risk),
        "facts": [
            ("名单", f"{period_label(row)}（第{row.revision}版）"),
            ("是否列入", entry_chip(risk)),
            ("数据截止", display.day(row.as_of)),
            ("规则", f"{row.rule_set.title} {row.rule_set.version}"),
            ("县（市、区）", risk.jurisdiction.short_name),
            ("项目法人", risk.project.legal_person.name),
            ("快照摘要（SHA-256）", display.short_hash(risk.sha256)),
        ],
        "entry": row.entries.filter(project_id=risk.project_id).first(),
        "history": [
            (one, period_label(one.key_list), class_chip(one.risk_class), entry_chip(one))
            for one in history_of(risk.project_id)
        ],
        "list_chip": list_chip(row),
        "actions": [Link("工程页面", reverse("projects:project-detail", args=[risk.project_id]))],
        "crumbs": [
            Link("重点监管对象名单", reverse("scoring:key-list-list")),
            Link(period_label(row), list_url(row)),
        ],
    }
    return render(request, "scoring/risk_detail.html", context)


@requires(Capability.RISK_VIEW)
@require_safe
def risk_rules(request: ScopedRequest) -> HttpResponse:
    """The rules in words: the version asked for by `?version=`, else the newest."""
    versions = list(RiskRuleSet.objects.order_by("-effective_from"))
    wanted = request.GET.get("version", "")
    version = next((one for one in versions if str(one.pk) == wanted), versions[0] if versions else None)
    context: dict[str, Any] = {
        "versions": versions,
        "version": version,
        "empty": Empty("还没有风险分类规则", "由管理员用 load_risk_rules 载入。"),
        "crumbs": [Link("重点监管对象名单", reverse("scoring:key-list-list"))],
    }
    if version is not None:
        rules = rules_of(version)
        context |= {
            "lines": rule_lines(rules),
            "classes": [
                (class_chip(line.code), line.minimum, line.code in rules.proposed) for line in rules.classes
            ],
            "parameters": [(label, f"{rules.parameters[name]:f}") for name, label in PARAMETERS.items()],
        }
    return render(request, "scoring/risk_rules.html", context)
