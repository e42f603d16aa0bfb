"""The world that the matrix is walked in: two cities, three counties, one object of each kind in each relation."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import RoleAssignment
from accounts.roles import COUNTY_ROLES, ORGANIZATION_ROLES, Role
from core.canonical import file_sha256
from core.filestore import IMAGES, PDF, store
from core.month import ReportingMonth
from enforcement.enums import NoticeState
from guidance.services.answering import attach_evidence as attach_task_evidence
from guidance.services.meetings import attach_paper
from inspections.enums import OrganizerLevel
from inspections.selectors.photos import ORIGINAL_AREA
from inspections.services.check_evidence import attach_to_check
from inspections.services.evidence import attach_evidence
from projects.enums import AttachmentKind
from projects.services.attachments import attach_file
from reports.ledger.workbook import write_ledger
from reports.returns.checking import Content
from reports.services.arranging_sheets import AREA as FORMS
from reports.services.duty_sheets import AREA as DUTY_AREA
from reports.services.project_files import AREA
from scoring.services.closing import close_month
from tenancy.enums import JobState
from tenancy.models import City, Job, Jurisdiction
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, make_city, person
from tests.inspections.tablet import enrolled

OWN, SIBLING, OTHER_CITY, NOWHERE = "own", "sibling county", "other city", "does not exist"
MONTH = ReportingMonth(2023, 9)
CLOSED_AT = dt.datetime(2023, 10, 9, 1, 0, tzinfo=dt.UTC)
RELATIONS = (OWN, SIBLING, OTHER_CITY, NOWHERE)


def routes() -> Iterator[tuple[str, URLPattern]]:
    """Every named address of the resolver."""
    yield from _walk(get_resolver().url_patterns, "")


def _walk(patterns: list[Any], namespace: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name}", pattern


@dataclass
class Place:
    """One county of the world, with its organization and one object of each kind."""

    city: City
    county: Jurisdiction
    objects: dict[str, models.Model] = field(default_factory=dict)
    organization: Any = None


Maker = Callable[[Place], models.Model]


def _project(place: Place) -> models.Model:
    return factories.project(jurisdiction=place.county, legal_person=place.organization)


def _unit(place: Place) -> models.Model:
    return factories.participating_unit(project=place.objects["project"], organization=place.organization)


def _finding(place: Place) -> models.Model:
    project = place.objects["project"]
    return factories.finding(jurisdiction=place.county, project=project, organization=place.organization)


def _evidence(place: Place) -> models.Model:
    finding = place.objects["finding"]
    data = b"%PDF-1.7 " + place.county.code.encode()
    return attach_evidence(finding_id=finding.pk, title="现场", data=data, by="测试", at=factories.MOMENT)


def _attachment(place: Place) -> models.Model:
    data = b"%PDF-1.7 attached " + place.county.code.encode()
    project: Any = place.objects["project"]
    kind = AttachmentKind.DOCUMENT
    return attach_file(
        kind=kind,
        title="批复",
        file_name="批复.pdf",
        data=data,
        project=project,
        by="测试",
        at=factories.MOMENT,
    )


def _project_file(place: Place) -> models.Model:
    """A printed 一项一档 of the place's project."""
    data = b"%PDF-1.7 file " + place.county.code.encode()
    kept = store(data, area=AREA, city_id=place.city.id, allowed=(PDF,))
    project = place.objects["project"]
    return Job._base_manager.create(
        city=place.city,
        kind="print_project_file",
        key=f"{project.pk}:1",
        title="一项一档",
        payload={"project": str(project.pk)},
        result={"sha256": kept.sha256, "pages": 1},
        jurisdiction=place.county,
        state=JobState.DONE,
        available_at=factories.MOMENT,
        created_at=factories.MOMENT,
        finished_at=factories.MOMENT,
        created_by_name="测试",
    )


def _notice(place: Place) -> models.Model:
    project = place.objects["project"]
    return factories.notice(jurisdiction=place.county, project=project, addressee=place.organization)


def _county_notice(place: Place) -> models.Model:
    """A draft of the county's own, which its reviewer registers as issued."""
    notice = factories.notice(
        jurisdiction=place.county,
        project=place.objects["project"],
        addressee=place.organization,
        organizer_level=OrganizerLevel.COUNTY,
        state=NoticeState.DRAFT,
        issued_on=None,
        served_on=None,
        due_on=None,
    )
    factories.notice_finding(notice=notice, finding=place.objects["finding"])
    return notice


