"""PDF/A-3a and PDF/UA-1, as far as they can be checked without veraPDF."""

import io
import re
import shutil
import subprocess

import pikepdf
import pytest

from tests.reports.conftest import KINDS

pytestmark = pytest.mark.parametrize("kind", KINDS)

PAINTING = {"Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "Do", "sh"}


@pytest.fixture
def pdf(prints, kind):
    with pikepdf.open(io.BytesIO(prints(kind).pdf)) as document:
        yield document


@pytest.fixture
def xmp(pdf):
    return pdf.Root.Metadata.read_bytes().decode()


def dictionaries(pdf, kind):
    return [
        item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == kind
    ]


def elements(pdf):
    """Every structure element."""
    found, waiting = [], [pdf.Root.StructTreeRoot]
    while waiting:
        element = waiting.pop()
        if "/S" in element:
            found.append(element)
        children = element.get("/K", [])
        waiting += [
            child
            for child in (children if isinstance(children, pikepdf.Array) else [children])
            if isinstance(child, pikepdf.Dictionary) and ("/S" in child or "/K" in child)
        ]
    return found


def test_file_is_plain_and_identified(pdf):
    assert pdf.pdf_version == "1.7"
    assert not pdf.is_encrypted
    assert "/ID" in pdf.trailer


def test_metadata_declares_both_standards_inside_one_rdf(xmp):
    assert re.search(r'pdfaid:part[>="]+3', xmp)
    assert re.search(r'pdfaid:conformance[>="]+A', xmp)
    assert re.search(r'pdfuaid:part[>="]+1', xmp)
    assert xmp.count("<rdf:RDF") == 1
    assert xmp.index("pdfuaid:part") < xmp.index("</rdf:RDF>")
    assert "PDF/UA identification schema" in xmp


def test_title_author_and_dates_are_those_of_the_document(prints, kind, pdf, xmp):
    content = prints(kind).content
    title = content.title.replace("\n", "")

    assert str(pdf.docinfo["/Title"]) == title
    assert title in xmp
    assert str(pdf.docinfo["/Author"]) == "绵阳市水利局"
    assert str(pdf.docinfo["/CreationDate"]).startswith("D:20231012")
    assert str(pdf.docinfo["/ModDate"]).startswith("D:20231012")


def test_metadata_is_not_compressed(pdf):
    assert "/Filter" not in pdf.Root.Metadata


def test_output_intent_has_its_profile(pdf):
    (intent,) = pdf.Root.OutputIntents
    assert "/DestOutputProfile" in intent


def test_document_is_marked_chinese_and_shows_its_title(pdf):
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang).startswith("zh")
    assert pdf.Root.ViewerPreferences.DisplayDocTitle


def test_fonts_are_embedded_subsets_with_unicode(pdf):
    fonts = dictionaries(pdf, "/Font")
    outer = [font for font in fonts if font.Subtype == "/Type0"]

    assert outer
    assert not [font for font in fonts if font.Subtype in ("/Type1", "/Type3", "/TrueType", "/MMType1")]
    for font in outer:
        (descendant,) = font.DescendantFonts
        descriptor = descendant.FontDescriptor
        assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys())
        assert "/ToUnicode" in font
        assert re.match(r"/[A-Z]{6}\+GW", str(font.BaseFont))
        assert descendant.Subtype != "/CIDFontType2" or "/CIDToGIDMap" in descendant


def test_no_glyph_is_notdef(pdf):
    """Two-byte codes are glyph ids in these fonts; 0 would be .notdef."""
    for page in pdf.pages:
        for instruction in pikepdf.parse_content_stream(page):
            if str(instruction.operator) == "TJ":
                for part in instruction.operands[0]:
                    if isinstance(part, pikepdf.String):
                        raw = bytes(part)
                        codes = {raw[index : index + 2] for index in range(0, len(raw), 2)}
                        assert b"\0\0" not in codes


def test_nothing_is_active(pdf):
    assert not {"/AA", "/OpenAction", "/AcroForm"} & set(pdf.Root.keys())
    assert "/JavaScript" not in pdf.Root.get("/Names", {})
    assert not dictionaries(pdf, "/Action")


def test_pages_follow_the_structure(pdf):
    assert all(page.get("/Tabs") == "/S" for page in pdf.pages)
    assert all("/StructParents" in page for page in pdf.pages)


def test_all_content_is_tagged_or_an_artefact(pdf):
    for page in pdf.pages:
        depth = 0
        for instruction in pikepdf.parse_content_stream(page):
            name = str(instruction.operator)
            depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(name, 0)
            assert depth > 0 or name not in PAINTING


def test_structure_has_headings_and_described_figures(pdf):
    tags = [str(element.S) for element in elements(pdf)]
    figures = [element for element in elements(pdf) if element.S == "/Figure"]

    assert "/H1" in tags
    assert "/P" in tags
    assert [str(figure.Alt) for figure in figures] == ["绵阳市水利局印章（样章）"]


def test_table_heads_have_a_scope(pdf):
    heads = [element for element in elements(pdf) if element.S == "/TH"]
    tables = [element for element in elements(pdf) if element.S == "/Table"]

    assert bool(heads) == bool(tables)
    assert all("/A" in head for head in heads)


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_qpdf_finds_no_fault(prints, kind, tmp_path):
    path = tmp_path / "document.pdf"
    path.write_bytes(prints(kind).pdf)

    checked = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True)

    assert checked.returncode == 0, checked.stdout + checked.stderr
