"""One function per model: the smallest valid row, in the scope that is open. Keywords override any field.

    with city_scope(city.id):
        finding = factories.finding(jurisdiction=beichuan, severity=Severity.GRAVE)

What a row needs and nobody gave is made on the way (a finding makes its project and its organization).
"""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any, TypeVar

from django.db import models

from accounts.models import SavedView, User
from core import pinyin
from core.uscc import fictitious_uscc
from core.uuid7 import uuid7
from enforcement import enums as en
from enforcement import models as enforcement
from guidance import enums as gui
from guidance import models as guidance
from inspections import enums as ins
from inspections import models as inspections
from messaging import enums as mes
from messaging import models as messaging
from projects import enums as pro
from projects import models as projects
from reports import enums as rep
from reports import models as reports
from scoring import models as scoring
from scoring.services.risk_rules import DEFAULT_RISK_RULES
from tenancy.enums import Level
from tenancy.models import Jurisdiction
from tenancy.scope import current_scope

M = TypeVar("M", bound=models.Model)

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
DAY = dt.date(2023, 9, 5)
MONTH = dt.date(2023, 9, 1)
MOMENT = dt.datetime(2023, 9, 5, 10, 0, tzinfo=SHANGHAI)
HASH = "ab" * 32
_serials = itertools.count(1)


def _next() -> int:
    return next(_serials)


def _make(model: type[M], given: dict[str, Any], /, **defaults: Any) -> M:
    # The base manager: a factory writes rows, it does not look through the scope's eyes.
    values = {**defaults, **given}
    values.setdefault("city_id", current_scope().city_id)
    return model._base_manager.create(**values)


def a_county() -> Jurisdiction:
    """The county of the scope, else the first one of the city."""
    county_id = current_scope().county_id
    rows = Jurisdiction.objects.exclude(level=Level.CITY).order_by("unit_order")
    found = rows.filter(pk=county_id).first() if county_id else rows.first()
    assert found is not None, "the city has no county: found it first"
    return found


# accounts


def saved_view(**given: Any) -> SavedView:
    if "user" not in given:
        name = f"saved.view.{_next()}"
        given["user"] = User.objects.create(username=name, display_name="演示用户")
    return _make(SavedView, given, list_key="projects", title=f"在建工程{_next()}", query="status=UNDER_WAY")


# projects


def organization(**given: Any) -> projects.Organization:
    n = _next()
    name = given.pop("name", f"演示水利工程{n}有限公司")
    return _make(
        projects.Organization,
        given,
        uscc=fictitious_uscc(n),
        name=name,
        name_pinyin=pinyin.full(name),
        name_initials=pinyin.initials(name),
        kind=pro.OrganizationKind.FIRM,
    )


def organization_merge(**given: Any) -> projects.OrganizationMerge:
    for name in ("kept", "folded"):
        if name not in given:
            given[name] = organization()
    return _make(
        projects.OrganizationMerge,
        given,
        reason="同一单位重复登记",
        merged_at=MOMENT,
        merged_by_name="演示合并人",
    )


def project(**given: Any) -> projects.Project:
    n = _next()
    name = given.pop("name", f"演示河道治理工程{n}")
    given.setdefault("jurisdiction", None)
    given["jurisdiction"] = given["jurisdiction"] or a_county()
    if "legal_person" not in given:
        given["legal_person"] = organization(kind=pro.OrganizationKind.INSTITUTION)
    return _make(
        projects.Project,
        given,
        code=f"GC-{n:05d}",
        name=name,
        name_pinyin=pinyin.full(name),
        name_initials=pinyin.initials(name),
        supervision_level=pro.SupervisionLevel.COUNTY,
        category=pro.ProjectCategory.EMBANKMENT,
        nature=pro.ConstructionNature.NEW,
        status=pro.ProjectStatus.UNDER_WAY,
        started_on=dt.date(2023, 3, 1),
    )


def _of_project(given: dict[str, Any]) -> dict[str, Any]:
    if given.get("project") is None:
        given["project"] = project(
            **({"jurisdiction": given["jurisdiction"]} if given.get("jurisdiction") else {})
        )
    if given.get("jurisdiction") is None:
        given["jurisdiction"] = given["project"].jurisdiction
    return given


def contract_section(**given: Any) -> projects.ContractSection:
    n = _next()
    return _make(
        projects.ContractSection,
        _of_project(given),
        code=f"BD-{n}",
        name=f"施工{n}标",
        award_price_wan_yuan=860,
    )


def _of_section(given: dict[str, Any]) -> dict[str, Any]:
    if "section" not in given:
        given["section"] = contract_section()
    given.setdefault("jurisdiction", given["section"].jurisdiction)
    return given


def section_progress(**given: Any) -> projects.SectionProgress:
    return _make(
        projects.SectionProgress, _of_section(given), month=MONTH, progress_percent=40, invested_wan_yuan=300
    )


def work_item(**given: Any) -> projects.WorkItem:
    n = _next()
    return _make(
        projects.WorkItem,
        _of_project(given),
        level=pro.WorkLevel.UNIT_WORK,
        code=f"DW-{n}",
        name=f"大坝工程{n}",
    )


def participating_unit(**given: Any) -> projects.ParticipatingUnit:
    _of_project(given)
    if "organization" not in given:
        given["organization"] = organization()
    return _make(projects.ParticipatingUnit, given, role=pro.UnitRole.CONTRACTOR)