def _job(place: Place) -> models.Model:
    return Job._base_manager.create(
        city=place.city,
        kind="draft_documents",
        key=place.county.code,
        title="测试任务",
        jurisdiction=place.county,
        state=JobState.FAILED,
        available_at=factories.MOMENT,
        created_at=factories.MOMENT,
        finished_at=factories.MOMENT,
        created_by_name="测试",
    )


def _document(place: Place) -> models.Model:
    """An issued document delivered to the county and to the organization, and to nobody else."""
    pdf = b"%PDF-1.7 " + place.county.code.encode()
    document = factories.issued_document(pdf_sha256=file_sha256(pdf))
    factories.document_file(document=document, pdf=pdf, sha256=document.pdf_sha256)
    factories.delivery(document=document, jurisdiction=None, organization=place.organization)
    place.objects["delivery"] = factories.delivery(document=document, jurisdiction=place.county)
    return document


def _person(place: Place) -> models.Model:
    user = person(place.city, Role.COUNTY_REPORTER, where=place.county.short_name)
    place.objects["role"] = RoleAssignment.objects.get(user=user)
    return user


def _measure(make: Callable[..., models.Model]) -> Maker:
    return lambda place: make(jurisdiction=place.county)


def _return(place: Place) -> models.Model:
    """A return that is being filled in, with one line and one file."""
    row = factories.monthly_return(
        jurisdiction=place.county,
        month=MONTH.next().first,
        state="DRAFT",
        first_submitted_at=None,
        filler_name="",
        reviewer_name="",
    )
    draft = factories.return_version(monthly_return=row, submitted_at=None)
    factories.return_line(version=draft, project=place.objects["project"])
    place.objects["return file"] = factories.attachment(monthly_return=row, project=None)
    return row


def _test(place: Place) -> models.Model:
    """A county's test that waits for its report, with a file, and its commission."""
    level: dict[str, Any] = {"organizer_level": "COUNTY", "project": place.objects["project"]}
    place.objects["commission"] = commission = factories.test_commission(**level)
    row = factories.supervisory_test(**level, commission=commission)
    data = b"%PDF-1.7 test " + place.county.code.encode()
    place.objects["test file"] = attach_to_check(
        owner=row, title="报告", data=data, by="测试", at=factories.MOMENT
    )
    return row


def _duty(place: Place) -> models.Model:
    """A concluded sheet with one line, its file, and the sheet on paper."""
    row = factories.duty_inspection(jurisdiction=place.county)
    place.objects["duty item"] = item = factories.duty_inspection_item(duty_inspection=row)
    mark = place.county.code.encode()
    place.objects["duty file"] = attach_to_check(
        owner=item, title="台账", data=b"%PDF-1.7 duty " + mark, by="测试", at=factories.MOMENT
    )
    printed = store(b"%PDF-1.7 sheet " + mark, area=DUTY_AREA, city_id=place.city.id, allowed=(PDF,))
    place.objects["duty sheet"] = _printed(place, "print_duty_sheet", {"duty": str(row.pk)}, printed.sha256)
    return row


def _bidding(place: Place) -> models.Model:
    """A check with a problem and a file."""
    row = factories.bidding_check(jurisdiction=place.county, has_problem=True, result="评标办法违规")
    place.objects["bidding file"] = attach_to_check(
        owner=row,
        title="招标文件",
        data=b"%PDF-1.7 bid " + place.county.code.encode(),
        by="测试",
        at=factories.MOMENT,
    )
    return row


def _printed(place: Place, kind: str, payload: dict[str, str], sha256: str) -> models.Model:
    return Job._base_manager.create(
        city=place.city,
        kind=kind,
        key=f"{place.county.code}:1",
        title="打印",
        payload=payload,
        result={"sha256": sha256, "pages": 1},
        jurisdiction=place.county,
        state=JobState.DONE,
        available_at=factories.MOMENT,
        created_at=factories.MOMENT,
        finished_at=factories.MOMENT,
        created_by_name="测试",
    )


