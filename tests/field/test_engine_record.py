"""The record on the tablet: whose change builds upon which, what others did meanwhile, the day's package, the bundle."""

from __future__ import annotations

import datetime as dt
import io
import json

import pytest
from PIL import Image, ImageStat

from tests.field.conftest import PIN, Tablet, call, exported
from tests.field.office import CHECK, FIRM, PASSWORD, PEOPLE, sha256
from tests.field.test_engine_sending import PHOTO, SEND, always, encoded, item, jpeg, write

pytestmark = pytest.mark.browser

READ = "(text) => engine.bundle.read(text)"
ON = "async ([check, ...rest]) => { const record = await engine.record(check); %s }"


def on(page, script, *rest):
    """A few lines with `record` and `rest`."""
    return page.evaluate(ON % script, [CHECK, *rest])


def is_dark(image):
    """Whether the band of words lies there."""
    return ImageStat.Stat(image.convert("L")).mean[0] < 100


def sent(office, key):
    """The operations of a submission as they arrived."""
    return json.loads(office.submissions[key]["body"])["operations"]


def test_changes_name_what_they_build_upon(tablet, office):
    """Server's value → own first change → own second one, all without a line; the server meets no conflict."""
    seen = office.write("header/weather", "多云")
    page = tablet.ready()
    tablet.cut = True
    first = write(page, "晴")
    assert on(page, "return [record.get('header/weather'), record.localState('header/weather')]") == [
        "晴",
        "waiting",
    ]
    second = write(page, "阴")
    on(page, "record.set('header/weather', '雪'); record.set('header/weather', '阴');")
    assert on(page, "return record.state.drafts") == 0
    on(page, "record.set('header/weather', '雪'); record.undo('header/weather');")
    assert on(page, "return record.get('header/weather')") == "阴"
    assert on(page, "return record.save()") is None
    tablet.cut = False
    assert page.evaluate(SEND) == "done"

    one, two = sent(office, first)[0], sent(office, second)[0]
    assert (one["base"], two["base"]) == (seen, one["id"])
    assert office.conflicts == []
    assert on(page, "return [record.localState('header/weather'), record.overtaken]") == ["delivered", []]
    body = json.loads(office.submissions[first]["body"])
    assert (body["author"], body["schema"], body["inspection"]) == (PEOPLE["wang"]["id"], 1, CHECK)
    assert abs(body["clock_offset_ms"]) < 60_000


def test_rows_of_lists_and_saving_a_part(tablet, office):
    page = tablet.ready()
    tablet.cut = True
    on(
        page,
        "window.a = record.add('findings', {text: '蜂窝', part: '左岸'}); window.b = record.add('people', {name: '张三'});",
    )
    on(page, "record.answer('A1', 'NA', '未施工');")
    assert on(page, "return record.rows('people').map((row) => row.name)") == ["张三"]
    key = on(page, "return record.save({filter: (path) => path.startsWith('findings/')})")
    assert on(page, "return [record.state.drafts, record.state.waiting]") == [3, 1]
    on(page, "record.remove('people', b); record.remove('findings', a);")
    assert on(page, "return [record.rows('people'), record.rows('findings')]") == [[], []]
    rest = on(page, "return record.save()")
    tablet.cut = False
    page.evaluate(SEND)
    assert {op["path"].split("/")[2] for op in sent(office, key)} == {"text", "part"}
    paths = [op["path"] for op in sent(office, rest)]
    assert [path.split("/")[0] for path in paths] == ["answers", "answers", "findings"]
    assert paths[2].endswith("/removed")


