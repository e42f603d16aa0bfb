"""Breaking a title (标题) over lines: by sense, in a trapezoid or a diamond (GB/T 9704 §7.3.1)."""

import itertools

from reports.typesetting import CLOSE, OPEN, tokens, width

WIDEST_EM = 19.0
"""A title line of 22 pt has room for 20 characters; one is left free so that the shape shows."""
_MOST_LINES = 4
_WORDS = (
    "水利工程", "水利建设", "建设项目", "质量监督", "质量管理", "质量安全",
    "履职情况", "履职检查", "通报批评", "红黑榜", "评分情况", "整改通知书",
    "整改通知", "约谈通知书", "约谈", "提醒敦促函", "敦促函", "工程建设",
    "有限公司", "水利局", "水务局", "水库工程", "除险加固", "灌区",
    "项目法人", "参建单位", "重点监管对象", "工作情况", "情况", "问题",
    "通知", "通报", "的通报", "的通知", "的函", "县（市、区）",
)  # fmt: skip
"""Words that a break may not cut."""
_GOOD_BEFORE = ("关于", "质量问题")
_GOOD_AFTER = ("情况", "工程", "建设", "质量", "监督", "项目", "和", "及", "、", "》", "”", "月")
_BAD_AFTER = ("关于", "对", "约谈", "予以", "的", "关于对")
_INSIDE_WORD, _AGAINST_SENSE, _PLAIN_BREAK, _SHAPELESS = 40.0, 8.0, 2.0, 12.0


def break_title(
    title: str,
    *,
    keep: tuple[str, ...] = (),
    widest_em: float = WIDEST_EM,
    face: str = "GW XiaoBiaoSong",
) -> tuple[str, ...]:
    """Lines of a title. An author's line feed wins; otherwise the fewest lines in the best shape.

    ``keep`` are names that should stay whole, such as a project's.
    """
    if "\n" in title:
        return tuple(part.strip() for part in title.split("\n") if part.strip())
    parts = tokens(title.strip(), face)
    for count in range(1, _MOST_LINES + 1):
        if width(title, face) <= widest_em * count:
            best = _best_break(parts, count, (*_WORDS, *keep), widest_em, face)
            if best is not None:
                return best
    return _greedy(parts, widest_em, face)


def _best_break(
    parts: list[str], count: int, words: tuple[str, ...], widest_em: float, face: str
) -> tuple[str, ...] | None:
    """The cheapest way to make exactly ``count`` lines, or None when one would be too wide."""
    places = [index for index in range(1, len(parts)) if _may_break(parts, index)]
    best: tuple[float, tuple[str, ...]] | None = None
    for cuts in itertools.combinations(places, count - 1):
        edges = (0, *cuts, len(parts))
        lines = tuple("".join(parts[start:end]) for start, end in itertools.pairwise(edges))
        widths = [width(line, face) for line in lines]
        if max(widths) > widest_em:
            continue
        cost = _shape_cost(widths) + sum(_cut_cost(parts, cut, words) for cut in cuts)
        if best is None or cost < best[0]:
            best = (cost, lines)
    return best[1] if best else None


def _may_break(parts: list[str], index: int) -> bool:
    return parts[index][0] not in CLOSE and parts[index - 1][-1] not in OPEN


def _cut_cost(parts: list[str], cut: int, words: tuple[str, ...]) -> float:
    """What it costs the sense to break before token ``cut``."""
    before, after = "".join(parts[:cut]), "".join(parts[cut:])
    if any(_cuts(word, before, after) for word in words) or before[-1].isdigit() or after.startswith("的"):
        return _INSIDE_WORD
    if before.endswith(_BAD_AFTER):
        return _AGAINST_SENSE
    if after.startswith(_GOOD_BEFORE) or before.endswith(_GOOD_AFTER):
        return 0.0
    return _PLAIN_BREAK


def _cuts(word: str, before: str, after: str) -> bool:
    """Whether ``word`` stands across the break."""
    return any(before.endswith(word[:left]) and after.startswith(word[left:]) for left in range(1, len(word)))


def _shape_cost(widths: list[float]) -> float:
    """Even lines are cheap; an hourglass, or lines all of one length, is not a shape the standard names."""
    if len(widths) == 1:
        return 0.0
    spread = max(widths) - min(widths)
    turns = [later > earlier for earlier, later in itertools.pairwise(widths)]
    is_hourglass = len(turns) > 1 and turns[0] is False and turns[-1] is True
    is_block = spread < 1.0
    return spread / 2 + (_SHAPELESS if is_hourglass else 0.0) + (_SHAPELESS / 4 if is_block else 0.0)


def _greedy(parts: list[str], widest_em: float, face: str) -> tuple[str, ...]:
    """Fill lines one after the other: only for titles longer than any real one."""
    lines, current = [], ""
    for part in parts:
        if current and width(current + part, face) > widest_em:
            lines.append(current)
            current = ""
        current += part
    return (*lines, current)
