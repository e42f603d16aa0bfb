"""The outbox: every answer of the server has one meaning, and nothing leaves the tablet without a receipt."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from tests.field.conftest import PIN, call
from tests.field.office import CHECK, PASSWORD, PEOPLE, sha256

pytestmark = pytest.mark.browser

WRITE = """async ([check, path, value]) => {
    const record = await engine.record(check);
    record.set(path, value);
    return record.save();
}"""
ITEM = "(key) => engine.outbox.items().find((one) => one.id === key)"
SEND = "() => engine.outbox.sendNow()"
PHOTO = """async ([check, encoded, finding]) => {
    const bytes = Uint8Array.from(atob(encoded), (sign) => sign.charCodeAt(0));
    const file = new File([bytes], "a.jpg", {type: "image/jpeg"});
    return engine.photos.capture(file, {inspection: check, finding, title: "左岸"});
}"""


def always(prefix, answer):
    """A fault of every PUT below an address, until it is taken away."""
    return lambda how, path, _body: answer if how == "PUT" and path.startswith(prefix) else None


def write(page, value, path="header/weather"):
    """Write and save; the row that now waits."""
    return page.evaluate(WRITE, [CHECK, path, value])


def item(page, key):
    """The row as the outbox page shows it."""
    return page.evaluate(ITEM, key)


def jpeg(width=1600, height=1200):
    """A photo of several parts: noise does not compress."""
    image = Image.effect_noise((width, height), 90).convert("RGB")
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def encoded(content):
    """For the page."""
    import base64

    return base64.b64encode(content).decode()


def test_only_a_receipt_ends_the_waiting(tablet, office):
    """A portal's page, an overloaded server, an answer that was lost: kept each time, and there once at the end."""
    page = tablet.ready()

    office.faults = [always("submissions", (200, "<h1>欢迎使用 Wi-Fi</h1>"))]
    key = write(page, "晴")
    assert page.evaluate(SEND) == "retry"
    shown = item(page, key)
    assert (shown["state"], shown["word"], office.submissions) == ("queued", "已保存在本机", {})

    office.faults = [always("submissions", (503, {"message": "忙"}))]
    assert page.evaluate(SEND) == "retry"

    def lost(method, path, body):
        if method == "PUT" and not office.submissions:
            office.faults.clear()
            office.answer(method, path, {"x-csrftoken": office.csrf}, body)
            return 0, None
        return None

    office.faults = [lost]
    assert page.evaluate(SEND) == "offline"
    assert len(office.submissions) == 1
    assert item(page, key)["state"] == "queued"

    assert page.evaluate(SEND) == "done"
    shown = item(page, key)
    assert (shown["word"], shown["receipt"], len(office.submissions)) == ("已送达", "HZ-1", 1)
    told = [report["waiting_count"] for report in office.reports]
    assert told[-1] == 0
    assert 1 in told