def test_what_another_person_changed_is_shown_and_decided(tablet, office):
    page = tablet.ready()
    tablet.cut = True
    write(page, "晴")
    office.write("header/weather", "大雨")
    tablet.cut = False
    on(page, "record.set('header/weather', '晴转多云');")
    page.evaluate(SEND)
    assert on(page, "return record.get('header/weather')") == "晴转多云"
    overtaken = on(page, "return record.overtaken")
    assert [(one["mine"], one["theirs"]) for one in overtaken] == [("晴转多云", "大雨")]
    conflict = on(page, "return record.conflicts[0]")
    assert (conflict["kept"]["value"], conflict["other"]["value"]) == ("大雨", "晴")

    decided = []

    def settle(method, path, body):
        if not path.endswith("/settle"):
            return None
        decided.append((path, json.loads(body)["operation"]))
        office.conflicts.clear()
        office.write("header/weather", "晴")
        return 200, {}

    office.faults = [settle]
    # The value in force has moved since the conflict: it is the one shown, and the one that is decided against.
    moved = office.write("header/weather", "暴雨")
    office.values["header/weather"] |= {"author": "李监督", "at": "2026-11-20T09:00:00+08:00"}
    on(page, "await record.pull();")
    shown = on(page, "return record.inForce('header/weather')")
    assert (shown["value"], shown["author"], shown["operation"]) == ("暴雨", "李监督", moved)
    on(page, "await record.settle(rest[0], '晴', rest[1]);", conflict["id"], shown["operation"])
    assert (decided[0][0], decided[0][1]["value"]) == (f"conflicts/{conflict['id']}/settle", "晴")
    assert decided[0][1]["base"] == moved
    assert on(page, "return record.conflicts") == []

    # What waits for sending gives way to another person's value by a change after it.
    tablet.cut = True
    mine = write(page, "雾")
    office.write("header/weather", "雪")
    office.faults = [always("submissions", (503, {}))]
    tablet.cut = False
    on(page, "await record.pull();")
    assert [one["theirs"] for one in on(page, "return record.overtaken")] == ["雪"]
    on(page, "record.undo('header/weather'); record.set('header/weather', '雪');")
    assert on(page, "return [record.overtaken, record.localState('header/weather')]") == [[], "draft"]
    later = on(page, "return record.save()")
    office.faults = []
    page.evaluate(SEND)
    first, second = sent(office, mine)[0], sent(office, later)[0]
    assert (second["base"], second["value"]) == (first["id"], "雪")
    assert office.values["header/weather"]["value"] == "雪"


def test_photos_know_where_when_and_by_whom(tablet, office):
    """EXIF read, hash of the camera's bytes, stamp, a smaller size by setting, moved later, thrown away before saving."""
    tablet.context.grant_permissions(["geolocation"])
    tablet.context.set_geolocation({"latitude": 32.4, "longitude": 104.55, "accuracy": 9})
    page = tablet.ready()
    page.evaluate("() => new Promise((done) => { engine.on('position', done); engine.position.start(); })")
    image, exif = Image.effect_noise((640, 480), 60).convert("RGB"), Image.Exif()
    exif[0x010F], exif[0x0112] = "华为", 6
    exif.get_ifd(0x8769)[0x9003] = "2026:11:20 09:12:33"
    exif.get_ifd(0x8825).update({1: "N", 2: (32.0, 24.0, 0.0), 3: "E", 4: (104.0, 33.0, 0.0)})
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif)
    photo = page.evaluate(PHOTO, [CHECK, encoded(buffer.getvalue()), None])
    known = {"orientation": 6, "taken": "2026-11-20T09:12:33", "lat": "32.400000", "lon": "104.550000"}
    assert known.items() <= photo["exif"].items()
    assert (photo["position"]["lat"], photo["position"]["accuracy"]) == ("32.400000", "9.0")
    assert (photo["width"], photo["height"]) == (480, 640)

    page.evaluate("() => engine.setSetting('photoSize', 1600)")
    small = page.evaluate(PHOTO, [CHECK, encoded(jpeg(2400, 1800)), None])
    assert small["exif"]["reduced"]["camera_byte_count"] > small["byteCount"]
    bad = page.evaluate(PHOTO, [CHECK, encoded(jpeg(300, 200)), None])
    page.evaluate("(id) => engine.photos.discard(id)", bad["id"])
    refused = call(page, PHOTO, [CHECK, encoded(b"no photo"), None])
    assert refused["code"] == "photo"

    finding = on(page, "return record.add('findings', {text: '裂缝'})")
    page.evaluate("([id, finding]) => engine.photos.move(id, finding)", [photo["id"], finding])
    key = on(page, "return record.save()")
    page.evaluate("(id) => engine.photos.annotate(id, [{kind: 'box', points: [0, 0, 1, 1]}])", photo["id"])
    page.evaluate("(id) => engine.photos.rename(id, '右岸')", photo["id"])
    later = on(page, "return record.save()")
    page.evaluate(SEND)
    manifest = {one["id"]: one for one in json.loads(office.submissions[key]["body"])["photos"]}
    assert set(manifest) == {photo["id"], small["id"]}
    assert (manifest[photo["id"]]["finding"], manifest[photo["id"]]["time_token"]) == (finding, "signed-time")
    assert {op["path"].split("/")[2] for op in sent(office, later)} == {"annotation", "title"}
    assert call(page, "(id) => engine.photos.discard(id)", photo["id"])["code"] == "photo"
    stamped = Image.open(io.BytesIO(office.file(photo["id"], "stamped"))).convert("RGB")
    assert stamped.size == (480, 640)
    assert is_dark(stamped.crop((0, 630, 480, 640)))