def _of_unit(given: dict[str, Any]) -> dict[str, Any]:
    if given.get("unit") is None:
        given["unit"] = participating_unit(**({"project": given["project"]} if given.get("project") else {}))
    given.setdefault("jurisdiction", given["unit"].jurisdiction)
    return given


def key_person(**given: Any) -> projects.KeyPerson:
    _of_unit(given)
    given.setdefault("project", given["unit"].project)
    n = _next()
    return _make(projects.KeyPerson, given, name=f"演示人员{n}", post="项目经理")


def attendance(**given: Any) -> projects.Attendance:
    return _make(projects.Attendance, _of_unit(given), month=MONTH, rate_percent=95)


def key_work(**given: Any) -> projects.KeyWork:
    return _make(projects.KeyWork, _of_project(given), name=f"坝基{_next()}", kind=pro.KeyWorkKind.CONCEALED)


def supervision_registration(**given: Any) -> projects.SupervisionRegistration:
    return _make(
        projects.SupervisionRegistration,
        _of_project(given),
        number=f"ZJ-{_next():05d}",
        registered_on=dt.date(2023, 3, 10),
    )


def lifelong_commitment(**given: Any) -> projects.LifelongCommitment:
    _of_unit(given)
    given.setdefault("project", given["unit"].project)
    return _make(
        projects.LifelongCommitment,
        given,
        person_name=f"演示人员{_next()}",
        post="项目负责人",
        signed_on=dt.date(2023, 3, 5),
    )


def filing_type(**given: Any) -> projects.FilingType:
    return _make(
        projects.FilingType,
        given,
        kind=pro.FilingKind.DIVISION,
        label=f"分部工程质量评定核备{_next()}",
        term_workdays=15,
        effective_from=dt.date(2020, 1, 1),
    )


def quality_filing(**given: Any) -> projects.QualityFiling:
    return _make(
        projects.QualityFiling,
        _of_project(given),
        number=f"HB-{_next():05d}",
        kind=pro.FilingKind.DIVISION,
        subject="基础处理分部",
        received_on=DAY,
        due_on=dt.date(2023, 9, 26),
    )


def acceptance(**given: Any) -> projects.Acceptance:
    return _make(
        projects.Acceptance,
        _of_project(given),
        number=f"YS-{_next():05d}",
        kind=pro.AcceptanceKind.DIVISION,
        subject="基础处理分部",
        notified_on=DAY,
        held_on=dt.date(2023, 9, 15),
    )


def defect_filing(**given: Any) -> projects.DefectFiling:
    return _make(
        projects.DefectFiling,
        _of_project(given),
        number=f"QX-{_next():05d}",
        part="左岸护坡",
        description="蜂窝麻面",
        found_on=DAY,
        due_on=dt.date(2023, 9, 20),
    )


def _of_county(given: dict[str, Any]) -> dict[str, Any]:
    given["jurisdiction"] = given.get("jurisdiction") or a_county()
    return given


def monthly_return(**given: Any) -> projects.MonthlyReturn:
    return _make(
        projects.MonthlyReturn,
        _of_county(given),
        month=MONTH,
        state=pro.ReturnState.SUBMITTED,
        first_submitted_at=MOMENT,
        filler_name="填报人",
        reviewer_name="审核人",
    )


def _of_return(given: dict[str, Any]) -> dict[str, Any]:
    if "monthly_return" not in given:
        given["monthly_return"] = monthly_return()
    given.setdefault("jurisdiction", given["monthly_return"].jurisdiction)
    return given


def return_version(**given: Any) -> projects.ReturnVersion:
    """Submitted; `submitted_at=None` makes the draft."""
    return _make(projects.ReturnVersion, _of_return(given), number=1, submitted_at=MOMENT)


def return_line(**given: Any) -> projects.ReturnLine:
    if "version" not in given:
        given["version"] = return_version()
    given.setdefault("jurisdiction", given["version"].jurisdiction)
    return _make(projects.ReturnLine, _of_project(given))


def return_comment(**given: Any) -> projects.ReturnComment:
    if "version" not in given:
        given["version"] = return_version()
    given.setdefault("jurisdiction", given["version"].jurisdiction)
    return _make(
        projects.ReturnComment,
        given,
        field_name="award_price_wan_yuan",
        note="中标价与合同不一致",
        made_at=MOMENT,
        made_by_name="演示受理人",
    )


def return_reopening(**given: Any) -> projects.ReturnReopening:
    return _make(
        projects.ReturnReopening,
        _of_return(given),
        reason="中标价录入有误",
        fields=[{"project": None, "field": "trainings"}],
        requested_at=MOMENT,
        requested_by=uuid7(),
        requested_by_name="演示申请人",
    )


def data_doubt(**given: Any) -> projects.DataDoubt:
    return _make(
        projects.DataDoubt,
        _of_county(given),
        month=MONTH,
        check_code="PRICE_ABOVE_ESTIMATE",
        subject=f"对象{_next()}",
        sentence="中标价高于批复概算。",
        found_at=MOMENT,
    )


def return_remark(**given: Any) -> projects.ReturnRemark:
    return _make(
        projects.ReturnRemark,
        _of_return(given),
        number=f"TB-{_next():05d}",
        kind=pro.RemarkKind.RETURNED,
        noted_on=DAY,
        note="中标价与合同不一致",
    )