def test_refused_content_is_shown_edited_and_sent_anew(tablet, office):
    """422 is never sent again as it is; what builds upon it waits; 409 and 413 are kept and shown too."""
    page = tablet.ready()
    fields = [{"path": "header/progress", "message": "不能超过 200 个字"}]
    office.faults = [always("submissions", (422, {"message": "有内容不符合要求。", "fields": fields}))]
    first = write(page, "太长", "header/progress")
    assert page.evaluate(SEND) == "done"
    office.faults = []
    second = write(page, "太长太长", "header/progress")
    other = write(page, "晴")
    assert page.evaluate(SEND) == "done"
    assert page.evaluate(SEND) == "done"

    assert office.count("PUT", f"submissions/{first}") == 1
    assert office.count("PUT", f"submissions/{second}") == 0
    assert (item(page, other)["state"], item(page, second)["state"]) == ("delivered", "queued")
    shown = item(page, first)
    assert (shown["state"], shown["fields"], shown["note"]) == ("refused", fields, "有内容不符合要求。")
    assert page.evaluate("engine.outbox.summary.attention") == 1

    page.evaluate("(key) => engine.outbox.reopen(key)", first)
    assert item(page, first) is None
    assert item(page, second) is None
    assert (
        page.evaluate("async (check) => (await engine.record(check)).get('header/progress')", CHECK)
        == "太长太长"
    )
    third = write(page, "短", "header/progress")
    assert page.evaluate(SEND) == "done"
    sent = json.loads(office.submissions[third]["body"])["operations"]
    assert [(op["path"], op["value"], op["base"]) for op in sent] == [("header/progress", "短", None)]

    stored = {"sha256": "0" * 64, "author": "王质监"}
    office.faults = [
        always("submissions", (409, {"code": "differs", "message": "内容不同。", "stored": stored}))
    ]
    fourth = write(page, "雨")
    page.evaluate(SEND)
    page.evaluate(SEND)
    assert office.count("PUT", f"submissions/{fourth}") == 1
    assert (item(page, fourth)["state"], item(page, fourth)["stored"]) == ("differs", stored)
    page.evaluate("(key) => engine.outbox.reopen(key)", fourth)
    office.faults = [always("submissions", (413, {"message": "太大"}))]
    fifth = page.evaluate("async (check) => (await engine.record(check)).save()", CHECK)
    page.evaluate(SEND)
    assert item(page, fifth)["state"] == "refused"
    assert "分开保存" in item(page, fifth)["note"]


def test_a_row_the_server_fails_at_keeps_no_other_back(tablet, office):
    """500 for one row: it and what builds upon it wait, the rest arrives. A part found damaged twice ends its file."""
    page = tablet.ready()
    tablet.cut = True
    bad, upon, other = write(page, "晴"), write(page, "雨"), write(page, "在浇筑", "header/progress")
    tablet.cut = False
    office.faults = [always(f"submissions/{bad}", (500, "<h1>Server Error (500)</h1>"))]
    assert page.evaluate(SEND) == "retry"
    assert office.count("PUT", f"submissions/{bad}") >= 1
    assert [office.count("PUT", f"submissions/{key}") for key in (upon, other)] == [0, 1]
    assert [item(page, key)["state"] for key in (bad, upon, other)] == ["queued", "queued", "delivered"]
    assert "500" in item(page, bad)["note"]
    office.faults = []
    assert page.evaluate(SEND) == "done"
    assert [(item(page, key)["state"], item(page, key)["note"]) for key in (bad, upon)] == [
        ("delivered", "")
    ] * 2

    photo = page.evaluate(PHOTO, [CHECK, encoded(jpeg(320, 240)), None])["id"]
    part = f"photos/{photo}/original/0"
    office.faults = [always(part, (422, {"code": "refused", "message": "分片校验不符。"}))]
    key = page.evaluate("async (check) => (await engine.record(check)).save()", CHECK)
    for _ in range(3):
        if page.evaluate(SEND) == "done":
            break
    shown = item(page, key)
    assert (shown["state"], shown["mayAcknowledge"], office.count("PUT", part)) == ("refused", True, 2)
    assert "分片校验不符" in shown["note"]
    assert office.file(photo, "stamped")


def test_log_in_is_asked_for_until_it_succeeded(tablet, office):
    """401 keeps the queue; a flapping line does not take the wish away; a renewed token asks nobody."""
    page = tablet.ready()
    office.user = ""
    key = write(page, "晴")
    assert page.evaluate(SEND) == "login"
    assert page.evaluate("engine.state.needsLogin") is True
    tablet.cut = True
    assert page.evaluate(SEND) == "offline"
    assert page.evaluate("[engine.state.needsLogin, engine.state.online]") == [True, False]
    tablet.cut = False
    assert call(page, "(word) => engine.login('wang', word)", "falsch")["code"] == "refused"
    assert page.evaluate("engine.state.needsLogin") is True
    page.evaluate("(word) => engine.login('wang', word)", PASSWORD)
    assert page.evaluate(SEND) == "done"
    assert page.evaluate("engine.state.needsLogin") is False
    assert item(page, key)["state"] == "delivered"

    def rotated(method, path, _body):
        if method == "PUT":
            office.faults.clear()
            office.csrf = "token-new"
        return

    page.evaluate(
        "() => { window.asked = false; engine.on('session', (now) => { asked ||= now.needsLogin; }); }"
    )
    office.faults = [rotated]
    before = len(office.log)
    later = write(page, "阴")
    assert page.evaluate(SEND) == "done"
    assert item(page, later)["state"] == "delivered"
    assert page.evaluate("asked") is False
    assert [status for _, path, status in office.log[before:] if path.startswith("submissions")] == [403, 201]