def test_the_board_the_catalogue_and_the_proposal(tablet, office):
    page = tablet.page()
    board = page.evaluate("() => engine.ready.check()")
    assert board["green"] is False
    keys = ["app", "package", "projects", "checklists", "catalogue", "people", "storage"]
    keys += ["clock", "version", "device", "unlocked"]
    assert {line["key"] for line in board["lines"]} == set(keys)
    page.close()
    page = tablet.ready()
    lines = {line["key"]: line["ok"] for line in page.evaluate("() => engine.ready.check()")["lines"]}
    assert {key for key, ok in lines.items() if not ok} == {"app", "storage"}  # no worker here, no permission

    real = office.session

    def late():
        late_by = (dt.datetime.now(dt.UTC) + dt.timedelta(minutes=6)).isoformat()
        return {**real(), "server_time": late_by, "min_schema": 2}

    office.session = late
    page.evaluate(SEND)
    lines = {line["key"]: line for line in page.evaluate("() => engine.ready.check()")["lines"]}
    assert (lines["clock"]["ok"], "慢 6 分钟" in lines["clock"]["detail"]) == (False, True)
    assert (lines["version"]["ok"], "先更新" in lines["version"]["detail"]) == (False, True)

    find = "([check, words, how]) => engine.package.search(check, words, how).map((one) => one.code)"
    wanted = {
        "蜂窝": ["SG-01"],
        "gjb": ["SG-02"],
        "jl-07": ["JL-07"],
        "旁站 记录": ["JL-07"],
        "保护层厚度不足": ["SG-02"],
        "没有": [],
    }
    assert {words: page.evaluate(find, [CHECK, words, {}]) for words in wanted} == wanted
    propose = "([check, finding]) => engine.package.propose(check, finding)"
    told = page.evaluate(propose, [CHECK, {"catalogue_code": "SG-01", "unit_id": "u1"}])
    assert (told["severity"], [one["number"] for one in told["repeats"]]) == ("SERIOUS", ["WT-7"])
    assert "建议升一档为较重" in told["reason"]
    alone = page.evaluate(propose, [CHECK, {"catalogue_code": "SG-02", "organization_id": FIRM}])
    assert (alone["severity"], alone["reason"]) == ("SERIOUS", "按问题清单 SG-02 定为较重。")

    # A package for tomorrow keeps what is left of today, and the board is green for the day it was made for.
    day = dt.date.fromisoformat(office.package()["today"])
    tomorrow = (day + dt.timedelta(days=1)).isoformat()
    ahead = {**office.package(), "version": "p1b", "today": tomorrow, "inspections": [], "checklists": []}
    now = office.package
    office.package = lambda: ahead
    page.evaluate("day => engine.package.download(day)", tomorrow)
    assert page.evaluate("engine.package.inspections().map((one) => one.carried)") == [True]
    lines = {line["key"]: line for line in page.evaluate("() => engine.ready.check()")["lines"]}
    assert (lines["package"]["ok"], lines["package"]["detail"]) == (True, f"{tomorrow} 的，1 项检查")
    assert lines["checklists"]["ok"]
    office.package = now
    page.evaluate("() => engine.package.download()")

    # Tomorrow's package names another inspection: the one with something unsaved stays, without it goes.
    empty = {**office.package(), "version": "p2", "inspections": [], "checklists": [], "catalogues": []}
    office.package = lambda: empty
    on(page, "record.set('header/weather', '晴'); await record.flush();")
    page.evaluate("() => engine.package.download()")
    assert page.evaluate("engine.package.inspections().map((one) => one.carried)") == [True]
    assert page.evaluate(find, [CHECK, "蜂窝", {}]) == ["SG-01"]
    on(page, "record.undo('header/weather'); await record.flush();")
    office.faults = [always("submissions", (503, {}))]
    write(page, "阴")
    page.evaluate("() => engine.package.download()")
    assert page.evaluate("engine.package.inspections().map((one) => one.carried)") == [True]
    office.faults = []
    assert page.evaluate(SEND) == "done"
    page.evaluate("() => engine.package.download()")
    assert page.evaluate("engine.package.inspections()") == []


@pytest.fixture
def elsewhere(chromium, office):
    """Another tablet of the same person."""
    context = chromium.new_context(service_workers="block")
    yield Tablet(context, office)
    context.close()


