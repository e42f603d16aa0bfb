"""The notice that issues the year's key points of quality supervision (年度质量监督要点) with its list of tasks."""

from collections.abc import Mapping

from reports.gongwen import prose, wording
from reports.gongwen.builders.envelope import SHORT_FORM, wrap_text
from reports.gongwen.content import (
    Align,
    Annex,
    Block,
    Column,
    GongwenContent,
    Heading,
    Paragraph,
    Row,
    Table,
)
from reports.gongwen.facts import YearPlanFacts, YearPlanTask
from reports.gongwen.wording import Numbering

KIND = "YEAR_PLAN"
SECTIONS = (
    prose.Section("opening", "开头"),
    prose.Section("overall", "总体要求"),
    prose.Section("requirements", "工作要求"),
)
_NO_EVIDENCE = "—"


def default_prose(facts: YearPlanFacts) -> dict[str, str]:
    """First wording of the parts that a drafter may change; overall and requirements come from the plan."""
    return {
        "opening": (
            f"为做好{facts.year}年度全市水利建设质量监督工作，{SHORT_FORM}研究制定了《{facts.title}》，"
            "现印发给你们，请结合实际认真抓好落实，并按任务分解表明确的期限报送完成情况和佐证材料。"
        ),
        "overall": facts.overall,
        "requirements": facts.requirements,
    }


def build(facts: YearPlanFacts, edited: Mapping[str, str]) -> GongwenContent:
    """Put the notice together; the tasks come from ``facts`` only."""
    text = prose.resolve(SECTIONS, default_prose(facts), edited)
    numbering = Numbering()
    key_points: list[Block] = [numbering.heading("总体要求"), *wording.prose_blocks(text["overall"])]
    key_points += [numbering.heading("重点任务")]
    for task in facts.tasks:
        key_points += _task_blocks(task, numbering)
    key_points += [numbering.heading("工作要求"), *wording.prose_blocks(text["requirements"])]
    return wrap_text(
        facts.envelope,
        kind=KIND,
        title=f"{facts.envelope.organ}关于印发{facts.title}的通知",
        blocks=list(wording.prose_blocks(text["opening"])),
        annexes=[
            Annex(title=facts.title, blocks=tuple(key_points)),
            Annex(title="任务分解表", blocks=(_table(facts),)),
        ],
        keep=(facts.title,),
    )


def _task_blocks(task: YearPlanTask, numbering: Numbering) -> list[Block]:
    heading: Heading = numbering.subheading(task.title.rstrip("。"))
    return [
        heading,
        *wording.prose_blocks(task.content),
        Paragraph(text=f"责任对象：{task.owner}；完成期限：{wording.day(task.due_on)}。"),
    ]


def _table(facts: YearPlanFacts) -> Table:
    return Table(
        caption=f"{facts.year}年度质量监督任务分解表",
        columns=(
            Column(title="序号", half_cells=5),
            Column(title="任务", half_cells=16, align=Align.LEFT),
            Column(title="责任对象", half_cells=12, align=Align.LEFT),
            Column(title="完成期限", half_cells=10),
            Column(title="佐证材料", half_cells=13, align=Align.LEFT),
        ),
        rows=tuple(
            Row(
                cells=(
                    str(task.number),
                    task.title,
                    task.owner,
                    f"{task.due_on.year}年\n{wording.day_of_year(task.due_on)}",
                    task.evidence or _NO_EVIDENCE,
                )
            )
            for task in facts.tasks
        ),
    )