def _photo(place: Place) -> models.Model:
    """A photo whose original is here, with the sending that brought it, a conflict and the tablet."""
    project: Any = place.objects["project"]
    visit = factories.inspection(jurisdiction=place.county, project=project, state="UNDER_WAY")
    data = b"\xff\xd8\xff " + place.county.code.encode()
    kept = store(data, area=ORIGINAL_AREA, city_id=place.city.id, allowed=IMAGES)
    place.objects["field visit"] = visit
    place.objects["submission"] = sent = factories.submission(inspection=visit)
    place.objects["conflict"] = factories.record_conflict(
        inspection=visit, other=factories.record_operation(inspection=visit, submission=sent)
    )
    place.objects["device"] = factories.device(
        jurisdiction=place.county, held_at=factories.MOMENT, held_reason="遗失"
    )
    return factories.photo(
        inspection=visit,
        sha256=kept.sha256,
        byte_count=kept.byte_count,
        state="STORED",
        received_at=factories.MOMENT,
    )


def _batch(place: Place) -> models.Model:
    return factories.import_batch(state="IMPORTED", marked_workbook=b"PK", finished_at=factories.MOMENT)


def _risk(place: Place) -> models.Model:
    """A confirmed list of the place's own project: nobody but the bureau may know of a draft."""
    row = factories.key_object_list(first_month=MONTH.shift(place.county.unit_order).first)
    risk = factories.project_risk(key_list=row, project=place.objects["project"])
    row.state, row.confirmed_at, row.confirmed_by_name = "CONFIRMED", factories.MOMENT, "测试"
    row.save()
    place.objects["key list"] = row
    return risk


def _guidance(place: Place) -> models.Model:
    """What was given to one county (or one legal person) only; plans are for every county once they are issued."""
    county = {"jurisdiction": place.county}
    row = factories.campaign(state="LAUNCHED", launched_on=factories.DAY)
    given = factories.task_assignment(
        **county, organization=place.organization, task=factories.task(campaign=row)
    )
    place.objects["campaign"] = row
    paper: dict[str, Any] = {
        "file_name": "x.pdf",
        "data": b"%PDF-1.7 " + place.county.code.encode(),
        "by": "测试",
    }
    place.objects["task evidence"] = attach_task_evidence(
        assignment_id=given.pk, title="自查报告", **paper, at=factories.MOMENT
    )
    meeting = factories.meeting(state="ISSUED", issued_on=factories.DAY, minutes="议定一项。")
    factories.task_assignment(**county, task=factories.task(meeting=meeting))
    place.objects["meeting"] = meeting
    place.objects["meeting file"] = attach_paper(
        meeting_id=meeting.pk, title="会议材料", **paper, at=factories.MOMENT
    )
    place.objects["training"] = factories.training(**county)
    place.objects["body"] = factories.supervision_body(**county)
    # An issued plan is every county's; the sibling's is a draft, which no county may see.
    is_draft = place.county.short_name == "平武县"
    issue = {} if is_draft else {"state": "ISSUED", "number": "1号", "issued_on": factories.DAY}
    place.objects["year plan"] = plan = factories.year_plan(year=2024 if is_draft else 2023, **issue)
    place.objects["plan task"] = factories.task(plan=plan)
    return given


def _report(place: Place) -> models.Model:
    """A report that is being written, and an earlier one that waits for the bureau."""
    given: dict[str, Any] = {"jurisdiction": place.county, "legal_person": place.organization}
    place.objects["filed report"] = factories.legal_person_report(
        **given, month=MONTH.previous().first, state="SUBMITTED", submitted_on=factories.DAY
    )
    return factories.legal_person_report(**given)


def _drawn(place: Place) -> models.Model:
    """A drawn seat of a draw of the place, and the draw's publication; the number says whose it is."""
    where = {"jurisdiction": place.county}
    draw = factories.draw(**where, number=f"CQ-{place.county.code}", result_formed_on=factories.DAY)
    drawn = factories.drawn_project(draw=draw, project=place.objects["project"], **where)
    place.objects |= {"draw": draw, "publication": factories.draw_publication(draw=draw)}
    place.objects["officer tie"] = factories.officer_tie(officer=factories.officer(**where))
    place.objects["officer"] = factories.officer(**where)
    return factories.drawn_officer(drawn_project=drawn)


def _draft_in_hand(place: Place) -> None:
    """The one draft that a city has, with a risk of the place's project: what the bureau's acts on a list need."""
    with city_scope(place.city.id):
        risk = factories.project_risk(project=place.objects["project"])
        place.objects |= {"draft risk": risk, "key draft": risk.key_list}


