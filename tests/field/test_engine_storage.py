"""What the tablet keeps: sealed, complete after a kill, a full disk and a new layout."""

from __future__ import annotations

import base64
import json

import pytest

from tests.field.conftest import PIN, call
from tests.field.office import CHECK, PASSWORD, PEOPLE
from tests.field.test_engine_sending import PHOTO, SEND, encoded, item, jpeg, write

pytestmark = pytest.mark.browser

CANARY = "金丝雀零七"
TYPE = """async ([check, text]) => {
    const record = await engine.record(check);
    record.set("opinion/text", text);
    await record.flush();
    return record.state.error;
}"""
SAVE = "async (check) => (await engine.record(check)).save()"
READ = """async (check) => {
    const record = await engine.record(check);
    return [record.get("opinion/text"), record.localState("opinion/text"), record.rows("people").map((row) => row.name)];
}"""
DUMP = """async () => {
    const open = indexedDB.open("anlan-field");
    const db = await new Promise((done) => (open.onsuccess = () => done(open.result)));
    const found = {};
    const plain = (value) => {
        if (value instanceof ArrayBuffer) value = new Uint8Array(value);
        if (value instanceof Uint8Array) return Array.from(value, (byte) => String.fromCharCode(byte)).join("");
        if (value instanceof CryptoKey) return `key, extractable: ${value.extractable}`;
        if (Array.isArray(value)) return value.map(plain);
        if (value && typeof value === "object")
            return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
        return value;
    };
    for (const name of db.objectStoreNames) {
        const request = db.transaction(name).objectStore(name).getAll();
        found[name] = plain(await new Promise((done) => (request.onsuccess = () => done(request.result))));
    }
    db.close();
    return found;
}"""


def marks(word):
    """A word as it would stand in a store: as text, as UTF-8 read byte by byte, as base64."""
    content = word.encode()
    return [word, content.decode("latin-1"), base64.b64encode(content).decode()]


def test_nothing_readable_lies_on_the_tablet(tablet, office):
    """Every store dumped with drafts, rows, photos, package, token and names in it: no marker in clear."""
    page = tablet.ready()
    tablet.cut = True
    content = jpeg(320, 240)
    page.evaluate(PHOTO, [CHECK, encoded(content), None])
    write(page, f"{CANARY}一", "header/progress")
    page.evaluate(
        TYPE,
        [CHECK, f"{CANARY}二"],
    )
    dump = page.evaluate(DUMP)
    text = json.dumps(dump, ensure_ascii=False)

    filled = ["meta", "people", "packages", "records", "drafts", "outbox", "photos", "files"]
    assert [name for name in filled if not dump[name]] == []
    words = [
        CANARY,
        "秘密水库",
        "王质监",
        "某施工",
        "device-token-canary",
        "signed-time",
        PASSWORD,
        PIN,
        "header/progress",
    ]
    assert [word for word in words if any(mark in text for mark in marks(word))] == []
    assert json.dumps(content[200:260].decode("latin-1"))[1:-1] not in json.dumps(dump)
    assert "extractable: false" in text


def test_pin_opens_without_a_line_and_wrong_ones_wait_longer_each_time(tablet, office):
    page = tablet.ready()
    me = PEOPLE["wang"]["id"]
    assert page.evaluate("engine.pinTiming.ms") < 20_000
    tablet.cut = True
    page.close()
    page = tablet.page()
    assert page.evaluate("[engine.state.phase, engine.state.users[0].name]") == ["locked", "王质监"]
    unlock = "([id, pin]) => engine.unlock(id, pin)"
    told = [call(page, unlock, [me, "999111"]) for _ in range(3)]
    assert [one["code"] for one in told] == ["pin", "pin", "pin"]
    assert "3 次" in told[2]["message"]
    assert call(page, unlock, [me, PIN])["code"] == "wait"
    page.close()
    page = tablet.page()
    assert call(page, unlock, [me, PIN])["code"] == "wait"
    later = "(ms) => { const real = Date.now.bind(Date); Date.now = () => real() + ms; }"
    page.evaluate(later, 31_000)
    assert call(page, unlock, [me, "999111"])["code"] == "pin"
    page.evaluate(later, 31_000)
    assert call(page, unlock, [me, PIN])["code"] == "wait"
    page.evaluate(later, 31_000)
    tablet.unlock(page)
    assert page.evaluate("engine.package.inspections().length") == 1

    assert call(page, "([a, b]) => engine.changePin(a, b)", [PIN, "123456"])["code"] == "pin"
    page.evaluate("([a, b]) => engine.changePin(a, b)", [PIN, "580213"])
    page.evaluate("() => engine.lock()")
    assert call(page, unlock, [me, PIN])["code"] == "pin"
    tablet.unlock(page, pin="580213")


