"""The office's pages of tablets, photos and bundles."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.models import AuditEvent
from audit.presenters import ACTIONS
from core import filestore
from core.display import spaced_hash
from core.uuid7 import uuid7
from inspections.models import Device, Evidence, Finding, Inspection, Photo, Submission
from inspections.selectors.photos import ORIGINAL_AREA, VIEW_AREA
from inspections.services.concluding import ConclusionRefused, conclude, review
from projects.models import ParticipatingUnit
from reports.services.arranging_sheets import print_inspection_form, sheet_html, sheet_of
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.inspections.tablet import Shot, Tablet, enrolled, finding_ops, op, padded, picture, sha
from tests.inspections.test_photo_files import with_exif
from tests.pages import assert_no_inline_code, queries, queries_after
from tests.records import an_inspection, row, send, whole_record


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def inspector(city: City) -> Any:
    return person(city, Role.COUNTY_SUPERVISOR, name="王检")


@pytest.fixture
def inspection(city: City) -> Inspection:
    with city_scope(city.id):
        return factories.inspection(jurisdiction=county(city), state="NOTIFIED")


@pytest.fixture
def unit(city: City, inspection: Inspection) -> ParticipatingUnit:
    with city_scope(city.id):
        return factories.participating_unit(project=inspection.project)


def test_a_tablet_from_its_code_to_its_end(city, inspector):
    office = client_of(inspector)
    page = office.post(reverse("devices:code-new"), {"name": "质监平板 03"})
    assert_no_inline_code(page)
    code = re.search(r"([0-9A-Z]{4}-[0-9A-Z]{4})", page.text)[1]
    assert not set(code) & set("0O1IL")
    tablet = Tablet(inspector, "")
    token = tablet.ask("POST", "devices/enrol", {"code": code, "name": ""}).json()["token"]
    tablet = Tablet(inspector, token)
    with city_scope(city.id):
        device = Device.objects.get()
    own = reverse("devices:device-detail", args=[device.pk])
    listing = reverse("devices:device-list")
    assert "质监平板 03" in office.get(listing).text
    assert code not in office.get(listing).text

    for name, data, chip, state in (
        ("devices:hold", {"reason": "落在坝上"}, "已挂失", "HELD"),
        ("devices:release", {}, "在用", "ACTIVE"),
        ("devices:revoke", {"reason": "报废"}, "已注销", "REVOKED"),
    ):
        address = reverse(name, args=[device.pk])
        assert_no_inline_code(office.get(address))
        assert office.post(address, data)["Location"] == own
        page = office.get(own)
        assert_no_inline_code(page)
        assert chip in page.text
        assert tablet.get("session").json()["device"]["state"] == state
    assert office.post(reverse("devices:hold", args=[device.pk]), {"reason": ""}).status_code == 422
    assert office.get(reverse("devices:release", args=[device.pk]))["Location"] == own
    refused = office.post(reverse("devices:hold", args=[device.pk]), {"reason": "再挂失"})
    assert "已注销，不能再变更" in refused.text
    assert "已注销" in office.get(listing, {"state": "REVOKED"}).text
    assert "质监平板 03" not in office.get(listing, {"state": "HELD"}).text
    stranger = client_of(person(city, Role.COUNTY_SUPERVISOR, where="平武县"))
    assert stranger.get(own).status_code == 404
    assert office.get(f"{listing}?export=xlsx").status_code == 200
    for trail in ("生成平板登记码", "登记平板", "挂失平板", "解除平板挂失", "注销平板"):
        with city_scope(city.id):
            action = next(key for key, label in ACTIONS.items() if label == trail)
            assert AuditEvent.objects.filter(action=action).count() == 1


def test_the_list_of_tablets_costs_the_same_for_three(city, inspector):
    office = client_of(inspector)
    url = reverse("devices:device-list")
    with city_scope(city.id):
        factories.device(jurisdiction=county(city))
    one = queries(office, url)
    assert (
        queries_after(city, office, url, lambda: [factories.device(jurisdiction=county(city)) for _ in "ab"])
        == one
    )


def sent_photo(city, inspector, inspection, unit, data, **options):
    _, token = enrolled(city, county(city), at=timezone.now())
    tablet = Tablet(inspector, token)
    shot = Shot(data, **options)
    shot.finding = uuid7()
    ops = finding_ops(shot.finding, unit)
    answer = tablet.put_submission(tablet.submission(inspection.pk, *ops, photos=[shot.entry()]))
    tablet.put_photo(shot)
    return shot, answer.json()["receipt"]["number"]


def test_a_photo_is_verified_and_a_flipped_byte_is_seen(city, inspector, inspection, unit):
    data = padded(picture(5, size=(800, 600), comment=b"<script>alert(1)</script>"), 400_000)
    shot, receipt = sent_photo(city, inspector, inspection, unit, data, stamped=picture(6))
    office = client_of(inspector)
    url = reverse("devices:photo", args=[shot.id])

    page = office.get(url)

    assert_no_inline_code(page)
    for word in ("一致", receipt, "王检", "平板一号", "照片送达", "31.456789", "精度 8.4 米", "无时间凭证"):
        assert word in page.text, word
    assert "不一致" not in page.text
    for copy, disposition in (("original", "attachment"), ("stamped", "attachment"), ("view", "inline")):
        file = office.get(reverse("devices:photo-file", args=[shot.id, copy]))
        assert file["Content-Disposition"].startswith(disposition)
        assert file["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in file["Content-Security-Policy"]
        if copy == "original":
            assert sha(file.content) == sha(data)
        if copy == "view":
            assert b"script" not in file.content
            assert b"Exif" not in file.content
    assert office.get(reverse("devices:photo-file", args=[shot.id, "thumb"])).status_code == 404
    stranger = client_of(person(city, Role.COUNTY_SUPERVISOR, where="平武县"))
    assert stranger.get(url).status_code == 404
    assert stranger.get(reverse("devices:photo-file", args=[shot.id, "original"])).status_code == 404

    path = filestore.path_of(ORIGINAL_AREA, city.id, sha(data))
    flipped = bytearray(data)
    flipped[1000] ^= 1
    path.write_bytes(flipped)
    assert "不一致" in office.get(url).text
    assert office.get(reverse("devices:photo-file", args=[shot.id, "original"])).status_code == 404
    path.unlink()
    assert "文件不在" in office.get(url).text
    with city_scope(city.id):
        photo = Photo.objects.get(pk=shot.id)
        assert filestore.is_kept(area=VIEW_AREA, city_id=city.id, sha256=photo.view_sha256)


def test_of_a_photo_made_smaller_the_cameras_facts_are_kept(city, inspector, inspection):
    tablet = Tablet(inspector, enrolled(city, county(city), at=timezone.now())[1])
    small, whole = Shot(picture(21)), Shot(with_exif())
    camera = "ab12" * 16
    told = {
        "make": "相机厂",
        "taken": "2023-09-05T10:00:00+08:00",
        "lat": 31,
        "reduced": {"camera_sha256": camera, "camera_byte_count": 5_000_000, "edge": 2048},
    }
    photos = [{**small.entry(), "exif": told}, {**whole.entry(), "exif": {"make": "谎", "zoom": 2}}]
    tablet.put_submission(tablet.submission(inspection.pk, photos=photos))
    for shot in (small, whole):
        tablet.put_photo(shot)

    page = client_of(inspector).get(reverse("devices:photo", args=[small.id])).text

    assert f"平板缩小，相机原图 SHA-256 {spaced_hash(camera)}（5,000,000 字节）" in page
    for words in ("相机厂", "2023-09-05T10:00:00+08:00", "31"):
        assert words in page, words
    with city_scope(city.id):
        read = Photo.objects.get(pk=whole.id).exif
    assert (read["make"], read["model"], read["zoom"]) == ("???", "T1", 2), (
        "what the file says, as Pillow wrote it"
    )
    assert "平板缩小" not in client_of(inspector).get(reverse("devices:photo", args=[whole.id])).text


MARKS = [
    {"kind": "box", "points": [0.3, 0.3, 0.7, 0.6], "text": "", "colour": "red"},
    {"kind": "arrow", "points": [0.1, 0.9, 0.3, 0.6], "text": "", "colour": "yellow"},
    {"kind": "text", "points": [0.32, 0.28], "text": "蜂窝<b>", "colour": "blue"},
]


def test_marks_lie_over_the_picture_and_the_original_stays(city, inspector, inspection, unit):
    data = picture(8, size=(1200, 900))
    shot, _ = sent_photo(city, inspector, inspection, unit, data)
    tablet = Tablet(inspector, enrolled(city, county(city), at=timezone.now())[1])
    office = client_of(inspector)
    visit = reverse("visits:inspection-detail", args=[inspection.pk])
    assert "有标注" not in office.get(visit).text
    tablet.put_submission(tablet.submission(inspection.pk, op(f"photos/{shot.id}/annotation", MARKS)))

    assert "有标注" in office.get(visit).text
    page = office.get(reverse("devices:photo", args=[shot.id]))
    assert_no_inline_code(page)
    view = reverse("devices:photo-file", args=[shot.id, "view"])
    assert f'<image href="{view}" width="1200" height="900"/><path d="M360.0 270.0H840.0' in page.text
    assert "蜂窝&lt;b&gt;</text>" in page.text
    assert f'<details><summary>不带标注</summary><img src="{view}"' in page.text
    assert f'href="{visit}"' in page.text
    with city_scope(city.id):
        html, assets = sheet_html("record", sheet_of("record", inspection.pk), at=timezone.now())
        assert f'<image href="gongwen:{next(iter(assets))}" width="1200"' in html
        assert "图上有 3 处标注，原图没有改动" in html
        printed = print_inspection_form(sheet="record", row_id=inspection.pk, by=inspector, at=timezone.now())
        assert b"/Subtype /Image" in printed.pdf or b"/Subtype/Image" in printed.pdf
        filestore.path_of(VIEW_AREA, city.id, Photo.objects.get().view_sha256).unlink()
    assert "<image" not in office.get(reverse("devices:photo", args=[shot.id])).text
    assert sha(office.get(reverse("devices:photo-file", args=[shot.id, "original"])).content) == sha(data)


def test_doubtful_photos_are_found_and_the_review_counts_them(city, inspector, inspection):
    office, url = client_of(inspector), reverse("devices:photo-list")
    review = client_of(person(city, Role.COUNTY_REVIEWER))
    with city_scope(city.id):
        stored = {"inspection": inspection, "state": "STORED", "received_at": factories.MOMENT}
        plain = factories.photo(**stored, title="无疑", time_check="PLAUSIBLE")
        factories.photo(**stored, title="重复", reuse_of=plain, reuse_distance=7)
        factories.photo(
            **stored, title="过早", time_check="EARLY", taken_at=factories.MOMENT.replace(year=2022)
        )
        factories.photo(inspection=inspection, title="拒收的", state="REFUSED", refused_reason="含病毒")

    def shown(**given):
        page = office.get(url, given)
        assert_no_inline_code(page)
        return {word for word in ("无疑", "重复", "过早", "拒收的") if f">{word}</a>" in page.text}

    assert shown() == {"无疑", "重复", "过早", "拒收的"}
    assert shown(doubt="any", q=inspection.number) == {"重复", "过早", "拒收的"}
    assert (shown(doubt="reuse"), shown(doubt="time"), shown(doubt="refused")) == (
        {"重复"},
        {"过早"},
        {"拒收的"},
    )
    assert shown(month=f"2022-{factories.MOMENT:%m}") == {"过早"}
    text = office.get(url).text
    assert "疑似重复，差 7 位" in text
    assert "拒收：含病毒" in text
    assert office.get(url, {"export": "xlsx"}).status_code == 200
    bureau = client_of(person(city, Role.BUREAU_CHIEF))
    assert ">重复</a>" in bureau.get(url, {"county": county(city).code}).text
    assert ">重复</a>" not in bureau.get(url, {"county": county(city, "平武县").code}).text
    assert ">重复</a>" not in client_of(person(city, Role.COUNTY_SUPERVISOR, where="平武县")).get(url).text

    page = review.get(reverse("visits:review", args=[inspection.pk])).text
    assert "有 3 张照片有疑点" in page
    assert f'href="{url}?doubt=any&amp;q={inspection.number}"' in page
    for name, args in (("devices:photo", [plain.pk]), ("devices:device-list", [])):
        assert f'href="{url}?doubt=any"' in office.get(reverse(name, args=args)).text
    four = queries(office, url)
    assert (
        queries_after(city, office, url, lambda: [factories.photo(jurisdiction=county(city)) for _ in "abc"])
        == four
    )


def test_the_way_to_the_client_is_shown(city, inspector, settings):
    office, made = client_of(inspector), reverse("devices:code-new")
    page = office.post(made, {"name": "平板"})
    assert_no_inline_code(page)
    assert '<a href="http://testserver/field/">http://testserver/field/</a>' in page.text
    assert re.search(r'aria-label="二维码：http://testserver/field/"><svg[^>]* width="\d+"', page.text)
    settings.ANLAN_SITE_URL = "https://anlan.example"
    assert 'href="https://anlan.example/field/"' in office.post(made, {"name": "平板"}).text
    assert "https://anlan.example/field/" in office.get(reverse("devices:device-list")).text
    helper = client_of(person(city, Role.ASSISTANT)).get(reverse("visits:inspection-list")).text
    reader = client_of(person(city, Role.COUNTY_REVIEWER)).get(reverse("visits:inspection-list")).text
    for address in (reverse("field:shell"), reverse("devices:bundle")):
        assert f'href="{address}"' in helper
        assert f'href="{address}"' not in reader


def bundle_of(author, device, bodies, shots, **part):
    """What static/field/engine/bundle.js writes; `part`: one file of several."""
    made = {
        "format": "anlan-outbox",
        "version": 2 if part else 1,
        "device": {"id": str(device.pk), "name": device.name},
        "author": {"id": str(author.pk), "name": author.display_name},
        **({"part": part} if part else {}),
        "submissions": [{"id": body["id"], "body": json.dumps(body, ensure_ascii=False)} for body in bodies],
        "files": [
            {
                "photo": str(shot.id),
                "copy": copy,
                "sha256": sha(data),
                "base64": base64.b64encode(data).decode(),
            }
            for shot in shots
            for copy, data in shot.copies()
        ],
    }
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    return {**made, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def upload(client, bundle):
    text = bundle if isinstance(bundle, str) else json.dumps(bundle, ensure_ascii=False)
    file = SimpleUploadedFile("outbox.json", text.encode(), content_type="application/json")
    return client.post(reverse("devices:bundle"), {"file": file})


def outcomes(page):
    return re.findall(r"(新收|已有|不同|拒收)</span></td>", page.text)


def test_a_bundle_comes_in_once_and_says_what_became_of_each_item(city, inspector, inspection, unit):
    device, token = enrolled(city, county(city), at=timezone.now())
    tablet = Tablet(inspector, token)
    shots = [Shot(padded(picture(n), 300_000), picture(n + 50)) for n in (1, 2)]
    key = uuid7()
    for shot in shots:
        shot.finding = key
    bodies = [
        tablet.submission(inspection.pk, *finding_ops(key, unit), photos=[shots[0].entry()]),
        tablet.submission(inspection.pk, photos=[shots[1].entry()]),
    ]
    bundle = bundle_of(inspector, device, bodies, shots)
    office = client_of(inspector)

    assert_no_inline_code(office.get(reverse("devices:bundle")))
    page = upload(office, bundle)
    assert_no_inline_code(page)
    assert outcomes(page) == ["新收"] * 6
    assert outcomes(upload(office, bundle)) == ["已有"] * 6
    assert tablet.put_submission(bundle["submissions"][0]["body"].encode()).status_code == 202
    with city_scope(city.id):
        assert {p.state for p in Photo.objects.all()} == {"STORED"}
        assert Photo.objects.get(pk=shots[0].id).device_id == device.pk
        event = AuditEvent.objects.filter(action="inspections.bundle.import").order_by("seq").first()
        assert json.loads(event.payload)["after"]["is_own"] is True

    other = {**bodies[0], "app_version": "2"}
    third = Shot(picture(9))
    mixed = bundle_of(inspector, device, [other], [third])
    assert outcomes(upload(office, mixed)) == ["不同", "拒收"]
    damaged = {**mixed, "device": {"id": "", "name": "x"}}
    assert "损坏或被改动" in upload(office, damaged).text
    assert "不是安澜外业平板的导出文件" in upload(office, {"a": 1}).text
    cut = upload(office, json.dumps(bundle)[:-9])
    assert (cut.status_code, "可能选错了文件或复制时中断" in cut.text) == (422, True)


def test_a_bundle_in_several_files_comes_in_any_order(city, inspector, inspection, unit):
    """Each file has every record and some photos: the page names the file and what is missing until all are here."""
    device, token = enrolled(city, county(city), at=timezone.now())
    tablet = Tablet(inspector, token)
    key = uuid7()
    shots = [Shot(picture(n), picture(n + 50), finding=key) for n in (1, 2, 3)]
    photos = [shot.entry() for shot in shots]
    bodies = [
        tablet.submission(inspection.pk, *finding_ops(key, unit), photos=photos[:2]),
        tablet.submission(inspection.pk, photos=photos[2:]),
    ]

    def file(number):
        elsewhere = [[str(shot.id), n] for n, shot in enumerate(shots, 1) if n != number]
        part = {"number": number, "count": 3, "elsewhere": elsewhere}
        return bundle_of(inspector, device, bodies, [shots[number - 1]], **part)

    office = client_of(inspector)
    pages = [upload(office, file(number)) for number in (3, 1, 1, 2)]

    assert [outcomes(page).count("新收") for page in pages] == [4, 2, 0, 2]
    assert all("拒收" not in outcomes(page) for page in pages)
    assert "第 3 份，共 3 份" in pages[0].text
    assert "还差 2 张照片，在第 1、2 份里" in pages[0].text
    assert [re.findall(r"还差 \d 张照片，在第 \d 份里", page.text) for page in pages[1:3]] == [
        ["还差 1 张照片，在第 2 份里"]
    ] * 2
    assert "各份的照片都收到了" in pages[3].text
    assert_no_inline_code(pages[0])
    with city_scope(city.id):
        assert {(photo.pk, photo.state) for photo in Photo.objects.all()} == {
            (shot.id, "STORED") for shot in shots
        }
        assert (Submission.objects.count(), Finding.objects.count(), Evidence.objects.count()) == (2, 1, 3)
        events = AuditEvent.objects.filter(action="inspections.bundle.import").order_by("seq")
        assert [json.loads(one.payload)["after"]["file"] for one in events] == ["3/3", "1/3", "1/3", "2/3"]
    for wrong in ({"number": 4, "count": 3, "elsewhere": []}, {"number": 1, "count": "x", "elsewhere": []}):
        assert "缺少内容" in upload(office, bundle_of(inspector, device, [], [], **wrong)).text


def test_somebody_elses_bundle_only_by_who_manages_tablets_who_answers_for_it(city, inspector):
    device, token = enrolled(city, county(city), at=timezone.now())
    tablet = Tablet(inspector, token)
    with city_scope(city.id):
        inspection = an_inspection(jurisdiction=county(city))
        unit = factories.participating_unit(project=inspection.project)
        whole = [op(one.path, one.value) for one in whole_record(inspection, unit)]
    end = op("conclude/at", "2023-09-05T16:55:00+08:00")
    body = tablet.submission(inspection.pk, *whole, end, author=str(inspector.pk))
    bundle = bundle_of(inspector, device, [body], [])

    helper = client_of(person(city, Role.ASSISTANT))
    assert "请本人登录后导入" in upload(helper, bundle).text
    chief = person(city, Role.BUREAU_CHIEF, name="科长")
    page = upload(client_of(chief), bundle)
    assert (outcomes(page), "请检查人员核对后办理" in page.text) == (["新收"], True)

    with city_scope(city.id):
        came, finding = Submission.objects.get(), Finding.objects.get()
        assert (came.author, came.author_name) == (chief.pk, "王检（科长代为导入）")
        assert (finding.recorded_by, finding.recorded_by_name) == (chief.pk, came.author_name)
        sent = AuditEvent.objects.get(action="inspections.record.submit")
        assert (sent.actor_id, sent.actor_name) == (chief.pk, "科长")
        colleague = person(city, Role.COUNTY_SUPERVISOR, name="李查")
        send(inspection, colleague, *row("documents", name="施工日志"))
        inspection.refresh_from_db()
        assert inspection.state == "UNDER_WAY", "nobody ended it: not the file, not who wrote after it"
    shown = client_of(colleague).get(reverse("visits:inspection-detail", args=[inspection.pk]))
    assert "记录由他人代为导入，请检查人员核对后办理现场结束" in shown.text
    with city_scope(city.id):
        conclude(inspection_id=inspection.pk, by=colleague, at=timezone.now())
        for one in (chief, inspector):
            with pytest.raises(ConclusionRefused, match="代他人导入"):
                review(inspection_id=inspection.pk, decisions={}, by=one, at=timezone.now())
        event = AuditEvent.objects.get(action="inspections.bundle.import")
        told = json.loads(event.payload)
        assert (told["actor"][1], told["after"]["author"], told["after"]["is_own"]) == ("科长", "王检", False)
    stranger = {**bundle_of(inspector, device, [], []), "author": {"id": str(uuid7()), "name": "x"}}
    rest = {name: value for name, value in stranger.items() if name != "sha256"}
    text = json.dumps(rest, ensure_ascii=False, separators=(",", ":"))
    stranger["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    assert "不是本市人员" in upload(client_of(chief), stranger).text
