"""A draw from its start to the public page: what the witnesses do, what anyone can repeat, what never leaks."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import re
import subprocess
import sys
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.models import AuditEvent
from core.month import ReportingMonth
from inspections.enums import DrawKind, DrawState
from inspections.models import Draw, DrawCandidate, DrawnOfficer, DrawnProject, DrawPublication
from inspections.rules.draw import secret_digest
from inspections.rules.draw_parameters import shipped
from inspections.selectors.draw_population import counties_to_draw
from inspections.selectors.draws import drawn_counties, overdue_publications
from inspections.services.draw_freezing import freeze_draw
from inspections.services.draw_publication import move_result_day, publish_draw
from inspections.services.draw_witnesses import commit_draw, register_witness, reveal_secret
from inspections.services.drawing import run_draw
from inspections.services.draws import DrawPlan, DrawRefused, edit_candidate, start_draw, void_draw
from reports.ledger.exporting import export_workbook
from scoring.selectors.rubrics import rubric_of_version, version_in_force
from tenancy.models import Jurisdiction
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.pages import assert_no_inline_code, queries, queries_after

SECRETS = ("涪江水清两岸青山2023", "shan gao shui chang 2023", "安昌河畔柳色青青2023")
PHONE = "13890123456"


def _today():
    return timezone.localdate()


def _projects(place, count, **given):
    return [
        factories.project(
            jurisdiction=place,
            supervision_level="COUNTY",
            status="UNDER_WAY",
            started_on=dt.date(2023, 1, 10),
            **given,
        )
        for _ in range(count)
    ]


NAMES = ("赵建国", "钱卫东", "孙晓梅", "李长江")


def _officers(*places, names=NAMES):
    return [
        factories.officer(jurisdiction=places[n % len(places)], name=name) for n, name in enumerate(names)
    ]


def _post(client, url, **data):
    response = client.post(url, data)
    assert response.status_code == 302, response.content.decode()[:4000]
    return response


@pytest.fixture
def beichuan(city):
    return county(city)


def test_the_whole_story(city, other_city, beichuan, tmp_path):
    supervisor = person(city, Role.COUNTY_SUPERVISOR)
    reviewer = person(city, Role.COUNTY_REVIEWER, name="王见证")
    desk, witness = client_of(supervisor), client_of(reviewer)
    colleague = client_of(person(city, Role.COUNTY_SUPERVISOR, name="李见证"))
    with city_scope(city.id):
        projects = _projects(beichuan, 11, risk_class="B")
        factories.project(jurisdiction=county(city, "平武县"), supervision_level="COUNTY", status="UNDER_WAY")
        _officers(beichuan, names=(*NAMES, "吴春江"))  # two substitutions, whoever is recused
        checked = projects[0]
        factories.inspection(jurisdiction=beichuan, project=checked, inspected_on=_today())
        owner = projects[1].legal_person
        tied = factories.officer(jurisdiction=beichuan, name="周回避")
        factories.officer_tie(officer=tied, organization=owner, declared_on=_today())

    # Start: a number, the list by itself, one project left out by hand with a reason.
    answer = _post(
        desk, "/draws/new", kind="PROJECT", title="北川县双随机抽查", quota="RATIO", count=1, team_size=2
    )
    draw_url = answer["Location"].removesuffix("/candidates")
    pk = draw_url.rsplit("/", 1)[1]
    page = desk.get(f"{draw_url}/candidates")
    assert_no_inline_code(page)
    assert "6个月内已检查" in page.text
    assert desk.get(f"{draw_url}/candidate?key=nothing").status_code == 404
    refused = desk.post(f"{draw_url}/candidate?key={projects[2].code}", {"act": "OUT", "reason": " "})
    assert refused.status_code == 422
    _post(desk, f"{draw_url}/candidate?key={projects[2].code}", act="OUT", reason="汛期封闭施工")

    # Freeze: nothing moves afterwards, not even by hand in the database.
    _post(desk, f"{draw_url}/freeze")
    with city_scope(city.id):
        draw = Draw.objects.get(pk=pk)
        frozen = json.loads(draw.frozen_text)
        assert draw.number.startswith(f"CQ-{_today().year}-")
        (stratum,) = frozen["strata"]
        assert (stratum["population"], stratum["ratio"], stratum["quota"]) == (11, 1000, 2)
        reasons = {one["id"]: one["excluded"] for one in frozen["candidates"] if one["excluded"]}
        assert reasons[projects[2].code] == "汛期封闭施工"
        assert set(reasons) == {checked.code, projects[2].code}
        assert [one["object"] for one in frozen["recusals"]] == [projects[1].code]
        with pytest.raises(IntegrityError), transaction.atomic():
            Draw.objects.filter(pk=pk).update(frozen_text="{}")

    # Witnesses: two on their own accounts, one guest at the desk; whoever runs the draw is none.
    assert desk.post(f"{draw_url}/commit").status_code == 422, "two witnesses at least"
    with city_scope(city.id), pytest.raises(DrawRefused, match="本人账户"), transaction.atomic():
        _only_guests(draw)
    assert desk.post(f"{draw_url}/witness", {"secret": SECRETS[0], "position": 1}).status_code == 422
    assert witness.post(f"{draw_url}/witness", {"secret": "short", "position": 1}).status_code == 422
    _post(witness, f"{draw_url}/witness", secret=SECRETS[0], position=1)
    assert witness.get(f"{draw_url}/witness")["Location"] == draw_url, "one form is enough"
    guest = {"name": "刘来宾", "unit": "县纪委监委", "secret": SECRETS[2], "position": 1}
    assert desk.post(f"{draw_url}/guest", guest).status_code == 422, "the hash is bound to the place"
    _post(desk, f"{draw_url}/guest", **guest | {"position": 2})
    refused = desk.post(f"{draw_url}/commit")
    assert "至少要有2位见证人用本人账户提交口令摘要，现有1位" in refused.text, (
        "one account and a guest of the desk are one person's work"
    )
    _post(colleague, f"{draw_url}/witness", secret=SECRETS[1], position=3)
    another = {"name": "张来宾", "unit": "某村", "secret": "又一个足够长的口令文字2023", "position": 4}
    for act, data in (("guest", another), ("commit", {})):
        refused = colleague.post(f"{draw_url}/{act}", data)
        assert (refused.status_code, "您是本次抽取的见证人" in refused.text) == (422, True), act
        assert f'{draw_url}/{act}"' not in colleague.get(draw_url).text
    _post(desk, f"{draw_url}/commit")
    notice = desk.get(f"{draw_url}/commitment")
    assert draw.population_sha256[:4] in notice.text
    assert_no_inline_code(desk.get(f"{draw_url}/screen?step=commitment"))
    assert "抽取结果" not in desk.get(f"{draw_url}/screen?step=result").text, "there is none yet"

    # The draw: a wrong secret changes nothing; then everything in one act.
    assert "公开口令" in witness.get("/todos").text
    assert witness.post(f"{draw_url}/secret", {"secret": SECRETS[1]}).status_code == 422
    _post(colleague, f"{draw_url}/secret", secret=SECRETS[1])
    assert desk.post(f"{draw_url}/run", {"secret_2": SECRETS[2]}).status_code == 422, "one has not revealed"
    _post(witness, f"{draw_url}/secret", secret=SECRETS[0])
    assert "不能抽取" in colleague.post(f"{draw_url}/run", {"secret_2": SECRETS[2]}).text
    assert SECRETS[0] not in desk.get(draw_url).text, "nobody sees it before the draw"
    assert desk.post(f"{draw_url}/run", {"secret_2": "another secret"}).status_code == 422
    _post(desk, f"{draw_url}/run", secret_2=SECRETS[2])
    with city_scope(city.id):
        drawn = list(
            DrawnProject.objects.filter(draw=pk).select_related("project__legal_person").order_by("position")
        )
        assert len({one.project_id for one in drawn}) == 2
        assert not {one.project.code for one in drawn} & set(reasons)
        assert all(one.officers.count() == 2 for one in drawn)
    for step in ("number", "population", "commitment", "witnesses", "seed", "result"):
        assert_no_inline_code(desk.get(f"{draw_url}/screen?step={step}"))

    # Anyone repeats it, without the project's code.
    path = tmp_path / "draw.json"
    path.write_bytes(desk.get(f"{draw_url}/replay.json").content)
    assert _alone(path).returncode == 0, _alone(path).stdout
    assert "复算一致" in desk.get(f"{draw_url}/record").text
    forged = path.read_text(encoding="utf-8").replace(drawn[0].project.code, projects[2].code)
    (tmp_path / "forged.json").write_text(forged, encoding="utf-8")
    assert _alone(tmp_path / "forged.json").returncode == 1

    # A substitute comes from the drawn order; an expired one is passed over, visibly.
    with city_scope(city.id):
        seat = drawn[0].officers.order_by("position").first()
        line = json.loads(Draw.objects.get(pk=pk).record_text)["result"][0]
        waiting = [name for name in line["order"] if name not in line["team"]]
        gone = seat.officer.__class__.objects.get(enforcement_id=waiting[0])
        gone.id_valid_until = _today() - dt.timedelta(days=1)
        gone.save()
    _post(desk, f"/draws/seats/{seat.pk}/substitute", reason="因病请假")
    with city_scope(city.id):
        names = [one.officer.enforcement_id for one in drawn[0].officers.order_by("position")]
        assert names == [*line["team"], *waiting[:2]]
        current = drawn[0].officers.get(position=4)
        assert (current.replaced_at, current.team_role) == (None, seat.team_role)
    detail = desk.get(draw_url).text
    assert "因病请假" in detail
    assert "顺延：执法证已于" in detail
    path.write_bytes(desk.get(f"{draw_url}/replay.json").content)
    assert _alone(path).returncode == 0

    # What is renumbered afterwards was drawn under its old number all the same.
    with city_scope(city.id):
        renumbered = [(one.officer, one.drawn_as) for one in (seat, current)]
        code, project = drawn[0].project.code, drawn[0].project
        for n, (officer, _) in enumerate(renumbered):
            officer.enforcement_id = f"换证-{n}"
            officer.save()
        project.code = "GC-换号"
        project.save()
        second = drawn[0].officers.get(position=2)
    path.write_bytes(desk.get(f"{draw_url}/replay.json").content)
    assert _alone(path).returncode == 0, _alone(path).stdout
    assert [one[1] for one in renumbered] == [line["team"][0], waiting[1]]
    _post(desk, f"/draws/seats/{second.pk}/substitute", reason="出差")
    path.write_bytes(desk.get(f"{draw_url}/replay.json").content)
    assert _alone(path).returncode == 0, _alone(path).stdout
    with city_scope(city.id):
        for officer, number in renumbered:
            officer.enforcement_id = number
            officer.save()
        project.code = code
        project.save()

    # Publication: what is not inspected needs a reason; persons and telephones stay out.
    with city_scope(city.id):
        done = factories.inspection(
            jurisdiction=beichuan,
            project=drawn[0].project,
            draw=Draw.objects.get(pk=pk),
            inspected_on=_today(),
        )
        for severity in ("SERIOUS", "SERIOUS", "GRAVE"):
            factories.finding(
                jurisdiction=beichuan,
                project=done.project,
                inspection=done,
                severity=severity,
                state="CONFIRMED",
            )
        factories.finding(jurisdiction=beichuan, project=done.project, inspection=done, state="DRAFT")
    assert desk.post(f"{draw_url}/publish", {"publish": "yes", "note": ""}).status_code == 422
    note = f"{drawn[1].project.name}停工，由赵建国（{PHONE}，zhao@example.cn）联系，身份证510726197001012345，0816-1234567"
    preview = desk.post(f"{draw_url}/publish", {"note": note})
    assert preview.status_code == 200
    assert "不公开的内容" in preview.text
    _post(desk, f"{draw_url}/publish", publish="yes", note=note)
    assert desk.post(f"{draw_url}/publish", {"publish": "yes", "note": note}).status_code == 302
    number = draw.number
    anonymous = Client()
    public = anonymous.get(f"/public/mianyang/draws/{number}")
    assert_no_inline_code(public)
    assert f">{checked.name}<" not in public.text
    assert drawn[0].project.legal_person.name in public.text
    assert "一般 0 个，较重 2 个，严重 1 个" in public.text
    hidden = [
        *NAMES,
        "吴春江",
        "周回避",
        "王见证",
        "李见证",
        "刘来宾",
        PHONE,
        "1970",
        "0816",
        "zhao@",
    ]
    hidden += [*SECRETS, *line["order"], supervisor.display_name]
    listed = anonymous.get("/public/mianyang/draws/")
    assert number in listed.text
    for mark in hidden:
        assert mark not in public.text, mark
        assert mark not in listed.text, mark
    assert "赵某某" in public.text

    # Others: a reader of another city sees the same page, unknown and unpublished answer alike, strangers see nothing.
    stranger = client_of(person(other_city, Role.BUREAU_CHIEF))
    assert stranger.get(f"/public/mianyang/draws/{number}").status_code == 200
    with city_scope(city.id):
        unpublished = factories.draw(jurisdiction=beichuan)
    answers = {
        anonymous.get(address).status_code
        for address in (
            f"/public/mianyang/draws/{unpublished.number}",
            "/public/mianyang/draws/CQ-0000-0000",
            "/public/mianyang/draws/CQ%00",
            f"/public/mianyang/draws/{'9' * 41}",
            f"/public/duizhao/draws/{number}",
            "/public/nowhere/draws/",
        )
    }
    assert answers == {404}
    neighbour = client_of(person(city, Role.COUNTY_SUPERVISOR, where="平武县"))
    for client in (stranger, neighbour):
        assert client.get(draw_url).status_code == 404
        assert client.get(f"{draw_url}/replay.json").status_code == 404
        assert client.post(f"{draw_url}/void", {"reason": "x"}).status_code == 404
    assert desk.post(f"{draw_url}/void", {"reason": "不满意"}).status_code == 422, "what is public stays"

    with city_scope(city.id):
        row = DrawPublication.objects.get(draw=pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            DrawPublication.objects.filter(pk=row.pk).update(content={})
        told = AuditEvent.objects.filter(subject_id=pk).values_list("action", flat=True)
        assert {one.rsplit(".", 1)[1] for one in told} == {
            "start", "candidate", "freeze", "witness", "commit", "reveal", "draw", "substitute", "publish",
        }  # fmt: skip
        assert not AuditEvent.objects.filter(subject_id=pk, payload__contains=SECRETS[2]).exists()


def _only_guests(draw):
    for place, name in enumerate(("甲来宾", "乙来宾"), 1):
        register_witness(
            draw_id=draw.pk, name=name, unit="某局", secret=SECRETS[place - 1], digest="", position=place,
            user_id=None, by="测试", at=timezone.now(),
        )  # fmt: skip
    commit_draw(draw_id=draw.pk, by="测试", at=timezone.now())


def _alone(path: Path):
    script = Path(settings.BASE_DIR) / "docs" / "replay_draw.py"
    return subprocess.run(
        [sys.executable, "-I", str(script), str(path)],
        capture_output=True, text=True, cwd="/", check=False, timeout=30,
    )  # fmt: skip


AT = dt.datetime(2023, 9, 5, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def _start(organizer, **plan):
    values: dict[str, Any] = {
        "kind": DrawKind.PROJECT,
        "title": "抽查",
        "levels": ["CITY", "COUNTY"],
        "whole_city": True,
    }
    return start_draw(
        plan=DrawPlan(**values | plan), organizer=organizer, parameters=shipped(), by="测试", at=AT
    )


_OWN = [SimpleNamespace(id=uuid.uuid4(), display_name=f"见证{n}") for n in (1, 2)]
"""Witnesses with accounts."""


def _committed(draw):
    freeze_draw(draw_id=draw.pk, by="测试", at=AT)
    for place, secret in enumerate(SECRETS, 1):
        register_witness(
            draw_id=draw.pk, name=f"见证{place}", unit="纪检", secret=secret, digest="", position=place,
            user_id=_OWN[place - 1].id if place <= 2 else None, by="测试", at=AT,
        )  # fmt: skip
    commit_draw(draw_id=draw.pk, by="测试", at=AT)
    for own, secret in zip(_OWN, SECRETS, strict=False):
        reveal_secret(draw_id=draw.pk, secret=secret, by=own, at=AT)
    return draw


def _drawn(draw):
    return run_draw(draw_id=draw.pk, secrets={3: SECRETS[2]}, by="测试", at=AT)


def _through(draw):
    return _drawn(_committed(draw))


def test_the_bureau_draws_by_strata_weights_and_across_counties(city, scope, beichuan):
    bureau = Jurisdiction.objects.get(parent__isnull=True)
    pingwu = county(city, "平武县")
    plain, *_ = _projects(beichuan, 12, risk_class="A")
    key = _projects(pingwu, 1, risk_class="D", is_key_object=True)[0]
    factories.inspection(jurisdiction=pingwu, project=key, inspected_on=dt.date(2023, 8, 1))
    _projects(pingwu, 2, risk_class="")
    factories.project(
        jurisdiction=pingwu, supervision_level="CITY", status="UNDER_WAY", started_on=dt.date(2023, 1, 1)
    )
    for month in (6, 8):
        factories.monthly_return(
            jurisdiction=pingwu,
            month=dt.date(2023, month, 1),
            is_nil=True,
            nil_statement="本月无变化",
            nil_signed_on=dt.date(2023, month, 5),
        )
    draw = _start(bureau, cross=True)
    weights = dict(DrawCandidate.objects.filter(draw=draw).values_list("project__code", "weight"))
    assert weights[plain.code] == 50
    assert weights[key.code] == 200 * 2 * 2
    assert "零报告县区×2" in DrawCandidate.objects.get(draw=draw, project=key).weight_reason
    assert not DrawCandidate.objects.get(draw=draw, project=key).is_excluded, (
        "class D is drawn although checked"
    )

    _officers(beichuan)
    with pytest.raises(DrawRefused, match="需要2名来自不同县区的检查人员"):
        freeze_draw(draw_id=draw.pk, by="测试", at=AT)
    for place in (pingwu, county(city, "江油市"), bureau):
        _officers(place, names=(f"人{place.code}甲", f"人{place.code}乙"))
    done = _through(draw)
    strata = {one["key"]: one["quota"] for one in json.loads(done.frozen_text)["strata"]}
    assert strata == {"CITY": 1, f"COUNTY/{beichuan.code}": 2, f"COUNTY/{pingwu.code}": 1}
    seats = DrawnOfficer.objects.filter(draw=done).select_related("officer", "drawn_project__project")
    assert len(seats) == 8
    for seat in seats:
        assert seat.officer.jurisdiction_id != seat.drawn_project.project.jurisdiction_id
    homes = {(one.drawn_project_id, one.officer.jurisdiction_id) for one in seats}
    assert len(homes) == 8, "no two of a team come from one county"

    # What the year owes still: the strata drawn from are paid, so a draw of what is owed finds nothing to draw.
    again = _start(bureau, quota="OWED")
    with pytest.raises(DrawRefused, match="各层应抽数都是0"):
        freeze_draw(draw_id=again.pk, by="测试", at=AT)
    void_draw(draw_id=again.pk, reason="近一年已抽足", by="测试", at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.filter(pk=again.pk).update(void_reason="别的原因")


def test_the_month_counts_a_countys_draw_and_its_publication(city, scope, beichuan):
    _projects(beichuan, 10)
    _officers(beichuan)
    draw = _through(_start(beichuan, levels=["COUNTY"], whole_city=False))

    assert (draw.jurisdiction_id, draw.kind, draw.drawn_on) == (beichuan.id, "PROJECT", dt.date(2023, 9, 5))
    assert draw.result_formed_on == dt.date(2023, 9, 5)
    # 20 working days from 5 September 2023, over Mid-Autumn and National Day with its make-up days.
    assert overdue_publications(dt.date(2023, 10, 9)).count() == 0
    assert overdue_publications(dt.date(2023, 10, 10)).get() == draw
    move_result_day(draw_id=draw.pk, day=dt.date(2023, 9, 20), by="测试", at=AT)
    assert overdue_publications(dt.date(2023, 10, 12)).count() == 0
    move_result_day(draw_id=draw.pk, day=dt.date(2024, 1, 5), by="测试", at=AT)
    draw.refresh_from_db()
    assert draw.result_formed_on == dt.date(2023, 9, 20), "too late: the term was over"
    with pytest.raises(DrawRefused, match="不能发起"):
        _start(beichuan, kind=DrawKind.COUNTY)
    with pytest.raises(DrawRefused, match="只能从本县区"):
        _start(beichuan)


def test_counties_and_officers_alone_are_drawn_too(city, scope, beichuan):
    bureau = Jurisdiction.objects.get(parent__isnull=True)
    factories.duty_inspection(jurisdiction=beichuan, inspected_on=dt.date(2023, 3, 1))
    # being marked is no inspection yet
    factories.duty_inspection(
        jurisdiction=county(city, "江油市"), inspected_on=dt.date(2023, 3, 1), state="DRAFT"
    )
    found = counties_to_draw(dt.date(2023, 9, 8), shipped())
    assert [one.county for one in found if one.excluded] == [beichuan.code]
    draw = _start(bureau, kind=DrawKind.COUNTY, levels=())
    edit_candidate(
        draw_id=draw.pk,
        key=county(city, "平武县").code,
        is_excluded=True,
        reason="本月抗洪",
        by="测试",
        at=AT,
    )
    done = _through(draw)
    (code,) = drawn_counties(done)
    assert code not in {beichuan.code, county(city, "平武县").code}
    assert DrawnProject.objects.filter(draw=done).count() == 0
    duty = factories.duty_inspection(jurisdiction=beichuan, draw=done, state="DRAFT")
    with pytest.raises(DrawRefused, match=f"履职检查{duty.number}依据本次抽取建立"):
        void_draw(draw_id=done.pk, reason="不满意", by="测试", at=AT)

    given = _projects(beichuan, 2)
    _officers(beichuan)
    with pytest.raises(DrawRefused, match="不在台账中"):
        _start(bureau, kind=DrawKind.OFFICER, codes=["GC-NONE"])
    team = _through(_start(bureau, kind=DrawKind.OFFICER, codes=[one.code for one in given]))
    assert set(DrawnProject.objects.filter(draw=team).values_list("project_id", flat=True)) == {
        one.pk for one in given
    }
    # Four officers for two teams of two: whoever is in the first is not asked again.
    assert DrawnOfficer.objects.filter(draw=team).values("officer").distinct().count() == 4


def test_void_draws_keep_number_and_reason(city, scope, beichuan, sign_in):
    _projects(beichuan, 3)
    _officers(beichuan)
    first = _start(beichuan, levels=["COUNTY"], whole_city=False)
    void_draw(draw_id=first.pk, reason="名录有误，赵建国漏登", by="测试", at=AT)
    second = _start(beichuan, levels=["COUNTY"], whole_city=False)
    assert (first.number, second.number) == ("CQ-2023-0001", "CQ-2023-0002")
    done = _through(second)
    factories.inspection(
        jurisdiction=beichuan, project=done.drawn_projects.first().project, draw=done, state="PLANNED"
    )
    with pytest.raises(DrawRefused, match="已按本次抽取安排检查"):
        void_draw(draw_id=done.pk, reason="不满意", by="测试", at=AT)
    assert Draw.objects.get(pk=first.pk).state == DrawState.VOID
    page = sign_in(Role.COUNTY_SUPERVISOR).get("/draws/")
    assert "名录有误" in page.text
    # One that came by the ledger has no record to repeat, and is published all the same; the void one goes with it.
    ledger = factories.draw(jurisdiction=beichuan, result_formed_on=factories.DAY)
    drawn = factories.drawn_project(draw=ledger, project=done.drawn_projects.first().project)
    factories.inspection(jurisdiction=beichuan, project=drawn.project, draw=ledger)
    content = publish_draw(draw_id=ledger.pk, note="", by="测试", at=AT).content
    assert content["voids"] == [{"number": first.number, "reason": "名录有误，赵某某漏登"}]
    assert Client().get(f"/public/mianyang/draws/{ledger.number}").status_code == 200

    # Somebody comes under way after the list was made: the list must be made anew.
    third = _start(beichuan, levels=["COUNTY"], whole_city=False)
    late = _projects(beichuan, 1)[0]
    with pytest.raises(DrawRefused, match=f"缺少在建工程“{late.name}”"):
        freeze_draw(draw_id=third.pk, by="测试", at=AT)
    # What is under way is no record yet; what is void is one.
    sheet = openpyxl.load_workbook(io.BytesIO(export_workbook()), read_only=True)["双随机抽取"]
    numbers = {value for row in sheet.iter_rows(values_only=True) for value in row}
    assert {first.number, second.number} <= numbers
    assert third.number not in numbers


def test_an_office_runs_its_own_draws_and_reads_the_others(city, beichuan):
    with city_scope(city.id):
        _projects(beichuan, 2)
        _officers(beichuan)
        draw = _start(beichuan, levels=["COUNTY"], whole_city=False)
    bureau, page = client_of(person(city, Role.BUREAU_SUPERVISOR)), f"/draws/{draw.pk}"
    for act, data in (("rebuild", {}), ("freeze", {}), ("void", {"reason": "换一个结果"})):
        _post(bureau, f"{page}/{act}", **data)
        assert f'{page}/{act}"' not in bureau.get(page).text
    with city_scope(city.id):
        draw.refresh_from_db()
        assert draw.state == DrawState.DRAFT
        seat = _through(draw).drawn_projects.first().officers.first()
    _post(bureau, f"/draws/seats/{seat.pk}/substitute", reason="换人")
    _post(bureau, f"{page}/publish", publish="yes", note="未检查")
    _post(bureau, reverse("visits:arrange-draw", args=[draw.pk]))
    with city_scope(city.id):
        draw.refresh_from_db()
        seat.refresh_from_db()
        assert (draw.published_on, seat.replaced_at, draw.inspections.count()) == (None, None, 0)


def test_what_the_frozen_list_names_must_still_be_found(city, scope, beichuan):
    (project,) = _projects(beichuan, 1)
    first, _, third = _officers(beichuan, names=("赵建国", "钱卫东", "孙晓梅"))
    numbers = {one.pk: one.enforcement_id for one in (first, third)}

    def renumber(officer, number):
        officer.enforcement_id = number
        officer.save()

    draw = _committed(_start(beichuan, levels=["COUNTY"], whole_city=False, team_size=3))
    renumber(first, "川B-换证")
    with pytest.raises(DrawRefused, match=f"执法证号“{numbers[first.pk]}”在检查人员名录中被改动"):
        _drawn(draw)
    renumber(first, numbers[first.pk])
    old, project.code = project.code, "GC-换号"
    project.save()
    with pytest.raises(DrawRefused, match=f"工程编号“{old}”在台账中被改动"):
        _drawn(draw)
    project.code = old
    project.save()
    assert _drawn(draw).state == DrawState.DRAWN


def test_shipped_numbers_are_those_of_the_rubric(city, scope):
    facts = rubric_of_version(version_in_force(ReportingMonth(2023, 9)))
    ours = shipped()

    assert ours.ratio_of_level == {
        "CITY": facts.parameter("sample_ratio_min_city") * 10_000,
        "COUNTY": facts.parameter("sample_ratio_min_county") * 10_000,
    }
    assert ours.rolling_year_months == facts.parameter("rolling_year_months")
    assert ours.publish_within_workdays == facts.parameter("publish_within_workdays")


def test_the_directory_of_officers(city, beichuan):
    client = client_of(person(city, Role.COUNTY_SUPERVISOR))
    text = {
        "place": beichuan.code,
        "name": "吴持证",
        "enforcement_id": "川b070001",
        "id_valid_until": "2020-01-01",
    }
    page = _post(client, "/draws/officers/new", **text)["Location"]
    assert "川B070001" in client.get(page).text
    assert "执法证已到期" in client.get("/draws/officers").text
    assert client.post("/draws/officers/new", text).status_code == 422, "one certificate, one entry"
    with city_scope(city.id):
        project = _projects(beichuan, 1)[0]
    _post(client, f"{page}/ties/new", about=project.code, kind="RELATIVE", declared_on=_today())
    assert "近亲属任职" in client.get(page).text
    assert client.post(f"{page}/ties/new", {"about": "没有这个", "kind": "RELATIVE"}).status_code == 422
    with city_scope(city.id):
        tie = project.officer_ties.get()
    _post(client, f"/draws/officers/ties/{tie.pk}/end", ended_on=_today())
    _post(
        client,
        f"{page}/edit",
        name="吴持证",
        enforcement_id="川B070001",
        id_valid_until="2030-01-01",
        left_reason="调离",
    )
    assert "已出库" in client.get("/draws/officers?active=False").text
    assert client.get("/draws/officers?export=xlsx").status_code == 200


def test_lists_take_the_same_queries_for_more_rows(city, beichuan):
    client = client_of(person(city, Role.BUREAU_SUPERVISOR))

    def more():
        for _ in range(3):
            drawn = factories.drawn_project(
                draw=factories.draw(jurisdiction=beichuan, result_formed_on=factories.DAY)
            )
            factories.drawn_officer(drawn_project=drawn)
            _projects(beichuan, 1)

    with city_scope(city.id):
        draw = factories.drawn_officer().draw
        factories.draw_publication()
    anonymous = Client()
    for url in ("/draws/", "/draws/officers", "/draws/objects"):
        before = queries(client, url)
        assert queries_after(city, client, url, more) == before, url
    before = queries(anonymous, "/public/mianyang/draws/")
    assert queries_after(city, anonymous, "/public/mianyang/draws/", factories.draw_publication) == before
    before = queries(client, f"/draws/{draw.pk}")

    def more_of_it():
        for _ in range(3):
            factories.drawn_officer(drawn_project=factories.drawn_project(draw=draw, jurisdiction=beichuan))

    assert queries_after(city, client, f"/draws/{draw.pk}", more_of_it) == before


def test_the_rules_are_there_for_everybody_with_what_repeats_a_draw():
    anonymous, docs = Client(), Path(settings.BASE_DIR) / "docs"
    page = anonymous.get("/public/draw-rules/")
    assert_no_inline_code(page)
    (command,) = re.findall(r"printf '(.+)' \| sha256sum", page.text)
    lines = command.replace(r"\n", "\n")
    _, number, place, secret = lines.split("\n")

    assert hashlib.sha256(lines.encode()).hexdigest() == secret_digest(
        secret, number=number, position=int(place)
    )
    names = re.findall(r'href="/public/draw-rules/([^"]+)"', page.text)
    assert "replay_draw.py" in names
    for name in names:
        given = anonymous.get(f"/public/draw-rules/{name}").getvalue()
        assert given == (docs / name).read_bytes()
    assert anonymous.get("/public/draw-rules/ledger.md").status_code == 404
