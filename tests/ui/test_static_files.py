"""What the browser is given: little, known by its hash, and passing a strict policy."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CSS = sorted((ROOT / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
MANIFESTS = sorted(
    [*(ROOT / "static" / "vendor").glob("*/MANIFEST.json"), ROOT / "tests/ui/vendor/MANIFEST.json"]
)
PAPER = ROOT / "templates" / "reports" / "gongwen"
PAGES = sorted(path for path in (ROOT / "templates").rglob("*.html") if PAPER not in path.parents)

MOST_CSS = 40 * 1024
MOST_SCRIPT = 16 * 1024


@pytest.mark.parametrize("manifest", MANIFESTS, ids=[path.parent.name for path in MANIFESTS])
def test_vendored_files_are_those_of_the_manifest(manifest):
    entry = json.loads(manifest.read_text())
    folder = manifest.parent

    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in entry["files"]}

    assert hashes == entry["files"]
    assert {path.name for path in folder.iterdir()} == {*entry["files"], "MANIFEST.json"}
    assert any("LICENSE" in name for name in entry["files"])


@pytest.mark.parametrize("manifest", MANIFESTS, ids=[path.parent.name for path in MANIFESTS])
def test_vendored_versions_are_those_of_the_lock(manifest):
    entry = json.loads(manifest.read_text())
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"][f"node_modules/{entry['name']}"]

    assert (entry["version"], entry["integrity"], entry["license"]) == (
        locked["version"],
        locked["integrity"],
        locked["license"],
    )


def test_package_lock_names_no_host():
    assert "resolved" not in (ROOT / "package-lock.json").read_text()


def test_style_sheets_are_small_and_fetch_nothing():
    assert len(CSS) >= 6
    text = "".join(path.read_text() for path in CSS)

    assert len(text.encode()) <= MOST_CSS
    assert re.findall(r"url\(|@import", text) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=[path.name for path in SCRIPTS])
def test_own_script_is_small_and_needs_no_eval(script):
    text = script.read_text()

    assert len(text.encode()) <= MOST_SCRIPT
    assert re.findall(r"\beval\(|new Function|innerHTML|\.style\b|setAttribute\(\"style", text) == []


def test_every_style_sheet_is_linked():
    base = (ROOT / "templates" / "base.html").read_text()

    assert {path.name for path in CSS} == set(re.findall(r"css/([\w-]+\.css)", base))


@pytest.mark.parametrize("page", PAGES, ids=[str(path.relative_to(ROOT / "templates")) for path in PAGES])
def test_template_passes_a_strict_policy(page):
    """Nothing inline: no style, no handler, no script body; no htmx feature that needs eval."""
    text = page.read_text()

    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text) == []
    assert re.findall(r"hx-on|hx-vals=.js:|hx-trigger=\"[^\"]*\[", text) == []
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//", text) == []


@pytest.mark.parametrize("page", PAGES, ids=[str(path.relative_to(ROOT / "templates")) for path in PAGES])
def test_template_uses_only_classes_that_exist(page):
    styles = re.sub(r"/\*.*?\*/", "", "".join(path.read_text() for path in CSS), flags=re.DOTALL)
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", styles))
    # A class that is put together from a value ends up with a marker in it and is left out.
    text = re.sub(r"\{\{.*?\}\}", "\0", re.sub(r"\{%.*?%\}", " ", page.read_text()))
    used = {
        name for value in re.findall(r'class="([^"]*)"', text) for name in value.split() if "\0" not in name
    }

    assert used - known == set()