def legal_person_report(**given: Any) -> projects.LegalPersonReport:
    _of_county(given)
    if "legal_person" not in given:
        given["legal_person"] = organization()
    return _make(projects.LegalPersonReport, given, month=MONTH, due_on=dt.date(2023, 10, 5))


def supervision_body(**given: Any) -> projects.SupervisionBody:
    return _make(projects.SupervisionBody, _of_county(given), year=2023, confirmed_on=dt.date(2023, 1, 10))


def training(**given: Any) -> projects.Training:
    return _make(
        projects.Training,
        _of_county(given),
        number=f"PX-{_next():05d}",
        held_on=DAY,
        topic="质量管理规定宣贯",
        attendee_count=30,
    )


# inspections


def attachment(**given: Any) -> projects.Attachment:
    """Of a project, unless another subject is given."""
    if given.get("monthly_return") or given.get("legal_person_report") or given.get("training"):
        subject = given.get("monthly_return") or given.get("legal_person_report") or given["training"]
        given.setdefault("jurisdiction", subject.jurisdiction)
    else:
        _of_project(given)
    return _make(
        projects.Attachment,
        given,
        kind=pro.AttachmentKind.DOCUMENT,
        title="批复文件",
        file_name="批复文件.pdf",
        content_type="application/pdf",
        sha256=HASH,
        byte_count=9,
        uploaded_at=MOMENT,
        uploaded_by_name="演示上传人",
    )


def catalogue_version(**given: Any) -> inspections.CatalogueVersion:
    return _make(
        inspections.CatalogueVersion,
        given,
        code=f"测试{_next()}",
        title="问题清单（测试）",
        effective_from=dt.date(2022, 1, 1),
        source="测试",
        sha256=HASH,
    )


def catalogue_item(**given: Any) -> inspections.CatalogueItem:
    if "version" not in given:
        given["version"] = catalogue_version()
    return _make(
        inspections.CatalogueItem,
        given,
        code=f"C-{_next():03d}",
        responsible_role=pro.UnitRole.CONTRACTOR,
        category="质量检测",
        kind=ins.FindingKind.MANAGEMENT_VIOLATION,
        text="原材料未按规定检测",
        severity=ins.Severity.SERIOUS,
        basis="水利工程质量管理规定第三十七条",
    )


def month_plan(**given: Any) -> inspections.MonthPlan:
    return _make(
        inspections.MonthPlan,
        _of_county(given),
        month=MONTH,
        published_on=dt.date(2023, 8, 28),
        inspection_count=3,
    )


def draw(**given: Any) -> inspections.Draw:
    return _make(
        inspections.Draw,
        _of_county(given),
        number=f"CQ-{_next():05d}",
        kind=ins.DrawKind.PROJECT,
        drawn_on=DAY,
        population_count=20,
    )


def drawn_project(**given: Any) -> inspections.DrawnProject:
    _of_project(given)
    if "draw" not in given:
        given["draw"] = draw(jurisdiction=given["jurisdiction"])
    return _make(inspections.DrawnProject, given)


def officer(**given: Any) -> inspections.Officer:
    """Certified far beyond the tests' days."""
    n = _next()
    return _make(
        inspections.Officer,
        _of_county(given),
        name=f"演示监督员{n}",
        enforcement_id=f"川B07{n:06d}",
        id_valid_until=dt.date(2030, 12, 31),
    )


def officer_tie(**given: Any) -> inspections.OfficerTie:
    if "officer" not in given:
        given["officer"] = officer()
    given.setdefault("jurisdiction", given["officer"].jurisdiction)
    if "project" not in given and "organization" not in given:
        given["organization"] = organization()
    return _make(inspections.OfficerTie, given, kind=ins.TieKind.INTEREST, declared_on=DAY)


def draw_candidate(**given: Any) -> inspections.DrawCandidate:
    _of_project(given)
    if "draw" not in given:
        given["draw"] = draw(jurisdiction=given["jurisdiction"], state=ins.DrawState.DRAFT)
    return _make(inspections.DrawCandidate, given, stratum="ALL", weight=100, weight_reason="B类1")


def draw_witness(**given: Any) -> inspections.DrawWitness:
    if "draw" not in given:
        given["draw"] = draw()
    given.setdefault("jurisdiction", given["draw"].jurisdiction)
    n = _next()
    return _make(
        inspections.DrawWitness,
        given,
        name=f"演示见证人{n}",
        unit="驻局纪检监察组",
        position=n % 30_000,
        secret_sha256=HASH,
        committed_at=MOMENT,
    )


def drawn_officer(**given: Any) -> inspections.DrawnOfficer:
    if "drawn_project" not in given:
        given["drawn_project"] = drawn_project()
    drawn = given["drawn_project"]
    given.setdefault("jurisdiction", drawn.jurisdiction)
    if "officer" not in given:
        given["officer"] = officer(jurisdiction=drawn.jurisdiction)
    given.setdefault("drawn_as", given["officer"].enforcement_id)
    return _make(inspections.DrawnOfficer, given, draw_id=drawn.draw_id, position=1)


def draw_publication(**given: Any) -> inspections.DrawPublication:
    if "draw" not in given:
        given["draw"] = draw()
    given.setdefault("jurisdiction", given["draw"].jurisdiction)
    content = {
        "number": given["draw"].number,
        "title": "九月双随机抽查",
        "kind": "工程抽查",
        "organizer": "演示水利局",
        "drawn_on": "2023-09-05",
        "published_on": "2023-09-20",
        "population": 20,
        "objects": [],
    }
    return _make(
        inspections.DrawPublication,
        given,
        content=content,
        sha256=HASH,
        due_on=dt.date(2023, 10, 11),
        published_at=MOMENT,
        published_by_name="演示公开人",
    )


