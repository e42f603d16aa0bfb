"""The tablet's client as files: small, without eval, complete in the worker's list, and never older than the server."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

from django.http import HttpResponse
from django.test import RequestFactory

from inspections.enums import InspectionKind
from inspections.services.field_client import field_client
from inspections.views import field

FIELD = Path(__file__).parents[2] / "static" / "field"
SCRIPTS = sorted(FIELD.rglob("*.js"))
MOST_ENGINE = 50 * 1024
MOST_FIRST_LOAD = 150 * 1024


def packed(paths):
    """Bytes over the wire, each file by itself."""
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def test_first_visit_is_small():
    listed = [FIELD / address.removeprefix("/static/field/") for address in field_client().files]
    pictures = {
        path for path in listed if path.suffix == ".png"
    }  # fetched by the worker, needed by no screen

    assert packed(FIELD.glob("engine/*.js")) <= MOST_ENGINE
    assert packed(set(listed) - pictures) <= MOST_FIRST_LOAD


def test_scripts_need_no_eval_and_reach_only_what_is_there():
    """Addresses of other hosts: none but the name of SVG."""
    forbidden = (
        r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|https?://(?!www\.w3\.org/2000/svg)"
    )
    found = []
    for script in SCRIPTS:
        text = script.read_text()
        imports = re.findall(r"(?:from|import)\s*\(?\s*\"(\.[^\"]+)\"", text)
        found += [(script.name, one) for one in re.findall(forbidden, text)]
        found += [(script.name, one) for one in imports if not (script.parent / one).is_file()]

    assert len(SCRIPTS) > 40
    assert found == []


def test_kinds_of_inspections_are_called_as_in_the_office():
    table = (FIELD / "ui" / "words.js").read_text().split("INSPECTION_KINDS =")[1].split("]);")[0]

    assert re.findall(r'\["(\w+)", "([^"]+)"\]', table) == InspectionKind.choices


def test_the_worker_lists_every_file_and_the_page_says_its_edition():
    request = RequestFactory().get("/field/")
    page, worker = field.shell(request), field.worker(request)
    assert isinstance(page, HttpResponse)
    assert isinstance(worker, HttpResponse)

    assert (page.status_code, worker.status_code) == (200, 200)
    assert [answer["Cache-Control"] for answer in (page, worker)] == ["no-cache", "no-cache"]
    assert worker["Content-Type"].startswith("text/javascript")
    build = json.loads(re.match(r"const BUILD = (.*);\n", worker.content.decode())[1])
    assert f'data-version="{build["version"]}"' in page.content.decode()
    there = {f"/static/field/{path.relative_to(FIELD)}" for path in SCRIPTS} - {
        "/static/field/engine/worker.js"
    }
    assert there | {"/field/", "/static/field/field.css", "/static/field/manifest.webmanifest"} <= set(
        build["files"]
    )
    linked = set(re.findall(r"(?:href|src)=\"(/static/[^\"]+)\"", page.content.decode()))
    assert linked <= set(build["files"])
    icons = {one["src"] for one in json.loads((FIELD / "manifest.webmanifest").read_text())["icons"]}
    assert icons <= set(build["files"])
    assert re.search(r"csrf|sessionid", page.content.decode()) is None


def test_the_edition_follows_from_every_byte(tmp_path, monkeypatch):
    """One changed character of one file is another edition; the same bytes are the same one."""
    for path in FIELD.rglob("*"):
        if path.is_file():
            target = tmp_path / path.relative_to(FIELD)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    before = field_client().version
    monkeypatch.setattr("inspections.services.field_client._folder", lambda: tmp_path)
    assert field_client().version == before
    sheet = tmp_path / "field.css"
    sheet.write_text(sheet.read_text() + " ")
    assert field_client().version != before