def test_photos_resume_and_leave_only_after_a_receipt_with_their_hash(tablet, office):
    """Cut in the middle: what arrived is not sent again. A receipt without the file's hash frees nothing."""
    page = tablet.ready()
    content = jpeg()
    photo = page.evaluate(PHOTO, [CHECK, encoded(content), None])
    assert photo["sha256"] == sha256(content)
    assert (photo["saved"], photo["word"]) == (False, "已保存在本机")

    def cut_at_two(method, path, _body):
        return (0, None) if method == "PUT" and path.endswith("/original/2") else None

    office.faults = [cut_at_two]
    key = page.evaluate("async (check) => (await engine.record(check)).save()", CHECK)
    assert page.evaluate(SEND) == "offline"
    shown = item(page, key)
    assert [file["copy"] for file in shown["files"]] == ["stamped", "original"]
    assert (shown["state"], shown["receipt"]) == ("queued", "HZ-1")
    assert "还差" in shown["note"]

    office.faults = []
    before = len(office.log)
    real = office._receipt
    office._receipt = lambda key: {
        **real(key),
        "files": [{**f, "sha256": "0" * 64} for f in real(key)["files"]],
    }
    page.evaluate(SEND)
    parts = [
        path.rsplit("/", 1)[1]
        for how, path, _ in office.log[before:]
        if "/original/" in path and how == "PUT"
    ]
    assert parts[:1] == ["2"]
    assert item(page, key)["state"] == "queued"
    assert page.evaluate("async (id) => (await engine.photos.image(id, 'original')) !== null", photo["id"])

    office._receipt = real
    assert page.evaluate(SEND) == "done"
    assert item(page, key)["state"] == "delivered"
    assert office.file(photo["id"], "original") == content
    stamped = office.file(photo["id"], "stamped")
    assert sha256(stamped) == photo["stamped"]["sha256"] != photo["sha256"]
    assert Image.open(io.BytesIO(stamped)).size == (1600, 1200)
    left = "async (id) => [await engine.photos.image(id, 'original'), (await engine.photos.image(id, 'thumb')).slice(0, 11)]"
    assert page.evaluate(left, photo["id"]) == [None, "data:image/"]


def test_a_receipt_for_other_bytes_is_none(tablet, office):
    page = tablet.ready()
    real = office._receipt
    office._receipt = lambda key: {**real(key), "sha256": "f" * 64}
    key = write(page, "晴")
    page.evaluate(SEND)
    shown = item(page, key)
    assert (shown["state"], shown["word"]) == ("differs", "已保存在本机")
    assert "回执与本机内容不一致" in shown["note"]


def test_two_windows_send_once(tablet, office):
    page = tablet.ready()
    tablet.cut = True
    keys = [write(page, str(count)) for count in range(6)]
    other = tablet.page()
    tablet.unlock(other)
    assert other.evaluate("engine.outbox.summary.waiting") == 6
    read_only = other.evaluate("async (check) => (await engine.record(check)).readOnly", CHECK)
    assert "另一个窗口" in read_only
    tablet.cut = False
    outcomes = [
        page.evaluate_handle("() => { window.going = engine.outbox.sendNow(); }"),
        other.evaluate(SEND),
    ]
    page.evaluate("() => window.going")
    for window in (page, other):
        window.wait_for_function("() => engine.outbox.summary?.waiting === 0")
    assert outcomes[1] in ("done", "busy")
    assert [office.count("PUT", f"submissions/{key}") for key in keys] == [1] * 6
    assert office.values["header/weather"]["value"] == "5"


