"""From the content of an official document to its PDF: one function, the same bytes every time.

The engine (WeasyPrint) is imported on first use, by the workers that print; fonts and style sheets are
prepared once per process. Nothing outside this package can be fetched while a document is printed.
"""

import hashlib
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.template import Context, Engine

from core.errors import DomainError
from reports import fontconfig
from reports.gongwen.content import Format, GongwenContent, Seal
from reports.gongwen.layout import page_context
from reports.gongwen.seal import sample_seal

if TYPE_CHECKING:
    import weasyprint

TEMPLATES = Path(__file__).resolve().parents[1] / "templates" / "reports" / "gongwen"
TEMPLATE_VERSION = "1"
"""Raised with any change of templates, style sheets, composer or fonts that moves ink on paper."""

_ASSET_SCHEME = "gongwen:"
_SEAL = "seal.svg"
_VARIANT = "pdf/a-3a"
_NO_ENGINE = "本机缺少输出PDF所需的系统组件（Pango、HarfBuzz），请联系系统管理员安装。"
_NOTDEF = ".notdef glyph rendered"

_PDF_UA = (
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>'
    b'<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    b' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    b"<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
    b'<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>PDF/UA version identifier</pdfaProperty:description>"
    b"<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)
"""PDF/UA-1 beside PDF/A-3a: its id with the extension schema that PDF/A asks for, inside the one rdf:RDF."""

_one_at_a_time = threading.Lock()


class PdfUnavailable(DomainError):
    """The PDF engine's native libraries are missing on this machine."""


class MissingGlyph(DomainError):
    """No face holds a character of the document (缺字); ``characters`` names them in order of appearance."""

    def __init__(self, characters: list[str]) -> None:
        named = "、".join(f"{character}（U+{ord(character):04X}）" for character in characters)
        super().__init__(f"缺字：字库中没有{named}，文件不能输出，请更换用字或补充字库后重试。")
        self.characters = characters


class ForbiddenResource(DomainError):
    """The document asked for something outside its own assets."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """A printed document. ``sha256`` is that of ``pdf``, in hexadecimal."""

    pdf: bytes
    sha256: str
    pages: int


@dataclass(frozen=True, slots=True)
class _Press:
    """What is prepared once per process."""

    engine: Any
    font_configuration: "weasyprint.text.fonts.FontConfiguration"
    styles: dict[Format, list["weasyprint.CSS"]]
    sheets: dict[str, "weasyprint.CSS"]
    templates: Engine


class AssetFetcher:
    """Serves the document's own assets by name and refuses every other address (file, http, data …)."""

    _fail_on_errors = True

    def __init__(self, assets: dict[str, tuple[str, bytes]]) -> None:
        self.assets = assets

    def __call__(self, url: str) -> Any:
        """The asset behind ``gongwen:NAME``; raises ``PermissionError`` for anything else."""
        from weasyprint.urls import URLFetcherResponse  # noqa: PLC0415 -- the engine is loaded lazily

        scheme, _, name = url.partition(":")
        if f"{scheme}:" != _ASSET_SCHEME or name not in self.assets:
            raise PermissionError(url)
        content_type, body = self.assets[name]
        return URLFetcherResponse(url, body, {"Content-Type": content_type})


def render_document(content: GongwenContent) -> Artefact:
    """Print a document as PDF/A-3a and PDF/UA-1.

    Raises ``MissingGlyph`` when a character cannot be printed and ``PdfUnavailable`` when the machine lacks
    the engine. Dates in the file are those of the content, so equal content gives equal bytes.
    """
    press = _press()
    with _one_at_a_time:
        html = press.templates.get_template("document.html").render(
            Context(page_context(content), use_l10n=False, use_tz=False)
        )
        return _print(press, html, press.styles[content.format], _assets(content))


def print_sheet(html: str, stylesheet: str, assets: dict[str, tuple[str, bytes]] | None = None) -> Artefact:
    """Print a page of our own with one of our style sheets, as PDF/A-3a.

    assets: pictures that the page names as `gongwen:NAME`, as (content type, bytes); nothing else is fetched.
    Raises as `render_document` does.
    """
    press = _press()
    with _one_at_a_time:
        return _print(press, html, [press.sheets[stylesheet]], assets or {})


def _assets(content: GongwenContent) -> dict[str, tuple[str, bytes]]:
    if content.seal is not Seal.SAMPLE:
        return {}
    return {_SEAL: ("image/svg+xml", sample_seal(content.organ))}


def _print(
    press: _Press, html: str, styles: "list[weasyprint.CSS]", assets: dict[str, tuple[str, bytes]]
) -> Artefact:
    """Run the engine over one page of HTML."""
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415 -- the engine is loaded lazily

    source = press.engine.HTML(string=html, base_url=_ASSET_SCHEME, url_fetcher=AssetFetcher(assets))
    with _missing_glyphs() as missing:
        try:
            document = source.render(
                font_config=press.font_configuration,
                stylesheets=styles,
                pdf_variant=_VARIANT,
                pdf_tags=True,
            )
            _declare_accessible(document)
            pdf = document.write_pdf(pdf_variant=_VARIANT, pdf_tags=True)
        except FatalURLFetchingError as error:
            raise ForbiddenResource("文件引用了外部资源，已拒绝输出。") from error
    if missing:
        raise MissingGlyph(missing)
    return Artefact(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), pages=len(document.pages))


