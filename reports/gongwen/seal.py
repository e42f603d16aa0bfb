"""The sample seal (样章): a placeholder picture, never a signature."""

from html import escape

_SIZE = 420
_CENTRE = _SIZE // 2
_RED = "#e60012"
_STAR = "M210 140 227 191 281 191 237 223 254 274 210 243 166 274 183 223 139 191 193 191z"
_WIDEST_ARC = 250.0
_WIDEST_STEP = 34.0


def sample_seal(organ: str) -> bytes:
    """SVG of a round red seal with the organ's name on the ring and 样章 across it."""
    characters = list(organ)
    step = min(_WIDEST_STEP, _WIDEST_ARC / max(len(characters) - 1, 1))
    size = min(54, round(step * 1.9))
    ring = "".join(
        f'<text transform="rotate({(index - (len(characters) - 1) / 2) * step:.2f} {_CENTRE} {_CENTRE}) '
        f'translate({_CENTRE} 78)">{escape(character)}</text>'
        for index, character in enumerate(characters)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE}">'
        f'<circle cx="{_CENTRE}" cy="{_CENTRE}" r="202" fill="none" stroke="{_RED}" stroke-width="11"/>'
        f'<path fill="{_RED}" d="{_STAR}"/>'
        f'<g fill="{_RED}" font-family="GW SongTi" text-anchor="middle">'
        f'<text x="{_CENTRE}" y="392" font-size="36">样　章</text><g font-size="{size}">{ring}</g></g></svg>'
    ).encode()
