"""The list of key objects of a period (重点监管对象名单): how it was made, who is on it, what is asked of whom."""

from collections.abc import Mapping

from reports.gongwen import prose, wording
from reports.gongwen.builders.envelope import SHORT_FORM, wrap_text
from reports.gongwen.content import Align, Annex, Block, Column, GongwenContent, Paragraph, Row, Table
from reports.gongwen.facts import KeyObjectListFacts
from reports.gongwen.wording import Numbering

KIND = "KEY_OBJECT_LIST"
SECTIONS = (
    prose.Section("opening", "开头"),
    prose.Section("requirements", "监管要求"),
)


def default_prose(facts: KeyObjectListFacts) -> dict[str, str]:
    """First wording of the parts that a drafter may change."""
    return {
        "opening": (
            f"为突出监管重点、防范化解水利工程质量风险，{SHORT_FORM}依据《{facts.rules_title}》对全市在建水利工程进行了风险分类，"
            f"经研究，确定了{facts.period}重点监管对象名单。现印发给你们，并就有关事项通知如下。"
        ),
        "requirements": (
            "（一）压实项目法人首要责任\n"
            "列入名单的工程，项目法人要对照列入原因逐项制定整改措施，每月按时报送项目法人质量管理月报，如实反映人员到岗、"
            "原材料检测、工序验收和问题整改情况。\n"
            "（二）加强日常监督检查\n"
            "各县（市、区）水利部门要增加检查频次，盯紧重要隐蔽单元工程和关键部位单元工程，对逾期未整改的问题依法处理。\n"
            "（三）实行动态管理\n"
            "列入原因消除并经核实的，在下一期名单中调出；名单是突出监管重点的工作安排，不是行政处罚，不作为信用惩戒的依据。"
        ),
    }


def build(facts: KeyObjectListFacts, edited: Mapping[str, str]) -> GongwenContent:
    """Put the notice together; counts and the list come from ``facts`` only."""
    text = prose.resolve(SECTIONS, default_prose(facts), edited)
    numbering = Numbering()
    blocks: list[Block] = [*wording.prose_blocks(text["opening"])]
    blocks += [numbering.heading("名单确定情况"), Paragraph(text=_counts(facts))]
    if facts.joined is not None and facts.left is not None:
        blocks.append(Paragraph(text=_changes(facts.joined, facts.left)))
    blocks += [numbering.heading("监管要求"), *wording.prose_blocks(text["requirements"])]
    name = f"{facts.period}重点监管对象名单"
    annexes = [Annex(title=name, blocks=(_table(facts),))] if facts.entries else []
    return wrap_text(
        facts.envelope,
        kind=KIND,
        title=f"{facts.envelope.organ}关于印发{name}的通知",
        blocks=blocks,
        annexes=annexes,
        keep=(name, "重点监管对象名单"),
    )


def _counts(facts: KeyObjectListFacts) -> str:
    classes = wording.listed(
        f"{code}类{count}个" for code, count in zip("DCBA", facts.classified, strict=True)
    )
    text = f"截至{wording.day(facts.as_of)}，全市在建水利工程{sum(facts.classified)}个，按质量风险由高到低，其中{classes}。"
    if not facts.entries:
        return text + "本期没有工程列入重点监管对象名单。"
    counties = len({entry.county for entry in facts.entries})
    return (
        text + f"列入重点监管对象名单的工程{len(facts.entries)}个，涉及{counties}个县（市、区）、"
        f"{facts.legal_persons}家项目法人，名单和列入原因见附件。"
    )


def _changes(joined: int, left: tuple[str, ...]) -> str:
    if not joined and not left:
        return "与上一期名单相比，列入的工程没有变化。"
    gone = f"调出{len(left)}个（{wording.listed(left)}）" if left else "没有调出"
    return f"与上一期名单相比，新列入{joined}个，{gone}。"


def _table(facts: KeyObjectListFacts) -> Table:
    return Table(
        caption="",
        columns=(
            Column(title="序号", half_cells=4),
            Column(title="县\n（市、区）", half_cells=8),
            Column(title="工程名称", half_cells=13, align=Align.LEFT),
            Column(title="项目法人", half_cells=11, align=Align.LEFT),
            Column(title="风险\n类别", half_cells=5),
            Column(title="列入原因", half_cells=15, align=Align.LEFT),
        ),
        rows=tuple(
            Row(
                cells=(
                    str(number),
                    entry.county,
                    entry.project,
                    entry.legal_person,
                    f"{entry.risk_class}类",
                    entry.reason,
                )
            )
            for number, entry in enumerate(facts.entries, 1)
        ),
    )