def inspection(**given: Any) -> inspections.Inspection:
    return _make(
        inspections.Inspection,
        _of_project(given),
        number=f"JC-{_next():05d}",
        kind=ins.InspectionKind.ROUTINE,
        organizer_level=ins.OrganizerLevel.COUNTY,
        inspected_on=DAY,
    )


def _of_inspection(given: dict[str, Any]) -> dict[str, Any]:
    if "inspection" not in given:
        given["inspection"] = inspection()
    given.setdefault("jurisdiction", given["inspection"].jurisdiction)
    return given


def inspection_officer(**given: Any) -> inspections.InspectionOfficer:
    return _make(
        inspections.InspectionOfficer,
        _of_inspection(given),
        name=f"演示人员{_next()}",
        role=ins.OfficerRole.OFFICER,
    )


def inspection_aspect(**given: Any) -> inspections.InspectionAspect:
    return _make(inspections.InspectionAspect, _of_inspection(given), aspect=ins.Aspect.MATERIALS)


def checklist_version(**given: Any) -> inspections.ChecklistVersion:
    return _make(
        inspections.ChecklistVersion,
        given,
        code=f"qd-{_next()}",
        edition="2023",
        title="监督检查清单（测试）",
        kinds=[ins.InspectionKind.ROUTINE],
        effective_from=dt.date(2022, 1, 1),
        source="测试",
        sha256=HASH,
    )


def checklist_item(**given: Any) -> inspections.ChecklistItem:
    if "version" not in given:
        given["version"] = checklist_version()
    n = _next()
    return _make(
        inspections.ChecklistItem,
        given,
        code=f"CL-{n:05d}",
        position=n % 30000,
        aspect=ins.Aspect.MATERIALS,
        text="进场材料报验资料齐全",
        basis="水利工程质量管理规定第三十七条",
    )


def device(**given: Any) -> inspections.Device:
    """An active tablet; `tests/inspections/tablet.py` makes one with a token that is known."""
    return _make(
        inspections.Device,
        _of_county(given),
        name=f"外业平板{_next()}",
        token_sha256=f"{_next():064x}",
        enrolled_at=MOMENT,
        enrolled_by_name="测试",
    )


def device_enrolment(**given: Any) -> inspections.DeviceEnrolment:
    return _make(
        inspections.DeviceEnrolment,
        _of_county(given),
        name="外业平板",
        code_sha256=f"{_next():064x}",
        created_at=MOMENT,
        created_by_name="测试",
        expires_at=MOMENT + dt.timedelta(minutes=15),
    )


def photo(**given: Any) -> inspections.Photo:
    """Declared, its bytes still on the tablet."""
    return _make(
        inspections.Photo,
        _of_inspection(given),
        title="坝顶",
        sha256=f"{_next():064x}",
        byte_count=300_000,
        taken_at=MOMENT,
        taken_by=uuid7(),
        taken_by_name="演示人员",
    )


def photo_chunk(**given: Any) -> inspections.PhotoChunk:
    if "photo" not in given:
        given["photo"] = photo()
    given.setdefault("jurisdiction", given["photo"].jurisdiction)
    return _make(
        inspections.PhotoChunk, given, copy="original", position=0, sha256=HASH, byte_count=256 * 1024
    )


def submission(**given: Any) -> inspections.Submission:
    n = _next()
    return _make(
        inspections.Submission,
        _of_inspection(given),
        author=uuid7(),
        author_name="演示检查人",
        body="{}",
        body_sha256=HASH,
        schema=1,
        device_at=MOMENT,
        received_at=MOMENT,
        receipt_number=f"HZ-{n:08d}",
    )


def record_operation(**given: Any) -> inspections.RecordOperation:
    if "submission" not in given:
        given["submission"] = submission(
            **({"inspection": given["inspection"]} if given.get("inspection") else {})
        )
    given.setdefault("inspection", given["submission"].inspection)
    return _make(
        inspections.RecordOperation,
        _of_inspection(given),
        seq=_next(),
        path="header/weather",
        value="晴",
        state=ins.OperationState.APPLIED,
        author=given["submission"].author,
        author_name=given["submission"].author_name,
        device_at=MOMENT,
        received_at=MOMENT,
    )


def record_value(**given: Any) -> inspections.RecordValue:
    if "operation" not in given:
        given["operation"] = record_operation(
            **({"inspection": given["inspection"]} if given.get("inspection") else {})
        )
    given.setdefault("inspection", given["operation"].inspection)
    return _make(
        inspections.RecordValue,
        _of_inspection(given),
        path=given["operation"].path,
        value=given["operation"].value,
    )


def record_conflict(**given: Any) -> inspections.RecordConflict:
    """The kept value is in force; the other one waits beside it."""
    _of_inspection(given)
    if "kept" not in given:
        given["kept"] = record_value(inspection=given["inspection"]).operation
    if "other" not in given:
        given["other"] = record_operation(
            inspection=given["inspection"], value="阴", state=ins.OperationState.CONFLICT
        )
    return _make(inspections.RecordConflict, given, path=given["kept"].path)


