"""Cut the open Chinese faces to what official documents print, and give them one set of metrics.

The results are committed in ``reports/fonts`` so that every machine prints the same bytes; run this only
to change the faces. With Debian 12's packages in a folder it writes the same bytes every time:

    mkdir packages && cd packages
    apt-get download texlive-lang-chinese fonts-noto-cjk fonts-liberation2
    cd .. && python deploy/fonts/build_fonts.py packages

Why the faces are not used as they come: their ascents differ, so a line with two faces grows and 22 lines
no longer fit a page; dashes and the middle dot of Noto are narrower than one cell; Fandol's weight classes
are wrong; and whole faces make every document twice as large and slow. Renaming them to ``GW …`` also
satisfies the reserved font names of the OFL.
"""

import argparse
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fontTools
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem

HERE = Path(__file__).resolve().parent
TARGET = HERE.parents[1] / "reports" / "fonts"
UNITS = 1000
ASCENT, DESCENT = 0.88, 0.12
"""Of one em, for every face: the line box of mixed text then stays one em high."""

FANDOL = "usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"
NOTO = "usr/share/fonts/opentype/noto"
SC = 2
"""Index of the SC face in Noto's collections."""

EXTRA = (
    "㎡㎥㎞㎝㎜㎎㎏㏄℃‰≤≥≠≈±×÷√∞∑∠⊥⌒—…·“”‘’〇○●◎□■☐☑☒△▲▽▼◇◆☆★→←↑↓￥¥€№§°′″"
    "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫαβγδθλμπρσφωΔΩΦ²³"
)
RARE = "−–‐―•⌀µØø¼½¾¢£©®™✓✔〜・"
"""What people type instead of the proper sign; only the fallback face holds it."""
LATIN = "".join(map(chr, range(0x20, 0x7F))) + "²³"
FULL_WIDTH = "—…“”‘’·"
"""Marks that stand on the character grid but are narrower than a cell in Noto SC."""


@dataclass(frozen=True)
class Face:
    """One face to build. ``remap`` names the GSUB features that replace the default forms."""

    family: str
    filename: str
    package: str
    member: str
    licence: str
    number: int = -1
    characters: str = "common"
    remap: dict[str, str] = field(default_factory=dict)

    @property
    def postscript(self) -> str:
        return Path(self.filename).stem


FANG = f"{FANDOL}/FandolFang-Regular.otf"
KAI = f"{FANDOL}/FandolKai-Regular.otf"
SONG, SONG_BOLD = f"{NOTO}/NotoSerifCJK-Regular.ttc", f"{NOTO}/NotoSerifCJK-Bold.ttc"
HEI = f"{NOTO}/NotoSansCJK-Regular.ttc"
LIBERATION = "usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf"
DASHES = {"fwid": FULL_WIDTH}
HALF_WIDTH_DIGITS = {"hwid": "0123456789"}
"""Page numbers are set in 半角宋体."""

FACES = (
    Face("GW FangSong", "GW-FangSong.otf", "texlive-lang-chinese", FANG, "Fandol"),
    Face("GW KaiTi", "GW-KaiTi.otf", "texlive-lang-chinese", KAI, "Fandol"),
    Face("GW XiaoBiaoSong", "GW-XiaoBiaoSong.otf", "fonts-noto-cjk", SONG_BOLD, "NotoCJK", SC, remap=DASHES),
    Face(
        "GW SongTi", "GW-SongTi.otf", "fonts-noto-cjk", SONG, "NotoCJK", SC, remap=DASHES | HALF_WIDTH_DIGITS
    ),
    Face("GW HeiTi", "GW-HeiTi.otf", "fonts-noto-cjk", HEI, "NotoCJK", SC, remap=DASHES),
    Face("GW Rare", "GW-Rare.otf", "fonts-noto-cjk", SONG, "NotoCJK", SC, characters="rare"),
    Face("GW Latin", "GW-Latin.ttf", "fonts-liberation2", LIBERATION, "Liberation", characters="latin"),
)

