"""The committed faces: as the manifest says, with one set of metrics, and alone in our fontconfig."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from reports import fontconfig
from reports.fontconfig import FONTS, configuration, site_folder
from tests.reports.measure import pages

MANIFEST = json.loads((FONTS / "MANIFEST.json").read_text("utf-8"))
ROOT = Path(__file__).resolve().parents[2]
every_face = pytest.mark.parametrize("filename", sorted(MANIFEST["faces"]))


def test_manifest_names_exactly_the_committed_faces():
    assert {path.name for path in FONTS.iterdir() if path.suffix in {".otf", ".ttf"}} == set(
        MANIFEST["faces"]
    )


@every_face
def test_face_is_the_one_of_the_manifest(filename):
    entry = MANIFEST["faces"][filename]

    assert hashlib.sha256((FONTS / filename).read_bytes()).hexdigest() == entry["sha256"]
    assert entry["package"] in MANIFEST["packages"]
    assert len((FONTS / entry["licence"]).read_text("utf-8")) > 1000


@every_face
def test_face_has_the_common_metrics_and_its_own_name(filename):
    font = TTFont(FONTS / filename)

    assert font["head"].unitsPerEm == 1000
    assert (font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap) == (880, -120, 0)
    assert (font["OS/2"].sTypoAscender, font["OS/2"].sTypoDescender) == (880, -120)
    assert font["OS/2"].usWeightClass == 400
    assert font["name"].getDebugName(1) == MANIFEST["faces"][filename]["family"]
    assert not {"GPOS", "GSUB", "kern"} & set(font.keys())


def test_faces_hold_the_national_table_through_their_fallback():
    table = (ROOT / "deploy" / "fonts" / "tgh8105.txt").read_text("utf-8").splitlines()
    characters = "".join(line for line in table if not line.startswith("#"))
    song = TTFont(FONTS / "GW-SongTi.otf").getBestCmap()

    assert len(set(characters)) == 8105
    assert all(ord(character) in song for character in characters)


@pytest.mark.parametrize("filename", ["GW-FangSong.otf", "GW-KaiTi.otf", "GW-SongTi.otf", "GW-HeiTi.otf"])
def test_marks_of_chinese_text_fill_one_cell(filename):
    font = TTFont(FONTS / filename)
    cmap, metrics = font.getBestCmap(), font["hmtx"]

    assert {metrics[cmap[ord(mark)]][0] for mark in "—…“”‘’·〔〕，。；：（）《》、"} == {1000}


def test_digits_of_page_numbers_are_half_width():
    font = TTFont(FONTS / "GW-SongTi.otf")
    cmap, metrics = font.getBestCmap(), font["hmtx"]

    assert {metrics[cmap[ord(digit)]][0] for digit in "0123456789"} == {500}


@pytest.mark.parametrize("family", ["GW FangSong", "GW KaiTi", "GW HeiTi", "GW SongTi", "GW XiaoBiaoSong"])
def test_advances_are_those_of_the_faces(family):
    table = json.loads((FONTS / "advances.json").read_text("utf-8"))[family]
    own = next(name for name, entry in MANIFEST["faces"].items() if entry["family"] == family)
    found: dict[str, float] = {}
    for filename in ("GW-Latin.ttf", own, "GW-SongTi.otf", "GW-Rare.otf"):
        font = TTFont(FONTS / filename)
        for code, glyph in font.getBestCmap().items():
            found.setdefault(chr(code), font["hmtx"][glyph][0] / 1000)

    assert table == {character: advance for character, advance in found.items() if advance != 1}


def test_configuration_names_only_our_folder(tmp_path):
    text = configuration(None, tmp_path)

    assert text.count("<dir>") == 1
    assert f"<dir>{FONTS}</dir>" in text
    assert "include" not in text
    assert "alias" not in text


def test_configuration_prefers_the_faces_of_a_site(tmp_path):
    text = configuration(tmp_path / "a&b", tmp_path)

    assert text.count("<dir>") == 2
    assert "a&amp;b" in text
    assert "<family>GW FangSong</family><prefer><family>方正仿宋_GBK</family>" in text


def test_site_folder_comes_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.delenv("ANLAN_SITE_FONTS", raising=False)
    assert site_folder() is None

    monkeypatch.setenv("ANLAN_SITE_FONTS", str(tmp_path))
    assert site_folder() == tmp_path


def test_cache_folder_that_others_can_write_is_not_used(monkeypatch, tmp_path):
    tmp_path.chmod(0o777)
    monkeypatch.setenv("ANLAN_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("FONTCONFIG_FILE", "")

    path = fontconfig.install()

    assert tmp_path not in path.parents


def test_a_face_of_the_site_is_used(tmp_path):
    """A licensed face dropped into the site's folder replaces ours, with no change to a document."""
    site = tmp_path / "site"
    site.mkdir()
    font = TTFont(FONTS / "GW-HeiTi.otf")
    for record in font["name"].names:
        if record.nameID in (1, 4, 16):
            record.string = "方正仿宋_GBK"
        elif record.nameID == 6:
            record.string = "SiteFace"
    font["CFF "].cff.fontNames = ["SiteFace"]
    font["CFF "].cff.topDictIndex[0].FamilyName = "SiteFace"
    font["CFF "].cff.topDictIndex[0].FullName = "SiteFace"
    font.save(site / "site.otf")
    script = (
        "import sys\nfrom reports.gongwen.builders import build\nfrom reports.rendering import render_document\n"
        "from tests.reports import samples\n"
        "sys.stdout.buffer.write(render_document(build(samples.interview(), {})).pdf)"
    )

    pdf = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "ANLAN_SITE_FONTS": str(site), "ANLAN_CACHE_DIR": str(tmp_path / "cache")},
        check=True,
    ).stdout

    fonts = {glyph.font for page in pages(pdf) for glyph in page.glyphs}
    assert "GW-FangSong" not in fonts
    assert len([font for font in fonts if not font.startswith("GW-")]) == 1
