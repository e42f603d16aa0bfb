"""The story of an inspection at a desk: filled in part by part, disputed, ended, reviewed, printed, notified."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from enforcement.models import RectificationNotice
from inspections.enums import FindingState, InspectionState, Severity
from inspections.models import Finding, Inspection, RecordConflict, RecordValue
from inspections.selectors.visit_page import review_lines
from inspections.services.concluding import conclude
from inspections.services.record import RecordClosed
from inspections.views import record as record_pages
from projects.models import ParticipatingUnit
from reports.services.arranging_sheets import print_inspection_form, sheet_html, sheet_of
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after
from tests.records import AT, a_finding, an_inspection, op, send, whole_record

SignIn = Callable[..., Client]


def url(name: str, inspection: Inspection) -> str:
    return reverse(f"visits:{name}", args=[inspection.pk])


@pytest.fixture
def inspection(city: City) -> Iterator[Inspection]:
    with city_scope(city.id):
        yield an_inspection(jurisdiction=county(city))


@pytest.fixture
def unit(inspection: Inspection) -> ParticipatingUnit:
    return factories.participating_unit(project=inspection.project)


@pytest.fixture
def inspector(city: City) -> User:
    return person(city, Role.COUNTY_SUPERVISOR, name="王检")


def form_of(client: Client, address: str) -> dict[str, str]:
    """What a browser would post back: every named control with its value."""
    text = client.get(address).text
    names = re.findall(r'<(?:input|textarea|select)[^>]* name="([^"]+)"[^>]*', text)
    values: dict[str, str] = {name: "" for name in names if name != "csrfmiddlewaretoken"}
    for tag in re.findall(r"<input[^>]*>", text):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if (
            name
            and value
            and name[1] in values
            and 'type="checkbox"' not in tag
            and 'type="radio"' not in tag
        ):
            values[name[1]] = value[1]
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', text, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        values[name] = chosen[1] if chosen else ""
    for name, body in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', text, re.S):
        values[name] = body
    return values


def test_a_desk_fills_in_the_record_part_by_part(
    inspection: Inspection, unit: ParticipatingUnit, inspector: User
) -> None:
    client = client_of(inspector)
    here = url("record", inspection)

    form = form_of(client, here)
    answer = client.post(here, {**form, "header/entered_at": "2023-09-05T09:10", "header/weather": "阴"})
    assert answer.status_code == 302, answer.text
    assert dict(RecordValue.objects.values_list("path", "value")) == {
        "header/entered_at": "2023-09-05T09:10+08:00",
        "header/weather": "阴",
    }
    again = client.post(here, form_of(client, here))
    assert again.status_code == 302
    assert inspection.operations.count() == 2, "what was not changed is not sent"

    people = f"{here}?part=people"
    form = form_of(client, people)
    key = form["new"]
    form |= {f"people/{key}/name": "张经理", f"people/{key}/unit_id": str(unit.pk)}
    assert [client.post(people, form).status_code for _ in range(2)] == [302, 302]
    assert RecordValue.objects.filter(path__startswith="people/", value="张经理").count() == 1
    form = form_of(client, people) | {f"people/{key}/removed": "on"}
    client.post(people, form)
    assert key not in client.get(people).text

    measured = f"{here}?part=measurements"
    form = form_of(client, measured)
    row = f"measurements/{form['new']}"
    form |= {f"{row}/item": "压实度", f"{row}/values": "96.1 九十六", f"{row}/design": "97"}
    refused = client.post(measured, form)
    assert refused.status_code == 422
    assert "每个数应写成十进制文字" in refused.text
    client.post(measured, form | {f"{row}/values": "96.1，97.3、98"})
    shown = client.get(measured).text
    assert "97.13" in shown
    assert "0.14" in shown
    assert client.get(f"{here}?part=nowhere").status_code == 404


def test_a_finding_gets_a_sibling_for_another_unit(
    inspection: Inspection, unit: ParticipatingUnit, inspector: User
) -> None:
    other = factories.participating_unit(project=inspection.project, role="SUPERVISING_ENGINEER")
    key = uuid.uuid4()
    send(inspection, inspector, *a_finding(unit, key, text="同一条裂缝"))
    client = client_of(inspector)
    address = reverse("visits:finding-sibling", args=[inspection.pk, key])
    strange = client.post(address, {"unit": str(uuid.uuid4())})
    assert (strange.status_code, "请选择本工程的参建单位。" in strange.text) == (422, True)
    with patch.object(record_pages, "apply_submission", side_effect=RecordClosed("现场检查已经结束。")):
        refused = client.post(address, {"unit": str(other.pk)})
    assert (refused.status_code, "<p>现场检查已经结束。</p>" in refused.text) == (422, True)
    assert f'<option value="{other.pk}" selected>' in refused.text
    assert f'action="{url("record", inspection)}?part=findings"' in refused.text
    assert Finding.objects.count() == 1
    client.post(address, {"unit": str(other.pk)})
    rows = Finding.objects.order_by("pk").values_list("text", "same_fact", "organization_id")
    assert {row[:2] for row in rows} == {("同一条裂缝", key)}
    assert {row[2] for row in rows} == {unit.organization_id, other.organization_id}
    factories.photo(inspection=inspection, finding_key=key)
    sibling = Finding.objects.exclude(pk=key).get()
    lines = {line.finding.pk: (line.photos, line.shared) for line in review_lines(inspection)}
    assert lines == {key: (1, 0), sibling.pk: (1, 1)}
    nobody = reverse("visits:finding-sibling", args=[inspection.pk, uuid.uuid4()])
    assert "记录里没有这个问题" in client.post(nobody, {"unit": str(other.pk)}).text
    assert Finding.objects.count() == 2


def test_two_desks_dispute_and_a_person_decides(city: City, inspection: Inspection, inspector: User) -> None:
    other = client_of(person(city, Role.COUNTY_SUPERVISOR, name="李查"))
    mine, here = client_of(inspector), f"{url('record', inspection)}?part=ending"
    stale = form_of(other, here)
    mine.post(here, form_of(mine, here) | {"opinion/text": "无异议"})
    answer = other.post(here, stale | {"opinion/text": "对第二条有异议"})
    assert answer.headers["Location"] == url("conflicts", inspection)
    page = mine.get(url("conflicts", inspection)).text
    for words in ("被检查单位意见", "无异议", "对第二条有异议", "王检", "李查"):
        assert words in page
    conflict = RecordConflict.objects.get()
    given = {"conflict": str(conflict.pk), "base": str(conflict.kept_id)}
    unchosen = mine.post(url("conflicts", inspection), given | {"typed": "除第二条外"})
    assert (unchosen.status_code, "请选择“被检查单位意见”采用哪一份内容。" in unchosen.text) == (422, True)
    assert ">除第二条外</textarea>" in unchosen.text
    too_long = mine.post(url("conflicts", inspection), given | {"choice": "typed", "typed": "议" * 9999})
    assert too_long.status_code == 422
    assert f">{'议' * 9999}</textarea>" in too_long.text
    assert 'value="typed" checked' in too_long.text
    typed = given | {"choice": "typed", "typed": "除第二条外无异议"}
    assert mine.post(url("conflicts", inspection), typed).status_code == 302
    late = other.post(url("conflicts", inspection), given | {"choice": "other"})
    assert late.status_code == 422
    assert "已经裁定" in late.text
    assert RecordValue.objects.get().value == "除第二条外无异议"
    for key in ("x", "x" * 36):
        assert mine.post(url("conflicts", inspection), given | {"conflict": key}).status_code == 404
    garbled = mine.post(url("conflicts", inspection), typed | {"base": "x"})
    assert garbled.status_code == 422


def test_from_the_record_to_the_notice(
    city: City, inspection: Inspection, unit: ParticipatingUnit, inspector: User, sign_in: SignIn
) -> None:
    client, args = client_of(inspector), [inspection.pk]
    assert "还不能结束，缺" in client.get(url("conclude", inspection)).text
    assert client.post(url("conclude", inspection)).status_code == 422
    send(inspection, inspector, *whole_record(inspection, unit))
    assert "要结束现场检查吗" in client.get(url("conclude", inspection)).text
    assert client.post(url("conclude", inspection)).status_code == 302
    assert client.post(url("conclude", inspection)).status_code == 422

    reviewer = sign_in(Role.COUNTY_REVIEWER, name="赵审")
    assert url("review", inspection) in reviewer.get(reverse("todos")).text
    finding = Finding.objects.get()
    given = {f"decision-{finding.pk}": "CONFIRM", f"severity-{finding.pk}": Severity.SERIOUS}
    assert "须写明理由" in reviewer.post(url("review", inspection), given).text
    assert client.post(url("review", inspection), given | {f"reason-{finding.pk}": "x"}).status_code == 422
    given |= {f"reason-{finding.pk}": "面积较大"}
    _written_after_the_end(client, reviewer, inspection, "")
    unready = reviewer.post(url("review", inspection), given).text
    assert "没有记被检查单位的意见。请检查人员在“补填记录”中填写" in unready
    assert url("record", inspection) in client.get(url("inspection-detail", inspection)).text
    _written_after_the_end(client, reviewer, inspection, "无异议，按期整改")
    assert reviewer.post(url("review", inspection), given).status_code == 302
    finding.refresh_from_db()
    assert (finding.state, finding.severity) == (FindingState.CONFIRMED, Severity.SERIOUS)

    detail = client.get(url("inspection-detail", inspection))
    assert_no_inline_code(detail)
    for words in ("已完成", finding.number, "压实度", "张经理", "HZ-", "审核完成"):
        assert words in detail.text
    late = client.post(f"{url('record', inspection)}?part=header", {"header/weather": "雨"})
    assert late.status_code == 422, "nothing is written after the review"
    bureau = sign_in(Role.BUREAU_SUPERVISOR)
    for name in ("conclude", "review", "conflicts"):
        assert bureau.post(url(name, inspection), given).status_code == 422, "the county's own inspection"
    draft = reverse("enforcement:notice-draft", args=args)
    assert draft in bureau.get(url("inspection-detail", inspection)).text
    assert bureau.post(draft, {}).status_code == 422
    assert bureau.post(draft, {"finding": str(finding.pk)}).status_code == 302
    notice = RectificationNotice.objects.get()
    assert (notice.addressee_id, notice.items.get().requirement) == (
        unit.organization_id,
        "立即整改并分析原因，20日内完成并书面回复",
    )
    assert finding.number not in bureau.get(draft).text
    document = reverse("reports:document-for-subject", args=["enforcement.rectificationnotice", notice.pk])
    assert bureau.post(document).status_code == 302


def _written_after_the_end(inspector: Client, reviewer: Client, inspection: Inspection, opinion: str) -> None:
    """It waits beside the value in force until the reviewer adopts it."""
    here = f"{url('record', inspection)}?part=ending"
    before = RecordValue.objects.get(inspection=inspection, path="opinion/text")
    assert inspector.post(here, form_of(inspector, here) | {"opinion/text": opinion}).status_code == 302
    assert RecordValue.objects.get(pk=before.pk).value == before.value
    conflict = RecordConflict.objects.get(resolution__isnull=True)
    given = {"conflict": str(conflict.pk), "base": str(before.operation_id), "choice": "other"}
    assert reviewer.post(url("conflicts", inspection), given).status_code == 302


def test_the_sheets_hold_what_was_recorded(
    inspection: Inspection, unit: ParticipatingUnit, inspector: User, settings: Any
) -> None:
    settings.ANLAN_SITE_URL = "https://anlan.example"
    photo = factories.photo(inspection=inspection, state="STORED", received_at=AT)
    send(inspection, inspector, *whole_record(inspection, unit))
    conclude(inspection_id=inspection.pk, by=inspector, at=AT)
    for sheet in ("register", "record"):
        html, assets = sheet_html(sheet, sheet_of(sheet, inspection.pk), at=timezone.now())
        for words in (inspection.number, "王检", "<svg", "蜂窝麻面", "停止 3#坝段上料", "无异议"):
            assert words in html, (sheet, words)
        assert assets == {}
    assert f"https://anlan.example/devices/photos/{photo.pk}/" in html
    assert 'class="qr"' in html
    printed = print_inspection_form(sheet="record", row_id=inspection.pk, by=inspector, at=AT)
    assert printed.pdf.startswith(b"%PDF-")
    assert printed.pages >= 3


def test_lists_and_searches(city: City, inspection: Inspection, inspector: User) -> None:
    client, listing = client_of(inspector), reverse("visits:inspection-list")
    assert inspection.number in client.get(listing, {"state": InspectionState.NOTIFIED}).text
    assert inspection.number not in client.get(listing, {"state": InspectionState.VOID}).text
    sheet = client.get(listing, {"export": "xlsx"})
    assert_no_formula(sheet, "监督检查")
    one = queries(client, listing)

    def more() -> None:
        for _ in range(3):
            an_inspection(jurisdiction=county(city))

    assert queries_after(city, client, listing, more) == one
    send(inspection, inspector, op("header/weather", "晴"))
    catalogue = reverse("visits:catalogue")
    assert "E-005" in client.get(catalogue, {"q": "麻面 混凝土"}).text
    fragment = client.get(catalogue, {"q": "hntqd"}, headers={"HX-Request": "true"}).text
    assert "E-001" in fragment
    assert "<html" not in fragment
    checklists = client.get(reverse("visits:checklist-list")).text
    assert "水利工程质量监督检查清单" in checklists
    checklist = reverse("visits:checklist-list")
    assert "GX-05" in client.get(checklist, {"edition": str(inspection.checklist_id)}).text
    assert client.get(checklist, {"edition": "x"}).status_code == 404


def test_strangers_find_nothing(city: City, other_city: City) -> None:
    with city_scope(city.id):
        inspection = an_inspection(jurisdiction=county(city))
    strangers = [
        client_of(person(city, Role.COUNTY_SUPERVISOR, where="三台县")),
        client_of(person(other_city, Role.BUREAU_CHIEF)),
    ]
    for stranger in strangers:
        for name in ("inspection-detail", "record", "conflicts", "conclude", "review"):
            assert stranger.get(url(name, inspection)).status_code == 404, name
        assert inspection.number not in stranger.get(reverse("visits:inspection-list")).text
