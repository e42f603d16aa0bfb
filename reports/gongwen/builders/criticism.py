"""The criticism circular (通报批评) of a county's water department for an unqualified month.

It is supervision of a lower department by a higher one; the text says so and uses no word of a penalty.
"""

from collections.abc import Mapping

from reports.gongwen import prose, wording
from reports.gongwen.builders import tables
from reports.gongwen.builders.circular import duty_inspection_text
from reports.gongwen.builders.envelope import wrap_text
from reports.gongwen.content import Align, Annex, Block, Column, GongwenContent, Paragraph, Row, Table
from reports.gongwen.facts import CriticismFacts
from reports.gongwen.wording import Numbering

KIND = "CRITICISM"
SECTIONS = (
    prose.Section("opening", "开头"),
    prose.Section("analysis", "问题分析", is_optional=True),
    prose.Section("requirements", "有关要求"),
)


def default_prose(facts: CriticismFacts) -> dict[str, str]:
    """First wording of the parts that a drafter may change."""
    return {
        "opening": (
            f"为严肃工作纪律，压实质量监督责任，根据{facts.month.label}水利建设质量监督工作评分和检查情况，"
            f"经研究，决定对{facts.subject}在全市水利系统予以通报批评。现将有关情况通报如下。"
        ),
        "analysis": (
            "上述情况反映出有关部门对质量监督工作重视不够、日常监管不严不实、问题整改跟踪督促不到位。"
        ),
        "requirements": (
            f"{facts.subject}要深刻反思，认真查找原因，制定整改方案，明确责任人和完成时限，逐项抓好整改落实，"
            "并由主要负责同志专题研究部署质量监督工作。\n"
            "各县（市、区）水利部门要引以为戒、举一反三，对照检查本地质量监督工作，及时补齐短板，坚决守住水利工程建设质量底线。"
        ),
    }


def build(facts: CriticismFacts, edited: Mapping[str, str]) -> GongwenContent:
    """Put the criticism circular together; the score and its reasons come from ``facts`` only."""
    text = prose.resolve(SECTIONS, default_prose(facts), edited)
    numbering = Numbering()
    blocks: list[Block] = [*wording.prose_blocks(text["opening"])]
    blocks += [numbering.heading("基本情况"), Paragraph(text=_score(facts))]
    if facts.duty_inspection is not None:
        blocks.append(Paragraph(text=duty_inspection_text(facts.duty_inspection)))
    if facts.score.main_losses:
        blocks.append(_losses(facts))
    if text["analysis"].strip():
        blocks += [numbering.heading("存在的主要问题"), *wording.prose_blocks(text["analysis"])]
    blocks += [numbering.heading("有关要求"), *wording.prose_blocks(text["requirements"])]
    blocks.append(
        Paragraph(
            text=f"请{facts.subject}于{wording.day(facts.report_due)}前将整改情况书面报送我局。"
            "本通报是上级水行政主管部门对下级部门履职情况的层级监督措施。"
        )
    )
    return wrap_text(
        facts.envelope,
        kind=KIND,
        title=f"{facts.envelope.organ}关于对{facts.subject}予以通报批评的通报",
        keep=(facts.subject,),
        blocks=blocks,
        annexes=_annexes(facts),
    )


def _score(facts: CriticismFacts) -> str:
    score = facts.score
    parts = [f"{facts.month.label}，{facts.county}水利建设质量监督工作"]
    if score.final is None:
        parts.append(f"因数据不足未参加排名，等级为{score.grade}")
    else:
        parts.append(f"月度得分{wording.score(score.final)}分，等级为{score.grade}")
        parts.append(f"，全市排名第{score.rank}位" if score.rank is not None else "")
        if score.previous is not None:
            parts.append(f"，上月得分{wording.score(score.previous)}分")
    if facts.red_lines:
        parts.append(f"；触及评分细则红线：{'；'.join(facts.red_lines)}")
    return wording.sentence("".join(parts))


def _losses(facts: CriticismFacts) -> Table:
    return Table(
        caption=f"{facts.month.label}{facts.county}主要扣分项",
        columns=(
            Column(title="序号", half_cells=6),
            Column(title="评分项", half_cells=40, align=Align.LEFT),
            Column(title="扣分", half_cells=10),
        ),
        rows=tuple(
            Row(cells=(str(number), f"{loss.item_id} {loss.item_name}", wording.points(loss.lost)))
            for number, loss in enumerate(facts.score.main_losses, 1)
        ),
    )


def _annexes(facts: CriticismFacts) -> list[Annex]:
    if not facts.problems:
        return []
    table = tables.problem_table("", facts.problems)
    return [Annex(title=f"{facts.county}{facts.month.label}质量监督问题清单", blocks=(table,))]
