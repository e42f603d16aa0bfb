"""Tables that more than one kind of document prints."""

from collections.abc import Sequence
from decimal import Decimal

from reports.gongwen import wording
from reports.gongwen.content import Align, Column, Row, Table, TableSize
from reports.gongwen.facts import CountyScore, ItemHead, ProblemRow

MOST_COUNTIES_ABREAST = 7
"""Score columns that fit beside the item names at 9 pt."""
_ITEM_HALF_CELLS, _MAX_HALF_CELLS = 25, 3
_NO_VALUE = "—"


def problem_table(caption: str, problems: Sequence[ProblemRow]) -> Table:
    """The problem list (问题清单), numbered in the order given."""
    return Table(
        caption=caption,
        size=TableSize.DENSE,
        columns=(
            Column(title="序号", half_cells=4),
            Column(title="县\n（市、区）", half_cells=7),
            Column(title="工程名称", half_cells=10, align=Align.LEFT),
            Column(title="责任单位", half_cells=8, align=Align.LEFT),
            Column(title="存在问题", half_cells=12, align=Align.LEFT),
            Column(title="程度", half_cells=4),
            Column(title="整改期限", half_cells=6),
            Column(title="整改状态", half_cells=5),
        ),
        rows=tuple(
            Row(
                cells=(
                    str(number),
                    row.county,
                    row.project,
                    row.unit,
                    row.text,
                    row.severity,
                    wording.day_of_year(row.due_date) if row.due_date else _NO_VALUE,
                    row.state,
                )
            )
            for number, row in enumerate(problems, 1)
        ),
    )


def score_tables(items: Sequence[ItemHead], scores: Sequence[CountyScore]) -> list[Table]:
    """The score detail: items down, counties across, so many abreast as read well, in even shares."""
    count = -(-len(scores) // MOST_COUNTIES_ABREAST)
    size = -(-len(scores) // count) if count else 0
    parts = [scores[start : start + size] for start in range(0, len(scores), size or 1)]
    return [_score_table(items, part, starts_page=index > 0) for index, part in enumerate(parts)]


def _score_table(items: Sequence[ItemHead], scores: Sequence[CountyScore], *, starts_page: bool) -> Table:
    by_item = [{entry.item_id: entry.points for entry in score.points} for score in scores]
    rows = [
        Row(
            cells=(
                f"{item.id} {item.name}",
                wording.points(item.max_points),
                *(wording.points(points.get(item.id)) for points in by_item),
            )
        )
        for item in items
    ]
    return Table(
        caption="",
        size=TableSize.DENSE,
        columns=(
            Column(title="评分项", half_cells=_ITEM_HALF_CELLS + _spare(len(scores)), align=Align.LEFT),
            Column(title="满分", half_cells=_MAX_HALF_CELLS),
            *(Column(title=score.county, half_cells=_county_half_cells(len(scores))) for score in scores),
        ),
        rows=(*rows, *_sum_rows(items, scores)),
        starts_page=starts_page,
    )


def _county_half_cells(count: int) -> int:
    """Width of a county's column: all the room there is, but not so wide that figures stray apart."""
    return min((56 - _ITEM_HALF_CELLS - _MAX_HALF_CELLS) // count, 6)


def _spare(count: int) -> int:
    return 56 - _ITEM_HALF_CELLS - _MAX_HALF_CELLS - _county_half_cells(count) * count


def _sum_rows(items: Sequence[ItemHead], scores: Sequence[CountyScore]) -> list[Row]:
    """What was earned of what was available, then score, grade and rank."""
    earned, available = [], []
    maximum = {item.id: item.max_points for item in items}
    for score in scores:
        given = [entry for entry in score.points if entry.points is not None]
        earned.append(wording.points(sum((entry.points or Decimal(0) for entry in given), Decimal(0))))
        available.append(wording.points(sum((maximum[entry.item_id] for entry in given), Decimal(0))))
    return [
        Row(cells=("实得分", _NO_VALUE, *earned), is_strong=True),
        Row(
            cells=("应得分（不含缺项）", wording.points(sum(maximum.values(), Decimal(0))), *available),
            is_strong=True,
        ),
        Row(cells=("月度得分", "100", *(wording.score(score.final) for score in scores)), is_strong=True),
        Row(cells=("等级", _NO_VALUE, *(score.grade for score in scores)), is_strong=True),
        Row(
            cells=("名次", _NO_VALUE, *(str(score.rank) if score.rank else _NO_VALUE for score in scores)),
            is_strong=True,
        ),
    ]