def inspection_year_plan(**given: Any) -> inspections.InspectionYearPlan:
    return _make(inspections.InspectionYearPlan, _of_county(given), year=2023)


def planned_work(**given: Any) -> inspections.PlannedWork:
    if "plan" not in given:
        given["plan"] = inspection_year_plan()
    given.setdefault("jurisdiction", given["plan"].jurisdiction)
    month = dt.date(given["plan"].year, 9, 1)
    return _make(inspections.PlannedWork, given, month=month, kind=ins.PlanKind.ROUTINE, planned_count=2)


def inspection_item(**given: Any) -> inspections.InspectionItem:
    return _make(
        inspections.InspectionItem,
        given,
        code=f"SX-{_next():04d}",
        name="质量监督检查",
        basis="《建设工程质量管理条例》第四十三条",
        subject="施工、监理单位",
        content="质量管理体系",
        method="现场检查",
        frequency="按计划",
        published_on=dt.date(2023, 1, 1),
    )


def frequency_cap(**given: Any) -> inspections.FrequencyCap:
    return _make(
        inspections.FrequencyCap,
        given,
        year=2023,
        cap=2,
        source="绵水发〔2023〕1号",
        published_on=dt.date(2023, 1, 10),
    )


def cited_item(**given: Any) -> inspections.CitedItem:
    if "item" not in given:
        given["item"] = inspection_item()
    return _make(inspections.CitedItem, _of_inspection(given))


def inspection_approval(**given: Any) -> inspections.InspectionApproval:
    return _make(
        inspections.InspectionApproval,
        _of_inspection(given),
        number=f"SP-{_next():05d}",
        reason="按月度计划检查",
        requested_at=MOMENT,
        requested_by=uuid7(),
        requested_by_name="演示申请人",
    )


def inspection_notice(**given: Any) -> inspections.InspectionNotice:
    if "organization" not in given:
        given["organization"] = organization()
    return _make(
        inspections.InspectionNotice,
        _of_inspection(given),
        number=f"TZ-{_next():05d}",
        counts={"year": 2023, "city": 0, "county": 0, "total": 0, "cap": None},
        issued_on=DAY,
    )


def finding(**given: Any) -> inspections.Finding:
    """Confirmed on 2023-09-05, due on 2023-09-25."""
    _of_project(given)
    if "organization" not in given:
        given["organization"] = given["unit"].organization if given.get("unit") else organization()
    if given.get("state") == ins.FindingState.CLOSED:
        given.setdefault("closed_on", dt.date(2023, 9, 20))
    given.setdefault("original_due_on", given.get("due_on", dt.date(2023, 9, 25)))
    return _make(
        inspections.Finding,
        given,
        number=f"WT-{_next():05d}",
        kind=ins.FindingKind.MANAGEMENT_VIOLATION,
        severity=ins.Severity.GENERAL,
        text="进场材料未按规定报验",
        found_on=DAY,
        found_by_level=ins.OrganizerLevel.CITY,
        due_on=dt.date(2023, 9, 25),
    )


def _of_finding(given: dict[str, Any]) -> dict[str, Any]:
    if "finding" not in given:
        given["finding"] = finding()
    given.setdefault("jurisdiction", given["finding"].jurisdiction)
    return given


def evidence(**given: Any) -> inspections.Evidence:
    return _make(
        inspections.Evidence,
        given if given.get("inspection") and given.get("jurisdiction") else _of_finding(given),
        number=f"ZZ-{_next():05d}",
        kind=ins.EvidenceKind.PHOTO,
        title="现场照片",
        sha256=HASH,
        taken_at=MOMENT,
    )


def supervisory_test(**given: Any) -> inspections.SupervisoryTest:
    _of_project(given)
    if "agency" not in given:
        given["agency"] = organization()
    return _make(
        inspections.SupervisoryTest,
        given,
        number=f"SJ-{_next():05d}",
        organizer_level=ins.OrganizerLevel.CITY,
        tested_object=ins.TestedObject.RAW_MATERIAL,
        item="混凝土抗压强度",
        batch_count=1,
        sampled_on=DAY,
    )


def test_budget(**given: Any) -> inspections.SupervisoryTestBudget:
    return _make(
        inspections.SupervisoryTestBudget,
        _of_county(given),
        year=2023,
        amount_yuan=280_000,
        source="绵财建〔2023〕5号",
    )


def test_commission(**given: Any) -> inspections.SupervisoryTestCommission:
    _of_project(given)
    if "agency" not in given:
        given["agency"] = organization()
    return _make(
        inspections.SupervisoryTestCommission,
        given,
        number=f"JCWT-{_next():05d}",
        organizer_level=ins.OrganizerLevel.CITY,
    )


def test_sample(**given: Any) -> inspections.SupervisoryTestSample:
    if "commission" not in given:
        given["commission"] = test_commission()
    given.setdefault("jurisdiction", given["commission"].jurisdiction)
    return _make(
        inspections.SupervisoryTestSample,
        given,
        number=f"YP-{_next():05d}",
        tested_object=ins.TestedObject.WORKS_BODY,
        item="混凝土抗压强度",
    )


def duty_inspection(**given: Any) -> inspections.DutyInspection:
    return _make(
        inspections.DutyInspection,
        _of_county(given),
        number=f"LZ-{_next():05d}",
        inspected_on=DAY,
        concluded_on=dt.date(2023, 9, 8),
        leader_name="演示组长",
    )