FALLBACK = ("GW-SongTi.otf", "GW-Rare.otf")
"""Faces behind the named one in every stack of the style sheet, in this order."""

LICENCES = {
    "Fandol": ("texlive-lang-chinese", ("usr/share/doc/texlive-doc/fonts/fandol/README",
                                        "usr/share/doc/texlive-doc/fonts/fandol/COPYING.gz")),
    "NotoCJK": ("fonts-noto-cjk", ("usr/share/doc/fonts-noto-cjk/copyright",)),
    "Liberation": ("fonts-liberation2", ("usr/share/doc/fonts-liberation2/copyright",)),
}  # fmt: skip


def common_characters() -> set[int]:
    """通用规范汉字表 ∪ GB 2312 ∪ the symbols of the trade ∪ ASCII."""
    table = "".join(
        line for line in (HERE / "tgh8105.txt").read_text("utf-8").splitlines() if not line.startswith("#")
    )
    gb2312 = (bytes([row, cell]) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    characters = table + "".join(pair.decode("gb2312", "ignore") for pair in gb2312) + EXTRA + LATIN
    return {ord(character) for character in characters}


def wanted(face: Face) -> set[int]:
    """Code points a face keeps. Rare = the rest of GBK and of Unicode's first two Han blocks, for names."""
    if face.characters == "latin":
        return {ord(character) for character in LATIN}
    if face.characters == "rare":
        gbk = (bytes([row, cell]) for row in range(0x81, 0xFF) for cell in range(0x40, 0xFF))
        signs = {
            ord(sign) for pair in gbk if len(sign := pair.decode("gbk", "ignore")) == 1 and sign > "\x7f"
        }
        han = {*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000), *map(ord, RARE)}
        return (han | signs) - common_characters()
    return common_characters()


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def unpack(packages: Path, into: Path) -> dict[str, dict[str, str]]:
    """Extract the packages; return name → version, file name and hash, for the manifest."""
    found: dict[str, dict[str, str]] = {}
    for package in sorted({face.package for face in FACES}):
        debs = sorted(packages.glob(f"{package}_*.deb"))
        if len(debs) != 1:
            sys.exit(f"expected exactly one {package}_*.deb in {packages}, found {len(debs)}")
        subprocess.run(["dpkg-deb", "-x", str(debs[0]), str(into)], check=True)
        version = subprocess.run(
            ["dpkg-deb", "-f", str(debs[0]), "Version"], check=True, capture_output=True, text=True
        ).stdout.strip()
        found[package] = {"version": version, "sha256": sha256(debs[0])}
    return found