def test_the_outbox_as_one_file_on_another_tablet(tablet, office, elsewhere):
    """Made without a line, read by the same person elsewhere and delivered from there; the first tablet then learns it."""
    page = tablet.ready()
    tablet.cut = True
    key = write(page, "晴")
    photo = page.evaluate(PHOTO, [CHECK, encoded(jpeg(640, 480)), None])
    pictures = on(page, "return record.save()")
    made, (file,) = exported(page)
    assert made == {"count": 2, "files": 1, "taken": 1, "left": 0, "lost": 0}
    assert (item(page, key)["exportedAt"] is None, json.loads(file["text"])["version"]) == (False, 1)

    there = elsewhere.ready()
    broken = file["text"].replace("晴", "雨")
    assert call(there, READ, broken)["code"] == "bundle"
    none = {"part": None, "missing": {"photos": 0, "files": []}}
    assert there.evaluate(READ, file["text"]) == {"count": 2, "skipped": 0, "photos": 1, **none}
    assert there.evaluate(SEND) == "done"
    assert there.evaluate(READ, file["text"]) == {"count": 0, "skipped": 2, "photos": 0, **none}
    there.evaluate("(word) => engine.login('li', word)", PASSWORD)
    there.evaluate("(pin) => engine.setPin(pin)", PIN)
    foreign = call(there, READ, file["text"])
    assert (foreign["code"], "请本人登录" in foreign["message"]) == ("bundle", True)

    tablet.cut, office.user = False, "wang"
    assert page.evaluate(SEND) == "done"
    assert {one["state"] for one in page.evaluate("engine.outbox.items()")} == {"delivered"}
    assert len(office.submissions) == 2
    assert office.count("PUT", f"submissions/{pictures}") == 2
    assert len(office.file(photo["id"], "original")) == photo["byteCount"]


def test_a_big_outbox_goes_as_several_files_in_any_order(tablet, office, elsewhere):
    """Three files for four photos of two saves: the last one first, one twice, sent in between; then everything is there."""
    page = tablet.ready()
    tablet.cut = True
    write(page, "晴")
    big = encoded(jpeg(640, 480))
    taken = [page.evaluate(PHOTO, [CHECK, big, None]) for _ in range(3)]
    split = on(page, "return record.save()")
    taken.append(page.evaluate(PHOTO, [CHECK, encoded(jpeg(320, 240)), None]))
    write(page, "阴")
    sizes = [(one["byteCount"] + one["stamped"]["byteCount"]) * 4 // 3 for one in taken]
    most = sizes[0] + sizes[3] + 12_000
    assert exported(page, most + max(sizes) * 4)[0]["files"] == 1
    made, files = exported(page, most)
    assert (made["files"], made["taken"], made["count"]) == (3, 3, 3)
    assert max(len(one["text"]) for one in files) <= most
    assert files[1]["name"].endswith("-第2份共3份.json")
    bundles = [json.loads(one["text"]) for one in files]
    assert {one["version"] for one in bundles} == {2}
    assert len({json.dumps(one["submissions"]) for one in bundles}) == 1, "every file has every word"
    stopped = "async () => engine.bundle.make(({number}) => number < 2)"
    assert page.evaluate(stopped)["taken"] == 1

    there = elsewhere.ready()
    read = [there.evaluate(READ, files[2]["text"])]
    assert read[0] == {
        "count": 3, "skipped": 0, "photos": 2, "part": {"number": 3, "of": 3}, "missing": {"photos": 2, "files": [1, 2]},
    }  # fmt: skip
    words = {file["word"] for file in item(there, split)["files"]}
    assert words == {"待导入", "已保存在本机"}
    assert there.evaluate(SEND) == "done"
    shown = item(there, split)
    assert (shown["state"], shown["accepted"]) == ("refused", True)
    assert "照片在第 1 份导出文件里" in shown["note"]
    there.evaluate("(key) => engine.outbox.acknowledge(key)", split)  # given up, and found all the same
    read += [there.evaluate(READ, files[index]["text"]) for index in (0, 0, 1)]
    assert [one["photos"] for one in read] == [2, 1, 0, 1]
    assert read[3]["missing"] == {"photos": 0, "files": []}
    assert there.evaluate(SEND) == "done"
    assert {one["state"] for one in there.evaluate("engine.outbox.items()")} == {"delivered"}
    assert {one["id"]: sha256(office.file(one["id"], "original")) for one in taken} == {
        one["id"]: one["sha256"] for one in taken
    }
    tablet.cut = False
    assert page.evaluate(SEND) == "done"
    assert page.evaluate("engine.outbox.summary.waiting") == 0