def _upload(place: Place) -> models.Model:
    """Two workbooks of a return of their own: one to be looked at, one that was written."""
    row = factories.monthly_return(
        jurisdiction=place.county,
        month=MONTH.shift(2).first,
        state="DRAFT",
        first_submitted_at=None,
        filler_name="",
        reviewer_name="",
    )
    factories.return_version(monthly_return=row, submitted_at=None)
    book = write_ledger({})
    content = Content().as_json()
    moment = factories.MOMENT
    place.objects["written upload"] = factories.return_upload(
        monthly_return=row, state="APPLIED", content=content, applied_at=moment, applied_by_name="测试"
    )
    return factories.return_upload(monthly_return=row, state="READ", content=content, workbook=book)


def _reopening(place: Place) -> models.Model:
    """A request about a return of its own."""
    row = factories.monthly_return(jurisdiction=place.county, month=MONTH.shift(3).first, state="ACCEPTED")
    return factories.return_reopening(monthly_return=row)


def _visit(place: Place) -> models.Model:
    """An arranged inspection with a pending approval, a notice, a printed form, and the draw that it may come from."""
    of = {"project": place.objects["project"], "jurisdiction": place.county}
    visit = factories.inspection(**of, state="PLANNED", number=f"JC-2023-{place.county.code}")
    place.objects["approval"] = approval = factories.inspection_approval(inspection=visit)
    place.objects["visit notice"] = factories.inspection_notice(
        inspection=visit, organization=place.organization
    )
    place.objects["inspection item"] = factories.inspection_item()
    place.objects["draw of projects"] = factories.draw(jurisdiction=place.county)
    kept = store(
        b"%PDF-1.7 form " + place.county.code.encode(), area=FORMS, city_id=place.city.id, allowed=(PDF,)
    )
    place.objects["inspection form"] = Job._base_manager.create(
        city=place.city,
        kind="print_inspection_form",
        key=f"approval:{approval.pk}:1",
        title="检查审批表",
        payload={"sheet": "approval", "row": str(approval.pk)},
        result={"sha256": kept.sha256, "pages": 1},
        jurisdiction=place.county,
        state=JobState.DONE,
        available_at=factories.MOMENT,
        created_at=factories.MOMENT,
        finished_at=factories.MOMENT,
        created_by_name="测试",
    )
    return visit


MAKERS: dict[str, Maker] = {
    "interview": _measure(factories.interview),
    "criticism": _measure(factories.criticism_proposal),
    "letter": _measure(factories.reminder_letter),
    "duty": _duty,
    "bidding": _bidding,
    "clue": lambda place: factories.clue(jurisdiction=place.county, organizer_level="COUNTY"),
    "record": _measure(factories.month_plan),
    "batch": _batch,
    "export": lambda place: factories.export_file(),
    "return upload": _upload,
    "reopening": _reopening,
    "project": _project,
    "return": _return,
    "finding": _finding,
    "visit": _visit,
    "evidence": _evidence,
    "test": _test,
    "photo": _photo,
    "attachment": _attachment,
    "project file": _project_file,
    "section": lambda place: factories.contract_section(project=place.objects["project"]),
    "filing": lambda place: factories.quality_filing(project=place.objects["project"]),
    "filing type": lambda place: factories.filing_type(),
    "organization": lambda place: place.organization,
    "unit": _unit,
    "key person": lambda place: factories.key_person(unit=place.objects["unit"]),
    "commitment": lambda place: factories.lifelong_commitment(unit=place.objects["unit"]),
    "notice": _notice,
    "county notice": _county_notice,
    "assignment": _guidance,
    "job": _job,
    "risk": _risk,
    "report": _report,
    "document": _document,
    "person": _person,
    "doubt": _measure(factories.data_doubt),
    "message": lambda place: factories.message(),
    "channel": lambda place: factories.channel(),
    "drawn officer": _drawn,
    "dispatch": lambda place: factories.dispatch(message=place.objects["message"]),
}
"""Kinds of objects in the order in which they are made; later ones may use earlier ones."""