def substitutions(font: TTFont, tag: str) -> dict[str, str]:
    """Glyph → glyph map of one single-substitution GSUB feature."""
    mapping: dict[str, str] = {}
    table = font["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag != tag:
            continue
        for index in record.Feature.LookupListIndex:
            for subtable in table.LookupList.Lookup[index].SubTable:
                mapping.update(getattr(getattr(subtable, "ExtSubTable", subtable), "mapping", {}))
    return mapping


def remap(font: TTFont, features: dict[str, str]) -> None:
    """Make an alternate form of some characters their only form."""
    for tag, characters in features.items():
        mapping = substitutions(font, tag)
        for table in font["cmap"].tables:
            for character in characters:
                glyph = table.cmap.get(ord(character)) if hasattr(table, "cmap") else None
                if glyph in mapping:
                    table.cmap[ord(character)] = mapping[glyph]


def cut(font: TTFont, code_points: Iterable[int]) -> None:
    """Keep the given characters; drop hints, vertical metrics and every feature that moves glyphs.

    Kerning and ligatures go too: the line composer adds plain advances and must be right to the unit.
    """
    options = subset.Options()
    options.layout_features = []
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.hinting = False
    options.desubroutinize = True
    options.glyph_names = False
    options.drop_tables += ["VORG", "vhea", "vmtx", "BASE", "DSIG", "FFTM", "kern", "GPOS", "GSUB", "GDEF"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=sorted(code_points))
    subsetter.subset(font)


def unify_metrics(font: TTFont) -> None:
    """One ascent and descent for all faces, regular weight and style: Fandol's own values are wrong.

    All faces get 1000 units to the em: rounded to 1/2048 the ascents would differ by a thousandth of a
    millimetre, which makes each line box so much higher that the 22nd line no longer fits the page.
    """
    if font["head"].unitsPerEm != UNITS:
        scale_upem(font, UNITS)
    em = font["head"].unitsPerEm
    ascent, descent = round(ASCENT * em), round(DESCENT * em)
    hhea, os2 = font["hhea"], font["OS/2"]
    hhea.ascent = os2.sTypoAscender = os2.usWinAscent = ascent
    hhea.descent = os2.sTypoDescender = -descent
    os2.usWinDescent = descent
    hhea.lineGap = os2.sTypoLineGap = 0
    os2.usWeightClass = 400
    use_typo_metrics = 0x80 if os2.version >= 4 else 0
    os2.fsSelection = (os2.fsSelection | use_typo_metrics | 0x40) & ~0x20
    font["head"].macStyle = 0


def rename(font: TTFont, face: Face) -> None:
    """Give the face its own names; copyright and licence entries stay."""
    names = {1: face.family, 2: "Regular", 3: face.postscript, 4: face.family, 6: face.postscript,
             16: face.family, 17: "Regular"}  # fmt: skip
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    if "CFF " in font:
        cff = font["CFF "].cff
        cff.fontNames = [face.postscript]
        cff.topDictIndex[0].FamilyName = cff.topDictIndex[0].FullName = face.family


def build(face: Face, root: Path) -> dict[str, Any]:
    """Build one face and return its manifest entry."""
    source, target = root / face.member, TARGET / face.filename
    font = TTFont(source, fontNumber=face.number, lazy=False, recalcTimestamp=False)
    remap(font, face.remap)
    cut(font, wanted(face))
    unify_metrics(font)
    rename(font, face)
    font.save(target)
    return {
        "family": face.family,
        "package": face.package,
        "member": face.member,
        "licence": f"licences/{face.licence}.txt",
        "glyphs": len(font.getGlyphOrder()),
        "input_sha256": sha256(source),
        "sha256": sha256(target),
    }


def odd_advances(stack: Iterable[str]) -> dict[str, float]:
    """Advances in em, through a font stack, of the characters that do not fill exactly one cell."""
    advances: dict[str, float] = {}
    for filename in stack:
        font = TTFont(TARGET / filename)
        em, metrics = font["head"].unitsPerEm, font["hmtx"]
        for code, glyph in font.getBestCmap().items():
            advances.setdefault(chr(code), round(metrics[glyph][0] / em, 4))
    return {character: advance for character, advance in sorted(advances.items()) if advance != 1}


def write_licences(root: Path) -> None:
    """Copy the licence texts as the packages carry them."""
    for name, (_, members) in LICENCES.items():
        texts = []
        for member in members:
            raw = (root / member).read_bytes()
            texts.append((gzip.decompress(raw) if member.endswith(".gz") else raw).decode("utf-8"))
        text = re.sub(r"[ \t]+$", "", "\n\n".join(texts), flags=re.MULTILINE)
        (TARGET / "licences" / f"{name}.txt").write_text(text, "utf-8")


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("packages", type=Path, help="folder with the .deb files")
    arguments = parser.parse_args()
    (TARGET / "licences").mkdir(parents=True, exist_ok=True)
    root = Path(tempfile.mkdtemp())
    try:
        packages = unpack(arguments.packages, root)
        faces = {face.filename: build(face, root) for face in FACES}
        write_licences(root)
    finally:
        shutil.rmtree(root)
    write_json(
        TARGET / "MANIFEST.json", {"faces": faces, "fonttools": fontTools.version, "packages": packages}
    )
    stacks = {
        face.family: ("GW-Latin.ttf", face.filename, *FALLBACK)
        for face in FACES
        if face.characters == "common"
    }
    write_json(TARGET / "advances.json", {family: odd_advances(stack) for family, stack in stacks.items()})


if __name__ == "__main__":
    main()