def test_a_forgotten_pin_costs_a_log_in_and_nothing_else(tablet, office):
    page = tablet.ready()
    tablet.cut = True
    key = write(page, "晴")
    page.evaluate("() => engine.lock()")
    tablet.cut = False
    assert call(page, "(pin) => engine.recoverPin(pin)", "580213")["code"] == "login"
    assert page.evaluate("(word) => engine.login('wang', word)", PASSWORD)["hasPin"] is True
    page.evaluate("(pin) => engine.recoverPin(pin)", "580213")
    assert item(page, key)["state"] in ("queued", "sending", "delivered")
    assert page.evaluate(SEND) == "done"
    assert len(office.submissions) == 1


def test_what_was_typed_survives_the_end_of_the_browser(tablet, office):
    """No `save`, no `beforeunload`: the draft is there; a closed connection (iOS) is opened again."""
    page = tablet.ready()
    page.evaluate(
        """async (check) => {
            const record = await engine.record(check);
            const db = await import("/static/field/engine/db.js");
            (await db.open()).close();
            record.set("opinion/text", "先写一半");
            record.add("people", {name: "张三"});
        }""",
        CHECK,
    )
    page.wait_for_timeout(300)
    page.close(run_before_unload=False)
    page = tablet.page()
    tablet.unlock(page)
    assert page.evaluate("engine.package.inspections()[0].local.drafts") == 2
    assert page.evaluate(READ, CHECK) == ["先写一半", "draft", ["张三"]]
    assert page.evaluate("Math.abs(engine.state.clockOffset) < 60000")
    # Sixteen minutes in a pocket: locked when it wakes; a screen that still holds the record cannot write into nothing.
    page.evaluate("async (check) => { window.kept = await engine.record(check); }", CHECK)
    page.evaluate("() => { const real = Date.now.bind(Date); Date.now = () => real() + 16 * 60000; }")
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_function("() => engine.state.phase === 'locked'")
    assert call(page, "() => window.kept.set('opinion/text', '锁后')")["code"] == "closed"
    tablet.unlock(page)
    assert "2 处修改" in page.evaluate("engine.leaving()")["sentence"]


FULL = """(full) => {
    window.full = full;
    const real = window.realPut ??= IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...row) {
        const request = real.apply(this, row);
        if (!window.full) return request;
        const error = new DOMException("full", "QuotaExceededError");
        Object.defineProperty(this.transaction, "error", {value: error, configurable: true});
        queueMicrotask(() => { try { this.transaction.abort(); } catch { /* it is over already */ } });
        return request;
    };
}"""