def duty_inspection_item(**given: Any) -> inspections.DutyInspectionItem:
    if "duty_inspection" not in given:
        given["duty_inspection"] = duty_inspection()
    given.setdefault("jurisdiction", given["duty_inspection"].jurisdiction)
    return _make(
        inspections.DutyInspectionItem, given, section="一", name=f"评分项{_next()}", max_points=10, points=10
    )


def bidding_check(**given: Any) -> inspections.BiddingCheck:
    return _make(
        inspections.BiddingCheck,
        _of_county(given),
        number=f"ZB-{_next():05d}",
        matter=ins.BiddingMatter.PROCEDURE,
        organizer_level=ins.OrganizerLevel.CITY,
        checked_on=DAY,
    )


# enforcement


def notice(**given: Any) -> enforcement.RectificationNotice:
    """Served; issued 2023-09-06, due 2023-09-25."""
    if given.get("state") == en.NoticeState.CLOSED:
        given.setdefault("closed_on", dt.date(2023, 9, 20))
    _of_project(given)
    if "addressee" not in given:
        given["addressee"] = given["project"].legal_person
    return _make(
        enforcement.RectificationNotice,
        given,
        number=f"绵水质监整〔2023〕{_next()}号",
        organizer_level=ins.OrganizerLevel.CITY,
        state=en.NoticeState.SERVED,
        issued_on=dt.date(2023, 9, 6),
        served_on=dt.date(2023, 9, 6),
        due_on=dt.date(2023, 9, 25),
    )


def notice_finding(**given: Any) -> enforcement.NoticeFinding:
    _of_finding(given)
    if "notice" not in given:
        given["notice"] = notice(project=given["finding"].project)
    return _make(enforcement.NoticeFinding, given, requirement="限期整改并举一反三")


def reply(**given: Any) -> enforcement.RectificationReply:
    return _make(
        enforcement.RectificationReply,
        _of_finding(given),
        replied_on=dt.date(2023, 9, 18),
        measure="已重新报验并补做检测",
    )


def recheck(**given: Any) -> enforcement.Recheck:
    return _make(
        enforcement.Recheck,
        _of_finding(given),
        rechecked_on=dt.date(2023, 9, 20),
        has_passed=True,
        officer_name="演示监督员",
    )


def deadline_extension(**given: Any) -> enforcement.DeadlineExtension:
    return _make(
        enforcement.DeadlineExtension,
        _of_finding(given),
        requested_on=dt.date(2023, 9, 15),
        old_due_on=dt.date(2023, 9, 25),
        new_due_on=dt.date(2023, 10, 10),
        reason="汛期不能施工",
    )


def reminder_letter(**given: Any) -> enforcement.ReminderLetter:
    return _make(enforcement.ReminderLetter, _of_county(given), month=MONTH, number=f"TX-{_next():05d}")


def interview(**given: Any) -> enforcement.Interview:
    return _make(
        enforcement.Interview, _of_county(given), month=MONTH, number=f"YT-{_next():05d}", proposed_at=MOMENT
    )


def criticism_proposal(**given: Any) -> enforcement.CriticismProposal:
    return _make(enforcement.CriticismProposal, _of_county(given), month=MONTH, proposed_at=MOMENT)


def clue(**given: Any) -> enforcement.Clue:
    return _make(
        enforcement.Clue,
        _of_county(given),
        number=f"XS-{_next():05d}",
        kind=en.ClueKind.UNLAWFUL_SUBCONTRACTING,
        organizer_level=ins.OrganizerLevel.CITY,
        summary="疑似违法分包",
        identified_on=DAY,
    )


def accident(**given: Any) -> enforcement.Accident:
    return _make(
        enforcement.Accident,
        _of_project(given),
        number=f"SG-{_next():05d}",
        occurred_on=DAY,
        grade=en.AccidentGrade.ORDINARY,
        summary="混凝土强度不足返工",
    )


def red_line_fact(**given: Any) -> enforcement.RedLineFact:
    return _make(
        enforcement.RedLineFact,
        _of_county(given),
        number=f"HX-{_next():05d}",
        month=MONTH,
        red_line="R5",
        fact="整改弄虚作假",
        basis_document="认定书1号",
    )


def adjustment_fact(**given: Any) -> enforcement.AdjustmentFact:
    return _make(
        enforcement.AdjustmentFact,
        _of_county(given),
        number=f"JF-{_next():05d}",
        month=MONTH,
        item="P1",
        fact="获省级表扬",
        basis_document="表扬文件1号",
    )


# guidance


def year_plan(**given: Any) -> guidance.YearPlan:
    """One for each year, the first of them 2023."""
    return _make(
        guidance.YearPlan,
        given,
        year=2023,
        title="2023年度水利建设质量监督要点",
        overall="坚持质量第一。",
        requirements="请各地抓好落实。",
        created_at=MOMENT,
        created_by_name="测试",
    )


def campaign(**given: Any) -> guidance.Campaign:
    return _make(
        guidance.Campaign,
        given,
        title="闸门锈蚀专项自查",
        source_text="省厅巡查发现闸门锈蚀。",
        created_at=MOMENT,
        created_by_name="测试",
    )


def meeting(**given: Any) -> guidance.Meeting:
    return _make(
        guidance.Meeting,
        given,
        title="质量监督工作例会",
        held_on=DAY,
        place="市水利局会议室",
        host_name="演示主持人",
        attendees="各县（市、区）质量监督机构负责人",
        created_at=MOMENT,
        created_by_name="测试",
    )


