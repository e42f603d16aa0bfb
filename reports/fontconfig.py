"""A fontconfig of our own: only the committed ``GW …`` faces, and a site's faces in front of them.

The machine's fonts are never seen, so every machine prints the same bytes. A site that holds licences
for 方正 or other faces names a folder in ``ANLAN_SITE_FONTS``; its faces are then preferred by family.
"""

import hashlib
import json
import os
import stat
import tempfile
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

FONTS = Path(__file__).parent / "fonts"

SITE_FACES = {
    "GW FangSong": (
        "方正仿宋_GBK", "方正仿宋简体", "FZFangSong-Z02", "仿宋_GB2312", "FangSong_GB2312", "仿宋",
        "FangSong", "STFangsong", "Zhuque Fangsong", "Zhuque Fangsong (technical preview)", "朱雀仿宋",
    ),
    "GW XiaoBiaoSong": ("方正小标宋_GBK", "方正小标宋简体", "FZXiaoBiaoSong-B05", "FZXiaoBiaoSong-B05S"),
    "GW KaiTi": ("方正楷体_GBK", "方正楷体简体", "FZKai-Z03", "楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi"),
    "GW HeiTi": ("方正黑体_GBK", "方正黑体简体", "FZHei-B01", "黑体", "SimHei"),
    "GW SongTi": ("方正书宋_GBK", "方正书宋简体", "FZShuSong-Z01", "宋体", "SimSun"),
}  # fmt: skip
"""Family of the style sheet → families that a site may own, best first."""


def font_set() -> str:
    """Hash of the committed faces: fontconfig's cache looks at folders' times and misses a replaced file."""
    return hashlib.sha256((FONTS / "MANIFEST.json").read_bytes()).hexdigest()


@lru_cache(maxsize=2)
def _missing(manifest: str) -> tuple[str, ...]:
    faces = json.loads(manifest)["faces"]
    return tuple(
        name
        for name, face in sorted(faces.items())
        if not (FONTS / name).is_file()
        or hashlib.sha256((FONTS / name).read_bytes()).hexdigest() != face["sha256"]
    )


def missing_fonts() -> tuple[str, ...]:
    """Committed faces that are absent or altered; read once per process and manifest."""
    return _missing((FONTS / "MANIFEST.json").read_text("utf-8"))


def site_folder() -> Path | None:
    """The site's own fonts, from ``ANLAN_SITE_FONTS``; None when the site has none."""
    value = os.environ.get("ANLAN_SITE_FONTS", "")
    return Path(value).resolve() if value else None


def configuration(site: Path | None, cache: Path) -> str:
    """The fontconfig document. Nothing of the system is included."""
    folders = [FONTS, *([site] if site else [])]
    lines = [
        '<?xml version="1.0"?>',
        '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
        "<fontconfig>",
    ]
    lines += [f"<dir>{escape(str(folder))}</dir>" for folder in folders]
    lines.append(f"<cachedir>{escape(str(cache))}</cachedir>")
    for family, faces in SITE_FACES.items() if site else ():
        preferred = "".join(f"<family>{escape(face)}</family>" for face in faces)
        lines.append(f'<alias binding="same"><family>{family}</family><prefer>{preferred}</prefer></alias>')
    return "\n".join([*lines, "</fontconfig>", ""])


def _private_folder() -> Path:
    """A folder that only this user can write: another user's fontconfig must not choose our fonts."""
    base = os.environ.get("ANLAN_CACHE_DIR")
    folder = Path(base) if base else Path(tempfile.gettempdir()) / f"anlan-cache-{os.getuid()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = folder.lstat()
    if owner.st_uid == os.getuid() and stat.S_ISDIR(owner.st_mode) and not owner.st_mode & 0o022:
        return folder
    return Path(tempfile.mkdtemp(prefix="anlan-cache-"))


def install() -> Path:
    """Write the configuration and make it this process's; call before the PDF engine is imported."""
    site, folder = site_folder(), _private_folder()
    text = configuration(site, folder / f"fontconfig-{font_set()[:16]}")
    path = folder / f"fonts-{hashlib.sha256(text.encode()).hexdigest()[:16]}.conf"
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(text, "utf-8")
        draft.replace(path)
    os.environ["FONTCONFIG_FILE"] = str(path)
    return path