def _declare_accessible(document: Any) -> None:
    """Add the PDF/UA id inside rdf:RDF; the engine's own option writes it outside, where readers drop it.

    The metadata is left uncompressed, so that an archive can read it without knowing PDF.
    """
    generate = document.metadata.generate_rdf_metadata
    include = document.metadata.include_in_pdf

    def with_pdf_ua(*arguments: Any) -> bytes:
        metadata: bytes = generate(*arguments)
        return metadata.replace(b"</rdf:RDF>", _PDF_UA + b"</rdf:RDF>")

    def uncompressed(pdf: Any, variant: str, version: int, conformance: str, _: bool) -> None:
        include(pdf, variant, version, conformance, False)

    document.metadata.generate_rdf_metadata = with_pdf_ua
    document.metadata.include_in_pdf = uncompressed


class _GlyphLog(logging.Handler):
    """Collects the characters that the engine says it could not draw."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.characters: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith(_NOTDEF) and isinstance(record.args, tuple):
            character = str(record.args[0])
            if character not in self.characters:
                self.characters.append(character)


@contextmanager
def _missing_glyphs() -> Iterator[list[str]]:
    """Listen for missing glyphs; the engine only logs them."""
    logger, handler = logging.getLogger("weasyprint"), _GlyphLog()
    logger.addHandler(handler)
    try:
        yield handler.characters
    finally:
        logger.removeHandler(handler)


@lru_cache(maxsize=1)
def _press() -> _Press:
    """Load the engine, our fonts and our style sheets, once per process.

    Without HarfBuzz's subsetter the engine would go on with another one, and the bytes would be others.
    """
    fontconfig.install()
    try:
        import weasyprint  # noqa: PLC0415 -- native libraries: only processes that print may need them
        from weasyprint.text.ffi import harfbuzz_subset  # noqa: PLC0415
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    except (ImportError, OSError) as error:
        raise PdfUnavailable(_NO_ENGINE) from error
    if harfbuzz_subset is None:
        raise PdfUnavailable(_NO_ENGINE)
    configuration = FontConfiguration()
    sheets = {
        name: weasyprint.CSS(
            string=(TEMPLATES / name).read_text("utf-8"),
            base_url=_ASSET_SCHEME,
            font_config=configuration,
            url_fetcher=AssetFetcher({}),
        )
        for name in ("gongwen.css", "letter.css", "project_file.css", "inspection_form.css")
    }
    return _Press(
        engine=weasyprint,
        font_configuration=configuration,
        styles={
            Format.FILE: [sheets["gongwen.css"]],
            Format.LETTER: [sheets["gongwen.css"], sheets["letter.css"]],
        },
        sheets=sheets,
        templates=Engine(dirs=[str(TEMPLATES)]),
    )
