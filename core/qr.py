"""QR codes as SVG, for paper and for the screen: lines made of numbers, no style, no address of anybody else."""

from __future__ import annotations

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

SCREEN_SCALE = 5


def qr_svg(address: str, *, scale: int | None = None) -> SafeString:
    """A QR code of an address; level M, four quiet modules around.

    scale: pixels a module; without it the code has no size of its own and takes that of its place.
    """
    code = segno.make_qr(address, error="m")
    size = {"scale": scale} if scale else {"omitsize": True}
    return format_html(
        '<span class="qr" role="img" aria-label="二维码：{}">{}</span>',
        address,
        mark_safe(code.svg_inline(border=4, **size)),  # noqa: S308 -- made of numbers
    )
