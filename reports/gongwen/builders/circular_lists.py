"""红黑榜 of the monthly circular: management listings, worded as such and never as a penalty."""

from collections.abc import Sequence

from reports.gongwen import wording
from reports.gongwen.content import Align, Block, Column, Numbered, Paragraph, Row, Table
from reports.gongwen.facts import Listed, MonthlyCircularFacts
from reports.gongwen.wording import Numbering


def list_blocks(facts: MonthlyCircularFacts, note: str, numbering: Numbering) -> list[Block]:
    """The note, the red list, the black list, and the interviews that were arranged."""
    lists = facts.listings
    label = facts.month.label
    blocks: list[Block] = [*wording.prose_blocks(note)]
    blocks += [numbering.subheading("红榜")]
    blocks += _list(
        f"{label}红榜", "列入理由", lists.red_counties, (*lists.red_legal_persons, *lists.red_units)
    )
    blocks += [numbering.subheading("黑榜")]
    blocks += _list(
        f"{label}黑榜", "列入原因", lists.black_counties, (*lists.black_legal_persons, *lists.black_units)
    )
    if facts.interviews:
        blocks.append(numbering.subheading("约谈安排"))
        blocks.append(Paragraph(text="为督促改进工作，我局将对下列县（市、区）水利部门进行约谈。"))
        items = tuple(f"{entry.county}：{'；'.join(entry.triggers)}。" for entry in facts.interviews)
        blocks.append(Numbered(items=items) if len(items) > 1 else Paragraph(text=items[0]))
    return blocks


def _list(caption: str, reason: str, counties: Sequence[Listed], others: Sequence[Listed]) -> list[Block]:
    """County departments in a sentence, units in a table; an empty list is said to be empty."""
    if not counties and not others:
        return [Paragraph(text="本月没有县（市、区）水利部门、项目法人和参建单位列入。")]
    blocks: list[Block] = []
    if counties:
        named = "；".join(f"{entry.name}（{'，'.join(entry.reasons)}）" for entry in counties)
        blocks.append(Paragraph(text=f"县（市、区）水利部门：{named}。"))
    else:
        blocks.append(Paragraph(text="本月没有县（市、区）水利部门列入。"))
    if others:
        blocks.append(_table(caption, reason, others))
    else:
        blocks.append(Paragraph(text="本月没有项目法人和参建单位列入。"))
    return blocks


def _table(caption: str, reason: str, entries: Sequence[Listed]) -> Table:
    return Table(
        caption=f"{caption}（项目法人和参建单位）",
        columns=(
            Column(title="类别", half_cells=8),
            Column(title="单位名称", half_cells=16, align=Align.LEFT),
            Column(title="工程", half_cells=14, align=Align.LEFT),
            Column(title=reason, half_cells=18, align=Align.LEFT),
        ),
        rows=tuple(
            Row(cells=(entry.role, entry.name, _place(entry), "；".join(entry.reasons) or "—"))
            for entry in entries
        ),
    )


def _place(entry: Listed) -> str:
    """County and project, the county said once."""
    return f"{entry.county}{entry.project.removeprefix(entry.county)}" or "—"
