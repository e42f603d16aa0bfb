"""The worker over real HTTP: a complete edition or none, a page without a line, and a new one only on a tap."""

from __future__ import annotations

import json
import mimetypes
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from inspections.services import field_client as client
from tests.field.conftest import PIN, ROOT
from tests.field.office import CHECK, PASSWORD, PEOPLE, Office
from tests.field.test_engine_sending import SEND, item, write
from tests.ui.serving import policy

pytestmark = pytest.mark.browser

START = """async () => {
    window.engine = (await import("/static/field/engine/engine.js")).engine;
    await engine.start();
}"""
# The browser answers a look with the one that is under way, which may have seen the edition before: look until it is seen.
REFUSED = """async () => {
    const registration = await navigator.serviceWorker.ready;
    let end = "";
    registration.addEventListener("updatefound", () => {
        const worker = registration.installing;
        worker.addEventListener("statechange", () => { end = worker.state; });
    });
    while (!end) {
        await registration.update().catch(() => undefined);
        await new Promise((later) => setTimeout(later, 100));
    }
    return end;
}"""
SEEN = """async () => {
    while (!engine.update.waiting) {
        await engine.update.look();
        await new Promise((later) => setTimeout(later, 100));
    }
}"""
IN_CHARGE = (
    "async () => { await navigator.serviceWorker.ready; return (await engine.ready.check()).lines[0]; }"
)


@contextmanager
def serving(folder: Path, office: Office) -> Iterator[str]:
    """The client from a folder and the interface from memory, on a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            path = self.path
            if path.startswith("/api/v1/"):
                size = int(self.headers.get("Content-Length") or 0)
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, body = office.answer(self.command, path[8:], headers, self.rfile.read(size))
                self.give(status, json.dumps(body).encode(), "application/json")
            elif path == "/field/":
                shell = client.field_client().shell
                self.give(200, shell.encode(), "text/html; charset=utf-8")
            elif path == "/field/sw.js":
                self.give(200, client.field_client().worker.encode(), "text/javascript; charset=utf-8")
            else:
                file = folder / path.removeprefix("/static/field/")
                kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                self.give(*((200, file.read_bytes()) if file.is_file() else (404, b"")), kind)

        do_GET = do_PUT = do_POST = handle_any  # noqa: N815 -- the names of http.server

        def give(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", policy())
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://localhost:{http.server_port}"
        http.shutdown()


def test_the_client_on_the_tablet_changes_only_on_a_tap(chromium, tmp_path, monkeypatch):
    """First visit, start without a line, a broken edition is not taken, a whole one waits for a tap; the outbox lives on."""
    folder = tmp_path / "field"
    shutil.copytree(ROOT / "static" / "field", folder)
    (folder / "main.js").write_text("/* the screens have their own tests */")
    monkeypatch.setattr(client, "_folder", lambda: folder)
    office = Office()
    context = chromium.new_context()
    with serving(folder, office) as origin:
        page = context.new_page()
        page.goto(f"{origin}/field/")
        page.evaluate(START)
        first = client.field_client().version
        about = page.evaluate(IN_CHARGE)
        assert (about["key"], about["ok"]) == ("app", True)
        page.evaluate("(word) => engine.login('wang', word)", PASSWORD)
        page.evaluate("() => engine.enrol('CODE', '外业平板一')")
        page.evaluate("async (pin) => { await engine.setPin(pin); await engine.package.download(); }", PIN)

        context.set_offline(True)
        key = write(page, "晴")
        page.reload()
        page.evaluate(START)
        page.evaluate("([id, pin]) => engine.unlock(id, pin)", [PEOPLE["wang"]["id"], PIN])
        assert item(page, key)["word"] == "已保存在本机"
        context.set_offline(False)

        # Half of a new edition on the server: the worker refuses it and the old one stays.
        (folder / "main.js").write_text("/* second edition */")
        broken = client.field_client()
        monkeypatch.setattr(client, "field_client", lambda: broken)
        (folder / "main.js").write_text("/* not what was announced */")
        assert page.evaluate(REFUSED) == "redundant"
        assert page.evaluate("engine.update.waiting") is False
        assert page.evaluate(IN_CHARGE)["ok"] is True

        monkeypatch.undo()
        monkeypatch.setattr(client, "_folder", lambda: folder)
        (folder / "main.js").write_text("/* third edition */")
        office.user = ""
        page.evaluate(SEEN)
        assert page.evaluate("engine.state.version") == first
        page.reload()
        page.evaluate(START)
        page.wait_for_function("() => engine.update.waiting")
        assert page.evaluate("engine.state.version") == first
        page.evaluate("([id, pin]) => engine.unlock(id, pin)", [PEOPLE["wang"]["id"], PIN])
        page.evaluate(
            """async (check) => { (await engine.record(check)).set("opinion/text", "写到一半"); }""", CHECK
        )
        with page.expect_navigation():
            page.evaluate("() => engine.update.apply()")
        page.evaluate(START)
        assert page.evaluate("engine.state.version") == client.field_client().version != first
        assert page.evaluate("engine.update.waiting") is False
        page.evaluate("([id, pin]) => engine.unlock(id, pin)", [PEOPLE["wang"]["id"], PIN])
        assert page.evaluate("engine.package.inspections()[0].local.drafts") == 1
        page.evaluate("(word) => engine.login('wang', word)", PASSWORD)
        assert page.evaluate(SEND) == "done"
        assert json.loads(office.submissions[key]["body"])["app_version"] == first
    context.close()


def test_the_worker_asks_an_open_page_to_send(chromium, tmp_path, monkeypatch):
    """Background sync: it waits for whoever sends now, then wakes a window; without one it fails, to be asked again."""
    folder = tmp_path / "field"
    shutil.copytree(ROOT / "static" / "field", folder)
    (folder / "main.js").write_text("/* the screens have their own tests */")
    monkeypatch.setattr(client, "_folder", lambda: folder)
    office = Office()
    context = chromium.new_context()
    ask = "() => drain().then(() => 'sent', (error) => error.message)"
    with serving(folder, office) as origin:
        page = context.new_page()
        page.goto(f"{origin}/field/")
        page.evaluate(START)
        page.evaluate("(word) => engine.login('wang', word)", PASSWORD)
        page.evaluate("async (pin) => { await engine.setPin(pin); await engine.package.download(); }", PIN)
        page.evaluate("() => navigator.serviceWorker.ready")
        worker = context.service_workers[0]
        office.faults = [lambda method, path, _body: (503, {}) if method == "PUT" else None]
        key = write(page, "晴")
        assert page.evaluate(SEND) == "retry"
        assert worker.evaluate(ask) == "nobody could send"
        office.faults = []
        assert worker.evaluate(ask) == "sent"
        assert (item(page, key)["state"], len(office.submissions)) == ("delivered", 1)
        page.evaluate("() => engine.lock()")
        assert worker.evaluate(ask) == "nobody could send"
        page.close()
        assert worker.evaluate(ask) == "nobody could send"
    context.close()