def meeting_file(**given: Any) -> guidance.MeetingFile:
    if "meeting" not in given:
        given["meeting"] = meeting()
    return _make(
        guidance.MeetingFile,
        given,
        title="会议材料",
        sha256=HASH,
        byte_count=9,
        uploaded_at=MOMENT,
        uploaded_by_name="测试",
    )


def task(**given: Any) -> guidance.Task:
    """Of a campaign, for all counties, due on 2023-09-30."""
    if not {"plan", "campaign", "meeting"} & set(given):
        given["campaign"] = campaign()
    source = next(name for name in ("plan", "campaign", "meeting") if given.get(name))
    return _make(
        guidance.Task,
        given,
        source=gui.TaskSource[source.upper()],
        number=_next(),
        title="开展自查",
        content="逐项自查并报告。",
        audience=gui.Audience.ALL_COUNTIES,
        due_on=dt.date(2023, 9, 30),
    )


def task_assignment(**given: Any) -> guidance.TaskAssignment:
    _of_county(given)
    if "task" not in given:
        given["task"] = task()
    return _make(guidance.TaskAssignment, given, due_on=dt.date(2023, 9, 30), assigned_on=DAY)


def task_evidence(**given: Any) -> guidance.TaskEvidence:
    if "assignment" not in given:
        given["assignment"] = task_assignment()
    given.setdefault("jurisdiction", given["assignment"].jurisdiction)
    return _make(
        guidance.TaskEvidence,
        given,
        title="自查报告",
        sha256=HASH,
        byte_count=9,
        uploaded_at=MOMENT,
        uploaded_by_name="测试",
    )


def plan_sheet(**given: Any) -> guidance.PlanSheet:
    return _make(
        guidance.PlanSheet,
        _of_county(given),
        month=MONTH,
        inspection_count=3,
        content="对在建工程开展日常检查。",
        edited_at=MOMENT,
        edited_by_name="测试",
    )


def plan_sheet_change(**given: Any) -> guidance.PlanSheetChange:
    if "sheet" not in given:
        given["sheet"] = plan_sheet()
    given.setdefault("jurisdiction", given["sheet"].jurisdiction)
    return _make(
        guidance.PlanSheetChange,
        given,
        reason="汛期调整",
        before={},
        after={},
        changed_at=MOMENT,
        changed_by_name="测试",
    )


def body_filing(**given: Any) -> guidance.BodyFiling:
    if "body" not in given:
        given["body"] = supervision_body()
    given.setdefault("jurisdiction", given["body"].jurisdiction)
    return _make(guidance.BodyFiling, given)


# scoring


def rubric_version(**given: Any) -> scoring.RubricVersion:
    n = _next()
    return _make(
        scoring.RubricVersion,
        given,
        code="TEST",
        version=f"v{n}",
        title="评分细则（测试）",
        effective_from=dt.date(2000 + n % 90, 1 + n % 12, 1),
        source_text="items: []\n",
        sha256=HASH,
        created_at=MOMENT,
        created_by_name="系统",
    )


def risk_rule_set(**given: Any) -> scoring.RiskRuleSet:
    n = _next()
    return _make(
        scoring.RiskRuleSet,
        given,
        code="TEST",
        version=f"v{n}",
        title="风险分类规则（测试）",
        effective_from=dt.date(2000 + n % 90, 1 + n % 12, 1),
        source_text=DEFAULT_RISK_RULES.read_text(encoding="utf-8"),
        sha256=HASH,
        created_at=MOMENT,
        created_by_name="系统",
    )


def key_object_list(**given: Any) -> scoring.KeyObjectList:
    given.setdefault("first_month", MONTH)
    given.setdefault("last_month", given["first_month"])
    if "rule_set" not in given:
        given["rule_set"] = risk_rule_set()
    return _make(
        scoring.KeyObjectList,
        given,
        as_of=DAY,
        created_at=MOMENT,
        created_by_name="系统",
        computed_at=MOMENT,
        sha256=HASH,
    )


def _of_key_list(given: dict[str, Any]) -> dict[str, Any]:
    if "key_list" not in given:
        open_lists = scoring.KeyObjectList.objects.filter(state="DRAFT")
        given["key_list"] = open_lists.first() or key_object_list()
    return _of_project(given)


def project_risk(**given: Any) -> scoring.ProjectRisk:
    return _make(
        scoring.ProjectRisk,
        _of_key_list(given),
        risk_class="A",
        points=0,
        snapshot="{}",
        sha256=HASH,
    )


def key_object_entry(**given: Any) -> scoring.KeyObjectEntry:
    return _make(scoring.KeyObjectEntry, _of_key_list(given), is_proposed=True, is_on=True)


def score_run(**given: Any) -> scoring.ScoreRun:
    if "rubric" not in given:
        given["rubric"] = rubric_version()
    return _make(
        scoring.ScoreRun,
        given,
        month=MONTH,
        frozen_at=MOMENT,
        computed_at=MOMENT,
        computed_by_name="系统",
        objection_until=dt.date(2023, 10, 20),
        snapshot_sha256=HASH,
    )


def county_score(**given: Any) -> scoring.CountyScore:
    _of_county(given)
    if "run" not in given:
        given["run"] = score_run()
    given.setdefault("month", given["run"].month)
    return _make(
        scoring.CountyScore,
        given,
        status="SCORED",
        final=85,
        grade="B",
        rank=1,
        display_order=1,
        snapshot="{}",
        sha256=HASH,
    )