def test_nobody_sends_under_another_name(tablet, office):
    """李监督 signs in on the tablet of 王质监: not one request carries what 王 wrote."""
    page = tablet.ready()
    tablet.cut = True
    key = write(page, "晴")
    tablet.cut = False
    office.user = "li"
    assert page.evaluate(SEND) == "other"
    assert "待本人登录" in item(page, key)["note"]

    page.evaluate("(word) => engine.login('li', word)", PASSWORD)
    assert page.evaluate("engine.state.phase") == "locked"
    page.evaluate("() => engine.setPin('580213')")
    assert page.evaluate("engine.state.user.name") == "李监督"
    waiting = [{"user": PEOPLE["wang"]["id"], "name": "王质监", "count": 1}]
    assert page.evaluate("engine.outbox.othersWaiting()") == waiting
    page.evaluate(SEND)
    assert office.count("PUT", "submissions") == 0

    assert page.evaluate("engine.leaving()")["sentence"].startswith("仍有 1 条未上传")
    page.evaluate("() => engine.logout()")
    page.evaluate("(word) => engine.login('wang', word)", PASSWORD)
    tablet.unlock(page)
    assert page.evaluate(SEND) == "done"
    assert office.count("PUT", f"submissions/{key}") == 1


def test_a_lost_tablet_is_locked_from_afar(tablet, office):
    """Held: locked with the reason, nothing lost, open again after release. Revoked: only what is unsent stays."""
    page = tablet.ready()
    delivered = write(page, "晴")
    page.evaluate(SEND)
    tablet.cut = True
    waiting = write(page, "阴")
    tablet.cut = False
    office.device = {"state": "HELD", "reason": "遗失在平武"}
    assert page.evaluate(SEND) == "held"
    assert page.evaluate("[engine.state.phase, engine.state.user]") == ["denied", None]
    assert page.evaluate("engine.state.denied.reason") == "遗失在平武"
    assert page.evaluate("engine.outbox.summary") is None
    assert office.count("PUT", f"submissions/{waiting}") == 0
    again = tablet.page()
    refused = call(again, "([id, pin]) => engine.unlock(id, pin)", [PEOPLE["wang"]["id"], PIN])
    assert (refused["code"], refused["message"]) == ("denied", "遗失在平武")

    office.device = {"state": "ACTIVE"}
    again.evaluate(SEND)
    tablet.unlock(again)
    assert {one["id"] for one in again.evaluate("engine.outbox.items()")} == {delivered, waiting}

    assert again.evaluate(SEND) == "done"
    tablet.cut = True
    last = write(again, "雨")
    draft = "async (check) => { const r = await engine.record(check); r.set('opinion/text', '稿'); await r.flush(); }"
    again.evaluate(draft, CHECK)
    tablet.cut = False
    office.device = {"state": "REVOKED", "reason": "报废"}
    assert again.evaluate(SEND) == "revoked"
    rescue = "async ([id, pin]) => { let kept; await engine.bundle.rescue(id, pin, (one) => { kept = one; }); return kept; }"
    kept = again.evaluate(rescue, [PEOPLE["wang"]["id"], PIN])
    first, unsaved = json.loads(kept["text"])["submissions"]
    assert first["id"] == last
    assert [op["value"] for op in json.loads(unsaved["body"])["operations"]] == ["稿"]
    assert again.evaluate("engine.state.phase") == "denied"
    rows = """async () => {
        const db = await import("/static/field/engine/db.js");
        return [(await db.all("outbox")).length, (await db.all("packages")).length, (await db.all("records")).length];
    }"""
    assert again.evaluate(rows) == [2, 0, 0]

    again.evaluate("(word) => engine.login('wang', word)", PASSWORD)
    again.evaluate("() => engine.enrol('CODE', '质监 3 号')")
    assert again.evaluate("[engine.state.denied, engine.state.device.name]") == [None, "质监 3 号（绵阳）"]
    tablet.unlock(again)
    assert again.evaluate(SEND) == "done"
    assert {last, unsaved["id"]} <= office.submissions.keys()


