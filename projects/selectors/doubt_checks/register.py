"""Checks of the register: procedure, price, units, people, certificates, key works."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from django.db.models import F, Q, Sum

from core.month import ReportingMonth
from projects.enums import UnitRole
from projects.models import KeyPerson, ParticipatingUnit
from projects.rules.register import PRICE_OVER_ESTIMATE
from projects.selectors.doubt_checks.base import ACTIVE, Check, Found, amount, day, under_way
from projects.selectors.parties.people import in_post_on, managing_on

MAIN_WORKS = 10
"""Percent of 形象进度 from which the main works are taken to have begun (design)."""


def started_early(month: ReportingMonth) -> Iterator[Found]:
    """开工 before 质量监督手续, or under way without."""
    late = Q(registrations__isnull=True) | Q(registrations__registered_on__gt=F("started_on"))
    rows = (
        under_way(month)
        .filter(late)
        .values("pk", "jurisdiction_id", "name", "started_on", on=F("registrations__registered_on"))
    )
    for row in rows:
        told = f"监督手续办理日期为{day(row['on'])}" if row["on"] else "至今没有登记质量监督手续"
        sentence = f"“{row['name']}”{day(row['started_on'])}开工，{told}。"
        yield Found(row["jurisdiction_id"], row["pk"], str(row["pk"]), sentence, "registration_number")


def price_above_estimate(month: ReportingMonth) -> Iterator[Found]:
    """The award prices of all sections together above the approved estimate."""
    rows = (
        under_way(month)
        .annotate(total=Sum("sections__award_price_wan_yuan"))
        .filter(total__gt=F("approved_estimate_wan_yuan"))
        .values("pk", "jurisdiction_id", "name", "total", estimate=F("approved_estimate_wan_yuan"))
    )
    for row in rows:
        much = "，超过10%以上" if row["total"] > row["estimate"] * PRICE_OVER_ESTIMATE else ""
        sentence = (
            f"“{row['name']}”各标段中标价合计{amount(row['total'])}万元，"
            f"高于批复概算{amount(row['estimate'])}万元{much}。"
        )
        yield Found(row["jurisdiction_id"], row["pk"], str(row["pk"]), sentence, "award_price_wan_yuan")


def same_group(month: ReportingMonth) -> Iterator[Found]:
    """施工 and 监理 of one project with the same 法定代表人 or telephone (建设工程质量管理条例 art. 35)."""
    units = ParticipatingUnit.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=month.first),
        role__in=[UnitRole.CONTRACTOR, UnitRole.SUPERVISING_ENGINEER],
        project__status__in=ACTIVE,
    ).values(
        "role",
        "project_id",
        "jurisdiction_id",
        "organization_id",
        project_name=F("project__name"),
        name=F("organization__name"),
        leader=F("organization__legal_representative"),
        phone=F("organization__phone"),
    )
    sides: dict[Any, dict[str, dict[Any, Any]]] = {}
    for unit in units.order_by("project__code", "organization__name"):
        of_role = sides.setdefault(unit["project_id"], {}).setdefault(unit["role"], {})
        of_role[unit["organization_id"]] = unit
    for roles in sides.values():
        supervisors = roles.get(UnitRole.SUPERVISING_ENGINEER, {}).values()
        for first, second in product(roles.get(UnitRole.CONTRACTOR, {}).values(), supervisors):
            if any(first[name] and first[name] == second[name] for name in ("leader", "phone")):
                yield _one_group(first, second)


def _one_group(first: dict[str, Any], second: dict[str, Any]) -> Found:
    sentence = (
        f"“{first['project_name']}”施工单位“{first['name']}”与监理单位“{second['name']}”"
        "的法定代表人或联系电话相同，疑为同一集团。"
    )
    subject = f"{first['project_id']}:{first['organization_id']}:{second['organization_id']}"
    return Found(first["jurisdiction_id"], first["project_id"], subject, sentence, "unit_count")


def manager_twice(month: ReportingMonth) -> Iterator[Found]:
    """The same 项目经理 on two active projects: same identity number, or same name and certificate.

    The other project is not named, it may be another county's.
    """
    rows = managing_on(month.last).order_by("project__code", "pk")
    managers = list(
        rows.values(
            "pk",
            "jurisdiction_id",
            "project_id",
            "name",
            "certificate_number",
            "id_number_digest",
            project_name=F("project__name"),
        )
    )
    projects: dict[tuple[str, str], set[Any]] = {}
    for person in managers:
        for identity in _identities(person):
            projects.setdefault(identity, set()).add(person["project_id"])
    for person in managers:
        if any(len(projects[identity]) > 1 for identity in _identities(person)):
            sentence = (
                f"“{person['project_name']}”项目经理{person['name']}同时在本市另一个在建工程任项目经理。"
            )
            yield Found(
                person["jurisdiction_id"],
                person["project_id"],
                str(person["pk"]),
                sentence,
                "key_person_count",
            )


def _identities(person: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What proves that two records are one person; a bare name proves nothing."""
    digest, paper = person["id_number_digest"], person["certificate_number"]
    return [*([("number", digest)] if digest else []), *([(person["name"], paper)] if paper else [])]