class World:
    """Two cities and a signed-in client for each role; nothing in the walk may change it."""

    def __init__(self) -> None:
        self.city, self.other = make_city(), make_city("duizhao")
        self.places = {
            OWN: self._place(self.city, "北川县"),
            SIBLING: self._place(self.city, "平武县"),
            OTHER_CITY: self._place(self.other, "甲县"),
        }
        for place in self.places.values():
            _draft_in_hand(place)
        for city in (self.city, self.other):
            with city_scope(city.id):
                close_month(month=MONTH, by="测试", at=CLOSED_AT)
        _, self.tablet = enrolled(self.city, county(self.city), at=CLOSED_AT)
        self.clients = {role: self._client(role) for role in Role}
        self.anonymous = Client()
        self._digest = self.digest()

    def _place(self, city: City, name: str) -> Place:
        place = Place(city=city, county=county(city, name))
        with city_scope(city.id):
            place.organization = factories.organization()
            for kind, make in MAKERS.items():
                place.objects[kind] = make(place)
        return place

    def _client(self, role: Role) -> Client:
        uscc = self.places[OWN].organization.uscc if role in ORGANIZATION_ROLES else ""
        client = client_of(person(self.city, role, organization_uscc=uscc))
        # Everybody asks from a tablet of the city: what a role may not, no tablet makes possible.
        client.defaults["HTTP_X_ANLAN_DEVICE"] = self.tablet
        return client

    def arguments(self, subject: str, relation: str) -> dict[str, Any]:
        """The arguments of an address that name the object in this relation."""
        if subject in SPECIAL:
            return SPECIAL[subject](self, relation)
        return {"pk": uuid.uuid4() if relation == NOWHERE else self.places[relation].objects[subject].pk}

    def digest(self) -> dict[str, Any]:
        """Count and checksum of each tenant table of both cities, the trail apart."""
        sums: dict[str, Any] = {}
        all_at_once = " UNION ALL ".join(
            f"SELECT '{table}', count(*), md5(string_agg(t::text, '|' ORDER BY t.id)) FROM \"{table}\" t"
            for table in _tables()
        )
        for city in (self.city, self.other):
            with city_scope(city.id), connection.cursor() as cursor:
                cursor.execute(all_at_once)
                sums |= {f"{city.slug}.{table}": (count, md5) for table, count, md5 in cursor.fetchall()}
        return sums

    def changed_tables(self) -> list[str]:
        """The tenant tables that differ from when this was asked last, or from when the world was made."""
        before, self._digest = self._digest, self.digest()
        return sorted(table for table, rows in (before | self._digest).items() if before.get(table) != rows)


def _document_subject(world: World, relation: str) -> dict[str, Any]:
    document: Any = world.places[OWN if relation == NOWHERE else relation].objects["document"]
    subject_id = uuid.uuid4() if relation == NOWHERE else document.subject_id
    return {"subject_kind": document.subject_kind, "subject_id": subject_id}


def _event(world: World, relation: str) -> dict[str, Any]:
    return {"seq": 1 if relation in (OWN, SIBLING) else 987_654}


def _score(world: World, relation: str) -> dict[str, Any]:
    code = "999999" if relation == NOWHERE else world.places[relation].county.code
    return {"code": code, "month": MONTH}


def _return_row(world: World, relation: str) -> dict[str, Any]:
    place = world.places[OWN if relation == NOWHERE else relation]
    project = uuid.uuid4() if relation == NOWHERE else place.objects["project"].pk
    return {**world.arguments("return", relation), "project": project}


def _return_file(world: World, relation: str) -> dict[str, Any]:
    place = world.places[OWN if relation == NOWHERE else relation]
    file = uuid.uuid4() if relation == NOWHERE else place.objects["return file"].pk
    return {**world.arguments("return", relation), "file": file}


def _place_code(world: World, relation: str) -> dict[str, Any]:
    return {"code": _score(world, relation)["code"]}


SPECIAL: dict[str, Callable[[World, str], dict[str, Any]]] = {
    "place": _place_code,
    "return row": _return_row,
    "return file": _return_file,
    "document subject": _document_subject,
    "event": _event,
    "score": _score,
}
"""Subjects whose address is not one primary key."""


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_policies WHERE policyname = 'city_wall' AND tablename <> 'audit_auditevent'"
        )
        return [name for (name,) in cursor.fetchall()]


def reaches(role: Role, relation: str) -> bool:
    """Whether the relation lies inside what the role may see: its city, its county, its organization."""
    if relation == OWN:
        return True
    return relation == SIBLING and role not in COUNTY_ROLES | ORGANIZATION_ROLES


def same_page(content: bytes, url: str) -> bytes:
    """A page without what differs by design: its own address, form tokens and the request's number."""
    content = content.replace(url.encode(), b"")
    content = re.sub(rb'(csrfmiddlewaretoken" value=")[^"]+', rb"\1", content)
    return re.sub(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", b"", content)