def subject_score(**given: Any) -> scoring.SubjectScore:
    if "run" not in given:
        given["run"] = score_run()
    if "organization" not in given:
        given["organization"] = organization()
    return _make(scoring.SubjectScore, given, subject="PARTICIPANT", score=90)


def listing(**given: Any) -> scoring.Listing:
    if "run" not in given:
        given["run"] = score_run()
    given.setdefault("subject", "COUNTY")
    if given["subject"] == "COUNTY":
        _of_county(given)
    elif "organization" not in given:
        given["organization"] = organization()
    return _make(scoring.Listing, given, colour="RED", position=1)


# reports


def number_series(**given: Any) -> reports.NumberSeries:
    return _make(reports.NumberSeries, given, code=f"绵水测{_next()}", format=rep.DocumentFormat.WENJIAN)


def document(**given: Any) -> reports.Document:
    """A draft; give the frozen fields for an issued one."""
    if "series" not in given:
        given["series"] = number_series()
    if "subject_id" not in given:
        given["subject_id"] = given["series"].id
        given.setdefault("subject_kind", "reports.numberseries")
    return _make(
        reports.Document,
        given,
        kind=rep.DocumentKind.CIRCULAR,
        title="关于2023年9月全市水利工程质量监督情况的通报",
        month=MONTH,
        drafted_at=MOMENT,
        drafted_by_name="演示拟稿人",
    )


def issued_document(**given: Any) -> reports.Document:
    """Signed off, numbered and frozen, without its file."""
    n = _next()
    year = given.setdefault("year", 2023)
    given.setdefault("serial", n)
    return document(
        **{
            "state": rep.DocumentState.ISSUED,
            "number": f"绵水〔{year}〕{given['serial']}号",
            "content": "{}",
            "pdf_sha256": HASH,
            "signed_at": MOMENT,
            "signed_by_name": "演示签发人",
            "dated_on": DAY,
            **given,
        }
    )


def document_file(**given: Any) -> reports.DocumentFile:
    if "document" not in given:
        given["document"] = issued_document()
    return _make(reports.DocumentFile, given, sha256=HASH, byte_count=9, pdf=b"%PDF-1.7\n")


def document_preview(**given: Any) -> reports.DocumentPreview:
    if "document" not in given:
        given["document"] = document()
    return _make(reports.DocumentPreview, given, content_sha256=HASH, page_count=1, pdf=b"%PDF-1.7\n")


def delivery(**given: Any) -> reports.Delivery:
    if "document" not in given:
        given["document"] = issued_document()
    if "organization" not in given:
        _of_county(given)
    return _make(reports.Delivery, given, sent_at=MOMENT)


def import_batch(**given: Any) -> reports.ImportBatch:
    return _make(
        reports.ImportBatch,
        given,
        file_name="台账.xlsx",
        sha256=HASH,
        workbook=b"PK",
        uploaded_at=MOMENT,
        uploaded_by_name="演示导入人",
    )


def return_upload(**given: Any) -> reports.ReturnUpload:
    return _make(
        reports.ReturnUpload,
        _of_return(given),
        file_name="月报.xlsx",
        sha256=HASH,
        workbook=b"PK",
        uploaded_at=MOMENT,
        uploaded_by_name="演示填报员",
    )


def export_file(**given: Any) -> reports.ExportFile:
    return _make(
        reports.ExportFile,
        given,
        file_name="台账.xlsx",
        sha256=HASH,
        byte_count=2,
        workbook=b"PK",
        made_at=MOMENT,
        made_by_name="演示导出人",
    )


def batch_row(**given: Any) -> reports.BatchRow:
    if "batch" not in given:
        given["batch"] = import_batch()
    return _make(
        reports.BatchRow, given, position=_next(), model="projects.project", record_id=given["batch"].id
    )


# messaging


def message(**given: Any) -> messaging.Message:
    """To a new person without a role, unless a `recipient` is given."""
    n = _next()
    if "recipient" not in given:
        given["recipient"] = User.objects.create(username=f"person-{n}", display_name=f"演示人员{n}")
    return _make(
        messaging.Message,
        given,
        kind=mes.MessageKind.RETURN_RETURNED,
        key=f"test:{n}",
        title="月报已退回",
        created_at=MOMENT,
    )


def preference(**given: Any) -> messaging.Preference:
    n = _next()
    if "user" not in given:
        given["user"] = User.objects.create(username=f"person-{n}", display_name=f"演示人员{n}")
    return _make(messaging.Preference, given, email=f"person{n}@example.gov.cn")


def channel(**given: Any) -> messaging.Channel:
    return _make(
        messaging.Channel,
        given,
        kind=mes.ChannelKind.WECOM,
        name=f"工作群{_next()}",
        address_sealed="sealed",
        created_at=MOMENT,
        created_by_name="系统管理员",
    )


def dispatch(**given: Any) -> messaging.Dispatch:
    """An e-mail that waits, unless a `channel` is given."""
    if "message" not in given:
        given["message"] = message()
    if "channel" not in given:
        given.setdefault("recipient", given["message"].recipient)
    return _make(
        messaging.Dispatch,
        given,
        message_key=given["message"].key,
        message_kind=given["message"].kind,
        created_at=MOMENT,
        due_at=MOMENT,
    )