def expired_certificates(month: ReportingMonth) -> Iterator[Found]:
    """Key people in post whose certificate ran out by the month's end."""
    rows = KeyPerson.objects.filter(
        in_post_on(month.last), certificate_valid_until__lt=month.last, project__status__in=ACTIVE
    )
    for person in rows.select_related("project").order_by("project__code", "pk"):
        sentence = (
            f"“{person.project.name}”{person.post}{person.name}的证书"
            f"已于{day(person.certificate_valid_until)}到期，仍在岗。"
        )
        yield Found(person.jurisdiction_id, person.project_id, str(person.pk), sentence, "key_person_count")


def no_key_works(month: ReportingMonth) -> Iterator[Found]:
    """Main works under way and no 重要隐蔽、关键部位 listed."""
    rows = under_way(month).filter(progress_percent__gte=MAIN_WORKS, key_works__isnull=True)
    for row in rows.values("pk", "jurisdiction_id", "name", "progress_percent"):
        sentence = (
            f"“{row['name']}”形象进度已达{amount(row['progress_percent'])}%，"
            "没有登记重要隐蔽、关键部位单元工程。"
        )
        yield Found(row["jurisdiction_id"], row["pk"], str(row["pk"]), sentence, "key_work_count")


REGISTER_CHECKS = (
    Check(
        "STARTED_EARLY",
        "开工早于监督手续",
        "未办监督手续先行开工，或者开工日期、办理日期有一个填错。",
        "核对开工日期和监督手续，在工程台账中更正；确属先开工的，说明原因和补办情况。",
        started_early,
    ),
    Check(
        "PRICE_ABOVE_ESTIMATE",
        "中标价高于概算",
        "概算调整未登记，标段重复登记，或者单位填错（元与万元）。",
        "核对各标段中标价和批复概算；概算已调整的，更新批复文号和金额。",
        price_above_estimate,
    ),
    Check(
        "SAME_GROUP",
        "施工与监理疑为同一集团",
        "监理单位不得与施工单位有隶属或其他利害关系（建设工程质量管理条例第三十五条）。",
        "核对两家单位的股权和法定代表人；电话填错的，在单位资料中更正。",
        same_group,
    ),
    Check(
        "MANAGER_TWICE",
        "项目经理同时在两个在建工程",
        "项目经理一般不得同时担任两个在建工程的项目经理。",
        "核对人员是否已更换；已离岗的登记离岗日期，经批准兼任的说明批准文件。",
        manager_twice,
    ),
    Check(
        "EXPIRED_CERTIFICATE",
        "证书过期仍在岗",
        "主要管理人员的证书已过有效期。",
        "登记延续后的有效期，或者更换人员。",
        expired_certificates,
    ),
    Check(
        "NO_KEY_WORKS",
        "主体开工未列重要隐蔽、关键部位",
        "项目划分未确认，或者漏登重要隐蔽、关键部位单元工程。",
        "在工程台账中登记；确实没有的，说明依据。",
        no_key_works,
    ),
)
