"""The one render function: same bytes, nothing fetched, no missing glyph passed over."""

import dataclasses
import http.server
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from reports import rendering
from reports.gongwen.builders import build
from reports.gongwen.content import Paragraph, Seal
from reports.rendering import (
    AssetFetcher,
    ForbiddenResource,
    MissingGlyph,
    PdfUnavailable,
    _press,
    _print,
    render_document,
)
from tests.reports import samples
from tests.reports.measure import pages

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
from reports.gongwen.content import GongwenContent
from reports.rendering import render_document
content = GongwenContent.from_json(sys.stdin.buffer.read())
print(render_document(content).sha256, render_document(content).sha256)
"""


def with_text(text, **changes):
    content = build(samples.interview(), {})
    return dataclasses.replace(content, blocks=(Paragraph(text=text),), **changes)


def render_elsewhere(content, tmp_path, **environment):
    """The hashes that another process gets."""
    completed = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=content.to_json().encode(),
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "ANLAN_CACHE_DIR": str(tmp_path), **environment},
        check=True,
    )
    return completed.stdout.decode().split()


def test_same_content_gives_the_same_bytes_in_every_process(prints, tmp_path):
    document = prints("criticism")

    first = render_elsewhere(document.content, tmp_path / "a", PYTHONHASHSEED="1", TZ="UTC")
    second = render_elsewhere(document.content, tmp_path / "b", PYTHONHASHSEED="2", TZ="Asia/Shanghai")

    assert {*first, *second} == {document.artefact.sha256}


def test_rendering_does_not_see_the_fonts_of_the_machine(prints, tmp_path):
    document = prints("interview")

    hashes = render_elsewhere(document.content, tmp_path, HOME=str(tmp_path), XDG_DATA_HOME=str(tmp_path))

    assert set(hashes) == {document.artefact.sha256}
    assert {glyph.font for page in document.pages for glyph in page.glyphs} <= {
        "GW-FangSong", "GW-KaiTi", "GW-HeiTi", "GW-SongTi", "GW-XiaoBiaoSong", "GW-Latin", "GW-Rare",
    }  # fmt: skip


def test_artefact_says_hash_and_pages(prints):
    import hashlib

    document = prints("circular")

    assert document.artefact.sha256 == hashlib.sha256(document.pdf).hexdigest()
    assert document.artefact.pages == len(document.pages)


def test_another_number_gives_other_bytes(prints):
    content = prints("interview").content

    assert render_document(dataclasses.replace(content, number="绵水函〔2023〕999号")).sha256 != (
        prints("interview").artefact.sha256
    )


def test_text_of_all_pages_is_that_of_the_content(prints):
    document = prints("interview")
    printed = "".join(page.text for page in document.pages).replace("\n", "").replace(" ", "")

    for block in document.content.blocks:
        if isinstance(block, Paragraph):
            assert block.text.replace(" ", "") in printed


def test_a_character_that_no_face_holds_refuses_to_print_and_is_named():
    with pytest.raises(MissingGlyph) as caught:
        render_document(with_text("项目负责人：𪚥𪚥、𠀾。"))

    assert caught.value.characters == ["𪚥", "𠀾"]
    assert (
        str(caught.value)
        == "缺字：字库中没有𪚥（U+2A6A5）、𠀾（U+2003E），文件不能输出，请更换用字或补充字库后重试。"
    )


def test_rare_characters_of_names_and_places_are_printed():
    text = "喆玥翯赟堃燚頔淯䶮㙟昇涪芦堰碇𬭚𬱟𫖯甯瑠"

    document = pages(render_document(with_text(text + "。")).pdf)

    assert text in document[0].text.replace("\n", "")


def test_signs_of_the_trade_are_printed():
    text = "≥≤±×÷℃‰㎡m³①②③ⅠⅡ→～—…·−–"

    assert text in pages(render_document(with_text(text + "。")).pdf)[0].text.replace("\n", "")


def test_mark_up_in_text_is_printed_as_text():
    text = '<img src="http://127.0.0.1:1/x"><style>p{color:red}</style>&amp;{{ 7 }}'

    document = pages(render_document(with_text(text)).pdf)

    assert text in "".join(line.text for line in document[0].body())


class _Counting(http.server.BaseHTTPRequestHandler):
    hits = 0

    def do_GET(self):
        type(self).hits += 1
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments):
        """Keep the test output clean."""


@pytest.fixture
def listening():
    """Address of a local server that counts what it is asked."""
    _Counting.hits = 0
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Counting)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_counting_server_would_notice(listening):
    import urllib.request

    urllib.request.urlopen(f"{listening}/x").close()

    assert _Counting.hits == 1


@pytest.mark.parametrize(
    "html",
    [
        pytest.param('<img src="{http}/x.png" alt="x">', id="picture over http"),
        pytest.param('<p style="background: url({http}/x.png)">x</p>', id="background over http"),
        pytest.param("<style>@import '{http}/x.css';</style>", id="style sheet over http"),
        pytest.param(
            "<style>@font-face {{ font-family: x; src: url({http}/x.woff) }}</style>", id="font over http"
        ),
        pytest.param('<link rel="stylesheet" href="{http}/x.css">', id="link over http"),
        pytest.param('<img src="file:///etc/hostname" alt="x">', id="file"),
        pytest.param('<img src="data:image/svg+xml,<svg/>" alt="x">', id="data"),
        pytest.param('<img src="gongwen:../rendering.py" alt="x">', id="an asset of another name"),
        pytest.param('<img src="seal.svg" alt="x">', id="a relative address"),
        pytest.param('<object data="{http}/x.svg"></object>', id="object over http"),
    ],
)
def test_nothing_but_own_assets_is_fetched(listening, html):
    with pytest.raises(ForbiddenResource, match="外部资源"):
        _print(_press(), html.replace("{http}", listening).replace("{{", "{").replace("}}", "}"), [], {})

    assert _Counting.hits == 0


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://example.org/", "data:text/css,p{}", "gongwen:x", "seal.svg"]
)
def test_fetcher_refuses_what_it_was_not_given(url):
    with pytest.raises(PermissionError):
        AssetFetcher({"seal.svg": ("image/svg+xml", b"<svg/>")})(url)


def test_fetcher_serves_its_own_assets():
    response = AssetFetcher({"seal.svg": ("image/svg+xml", b"<svg/>")})("gongwen:seal.svg")

    assert (response.read(), response.content_type) == (b"<svg/>", "image/svg+xml")


def test_machine_without_the_engine_says_so(monkeypatch):
    _press.cache_clear()
    monkeypatch.setitem(sys.modules, "weasyprint", None)

    with pytest.raises(PdfUnavailable, match="Pango"):
        render_document(with_text("正文。"))

    monkeypatch.undo()
    assert render_document(with_text("正文。")).pages >= 1


def test_machine_without_the_subsetter_says_so(monkeypatch):
    """Another subsetter would make other bytes of the same document."""
    _press.cache_clear()
    monkeypatch.setattr("weasyprint.text.ffi.harfbuzz_subset", None)

    with pytest.raises(PdfUnavailable, match="HarfBuzz"):
        render_document(with_text("正文。"))

    _press.cache_clear()


def test_glyph_listener_is_removed_after_printing():
    import logging

    before = list(logging.getLogger("weasyprint").handlers)

    with pytest.raises(MissingGlyph):
        render_document(with_text("𪚥。"))

    assert logging.getLogger("weasyprint").handlers == before


def test_draft_says_so_and_has_no_seal():
    draft = build(
        samples.circular(envelope_of=samples.envelope(number=None, date=None), counties=2, problem_rows=0), {}
    )

    document = pages(render_document(draft).pdf)

    assert document[0].body()[0].text == "草稿"
    assert draft.seal is Seal.ROOM
    assert not any("样" in page.text for page in document)
    assert any(line.text.endswith("年　　月　　日") for page in document for line in page.body())


def test_unsealed_document_ends_two_characters_from_the_right():
    """§7.3.5.2: name two characters in, the date's first character two right of the name's."""
    content = with_text("正文。", organ="绵阳市水利局办公室", seal=Seal.NONE)

    lines = [line for page in pages(render_document(content).pdf) for line in page.body()]
    organ = next(line for line in lines if line.text == "绵阳市水利局办公室")
    date = next(line for line in lines if line.text == "2023年10月12日")

    assert organ.right == pytest.approx(184 - 2 * 156 / 28, abs=0.6)
    assert date.left - organ.left == pytest.approx(2 * 156 / 28, abs=0.6)


def test_file_with_copy_number_secrecy_and_urgency():
    content = dataclasses.replace(
        build(samples.criticism(), {}), copy_number="000012", secrecy="秘密★1年", urgency="特急"
    )

    lines = pages(render_document(content).pdf)[0].body()[:3]

    assert [line.text for line in lines] == ["000012", "秘密★1年", "特急"]
    assert all(line.left == pytest.approx(28, abs=0.2) for line in lines)
    assert [line.bottom for line in lines] == pytest.approx([44.9, 55.2, 65.4], abs=0.2)


def test_long_organ_keeps_its_mark_inside_the_type_area():
    content = with_text("正文。", mark="北川羌族自治县水利水电工程质量与安全监督管理中心站")

    (line,) = {
        tuple(
            glyph.x0 for glyph in page.glyphs if glyph.font == "GW-XiaoBiaoSong" and glyph.size not in (22,)
        )
        for page in pages(render_document(content).pdf)[:1]
    }

    assert min(line) > 28
    assert max(line) < 184


def test_signature_takes_text_along_and_keeps_the_imprint_on_its_page():
    """However the text ends on a page; fourteen lengths walk the signature across a page's foot."""
    for count in range(6, 20):
        blocks = tuple(Paragraph(text="水利工程质量监督。" * 3) for _ in range(count))
        content = dataclasses.replace(build(samples.interview(), {}), blocks=blocks)
        last = pages(render_document(content).pdf)[-1]
        lines = [line.text for line in last.body()]
        assert "2023年10月12日" in lines, f"{count} paragraphs"
        assert len(lines) > 2, f"{count} paragraphs"
        assert "抄送" in last.text, f"{count} paragraphs"


def test_version_is_part_of_the_module():
    assert rendering.TEMPLATE_VERSION