def test_a_full_disk_is_said_and_the_form_stays(tablet, office):
    """The browser ends a transaction with QuotaExceededError: so does this one."""
    page = tablet.ready()
    tablet.cut = True
    page.evaluate(FULL, True)
    refused = call(page, PHOTO, [CHECK, encoded(jpeg(900, 700)), None])
    assert (refused["code"], "存储空间不足" in refused.get("message", "")) == ("quota", True)
    text = "长" * 30_000
    refused = call(
        page,
        """async ([check, text]) => {
            const record = await engine.record(check);
            record.set("opinion/text", text);
            return record.save();
        }""",
        [CHECK, text],
    )
    assert refused["code"] == "quota"
    assert page.evaluate(READ, CHECK) == [text, "draft", []]
    assert page.evaluate("engine.outbox.summary.waiting") == 0

    assert "存储空间不足" in page.evaluate(TYPE, [CHECK, f"{text}长"])
    assert call(page, "() => engine.lock()")["code"] == "quota"
    assert page.evaluate("engine.state.phase") == "open"
    page.evaluate(FULL, False)
    key = page.evaluate(SAVE, CHECK)
    tablet.cut = False
    assert page.evaluate(SEND) == "done"
    assert item(page, key)["state"] == "delivered"


def test_a_new_layout_keeps_a_full_outbox(tablet, office):
    """Layout 1 with rows, photos and drafts becomes layout 2: everything is there, in order, and is sent."""
    page = tablet.context.new_page()
    page.goto("http://localhost:9/field/")
    page.evaluate("""async () => {
        const db = await import("/static/field/engine/db.js");
        db.options.version = 1;
        const outbox = await import("/static/field/engine/outbox.js");
        window.engine = (await import("/static/field/engine/engine.js")).engine;
        // The first layout had no number for the order.
        const real = IDBObjectStore.prototype.index;
        IDBObjectStore.prototype.index = function (name) { return real.call(this, name === "order" ? "user" : name); };
        await engine.start();
    }""")
    page.evaluate("(word) => engine.login('wang', word)", PASSWORD)
    page.evaluate("async (pin) => { await engine.setPin(pin); await engine.package.download(); }", PIN)
    tablet.cut = True
    keys = []
    for value in ("晴", "阴", "雨"):
        keys.append(write(page, value))
        page.wait_for_timeout(5)
    photo = page.evaluate(PHOTO, [CHECK, encoded(jpeg(320, 240)), None])
    keys.append(page.evaluate(SAVE, CHECK))
    page.evaluate(
        "async (check) => { const r = await engine.record(check); r.set('opinion/text', '稿'); await r.flush(); }",
        CHECK,
    )
    strip = """async () => {
        const db = await (await import("/static/field/engine/db.js")).open();
        const store = db.transaction("outbox", "readwrite").objectStore("outbox");
        const names = [...store.indexNames];
        store.openCursor().onsuccess = (event) => {
            const cursor = event.target.result;
            if (!cursor) return;
            const {seq, ...row} = cursor.value;
            cursor.update(row);
            cursor.continue();
        };
        await new Promise((done) => (store.transaction.oncomplete = done));
        return [db.version, names];
    }"""
    assert page.evaluate(strip) == [1, ["user"]]
    page.close()

    page = tablet.page()
    tablet.unlock(page)
    shown = page.evaluate("engine.outbox.items().map((one) => one.id).reverse()")
    assert shown == keys
    assert page.evaluate(READ, CHECK)[0] == "稿"
    tablet.cut = False
    assert page.evaluate(SEND) == "done"
    assert [office.count("PUT", f"submissions/{key}") for key in keys] == [1, 1, 1, 1]
    assert office.values["header/weather"]["value"] == "雨"
    assert office.conflicts == []
    assert len(office.file(photo["id"], "original")) == photo["byteCount"]
    version = "async () => (await (await import('/static/field/engine/db.js')).open()).version"
    assert page.evaluate(version) == 2


def test_a_full_disk_in_a_run_by_itself_is_said_too(tablet, office):
    """Nobody waits for such a run: what it cannot store is no silent end of it."""
    page = tablet.ready()
    office.device = {**office.device, "name": "改名的平板"}
    page.evaluate(FULL, True)

    said = page.evaluate("""() => new Promise((done) => {
        engine.on("fault", done);
        dispatchEvent(new Event("online"));
    })""")

    assert "存储空间不足" in said
    page.evaluate(FULL, False)
    assert page.evaluate(SEND) == "done"
    assert page.evaluate("engine.state.device.name") == "改名的平板"
