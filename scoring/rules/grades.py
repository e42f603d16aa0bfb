"""等级: the grade lines and the extra condition of a grade, such as 排名前 3 且无红线、无逾期."""

import re
from decimal import Decimal

from scoring.rules.conditions import COUNTY_FACTS, Condition, parse_conditions
from scoring.rules.place import Spot, refuse_duplicates
from scoring.rules.rubric import Grade

_TOP = re.compile(r"排名前\s*([0-9]{1,4})(?:名|位)?")
_WORDS = {"无红线": Condition("no_red_line"), "无逾期": Condition("no_overdue")}


def parse_grades(spot: Spot, full_score: Decimal) -> tuple[Grade, ...]:
    """Best grade first; the lines fall strictly and the last one is 0, so that every score has a grade."""
    parts = spot.parts()
    grades = tuple(_grade(part, full_score) for part in parts)
    refuse_duplicates(((grade.code, part) for grade, part in zip(grades, parts, strict=True)), "等级")
    lines = [grade.min for grade in grades]
    if not lines or lines != sorted(set(lines), reverse=True) or lines[-1] != 0:
        spot.fail("等级应按分数线从高到低排列、互不相同，最后一级的分数线为0。")
    if grades[-1].extra:
        parts[-1].fail("最后一级不能有附加条件。")
    return grades


def _grade(spot: Spot, full_score: Decimal) -> Grade:
    fields = spot.fields(("code", "name", "min"), ("extra", "note"))
    extra = fields.get("extra")
    return Grade(
        code=fields["code"].name(),
        name=fields["name"].text(),
        min=fields["min"].number(0, full_score),
        extra=parse_extra_condition(extra) if extra is not None else (),
        extra_text=extra.text() if extra is not None else "",
    )


def parse_extra_condition(spot: Spot) -> tuple[Condition, ...]:
    """排名前 N, 无红线, 无逾期 or a plain condition, joined by 且, 、 or ，. All must hold."""
    found: list[Condition] = []
    for part in re.split("[且、，,]", spot.text()):
        text = part.strip()
        top = _TOP.fullmatch(text)
        if top is not None:
            found.append(Condition("rank", "<=", Decimal(top[1])))
        elif text in _WORDS:
            found.append(_WORDS[text])
        else:
            found.extend(parse_conditions(Spot(text, spot.path), COUNTY_FACTS))
    return tuple(found)