def test_a_photo_that_never_arrives_is_seen_and_waits_no_longer(tablet, office):
    """One refused, one whose file is gone: the others arrive; the row ends with 知道了, the bytes with a knowing removal."""
    page = tablet.ready()
    bad, lost, good = (page.evaluate(PHOTO, [CHECK, encoded(jpeg(320, 240)), None])["id"] for _ in range(3))
    office.refused[bad] = "文件含有恶意代码。"
    gone = "async (id) => (await import('/static/field/engine/db.js')).remove('files', `${id}:original`)"
    page.evaluate(gone, lost)
    key = page.evaluate("async (check) => (await engine.record(check)).save()", CHECK)
    assert page.evaluate(SEND) == "done"
    shown = item(page, key)
    assert (shown["state"], shown["mayAcknowledge"]) == ("refused", True)
    assert "2 张照片没有送达" in shown["note"]
    assert "恶意代码" in shown["note"]
    assert office.file(good, "original")
    asked = len(office.log)
    assert page.evaluate(SEND) == "done"
    assert not [one for one in office.log[asked:] if one[0] == "PUT"]
    assert page.evaluate("engine.outbox.summary.attention") == 1

    page.evaluate("(key) => engine.outbox.acknowledge(key)", key)
    shown = item(page, key)
    assert (shown["state"], sorted(shown["kept"])) == ("delivered", sorted([bad, lost]))
    assert "恶意代码" in shown["note"]
    assert {file["word"] for file in shown["files"] if file["photo"] == bad} == {"没有送达"}
    counts = (
        "[engine.outbox.summary.attention, engine.outbox.summary.waiting, engine.outbox.summary.sentence]"
    )
    assert page.evaluate(counts) == [0, 0, "全部已送达"]
    image = "async (id) => (await engine.photos.image(id, 'original')) !== null"
    assert [page.evaluate(image, one) for one in (bad, lost, good)] == [True, False, False]
    page.evaluate("(key) => engine.outbox.dropKept(key)", key)
    assert (page.evaluate(image, bad), item(page, key)["kept"]) == (False, [])
    assert call(page, "(key) => engine.outbox.dropKept(key)", key)["code"] == "busy"


def test_a_refusal_with_a_name_is_no_expired_token(tablet, office):
    """unknown: enrol again; author: that row waits for its author, the others go; none is asked twice in a run."""
    page = tablet.ready()
    foreign = write(page, "晴")
    author = (403, {"code": "author", "message": "别人写的。"})
    office.faults = [always(f"submissions/{foreign}", author)]
    mine = write(page, "12", "header/progress")
    assert page.evaluate(SEND) == "author"
    assert (item(page, foreign)["state"], item(page, mine)["state"]) == ("queued", "delivered")
    assert "待本人登录" in item(page, foreign)["note"]

    unknown = (403, {"code": "unknown", "message": "没有登记。"})
    office.faults = [always("submissions", unknown)]
    before = office.count("PUT", "submissions")
    assert page.evaluate(SEND) == "unknown"
    assert office.count("PUT", "submissions") == before + 1
    assert "重新登记" in item(page, foreign)["note"]
    office.faults = [always("submissions", (503, {}))]
    assert page.evaluate(SEND) == "retry"
    page.wait_for_function("() => engine.outbox.summary.nextAt !== null")
    assert item(page, foreign)["nextAt"] == page.evaluate("engine.outbox.summary.nextAt")
