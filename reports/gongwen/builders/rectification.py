"""The rectification notice (整改通知书) after an inspection of a project."""

from collections.abc import Mapping

from reports.gongwen import prose, wording
from reports.gongwen.builders.envelope import SHORT_FORM, contact_blocks, wrap_text
from reports.gongwen.content import Align, Block, Column, GongwenContent, Paragraph, Row, Table
from reports.gongwen.facts import RectificationNoticeFacts
from reports.gongwen.wording import Numbering

KIND = "RECTIFICATION_NOTICE"
BIDDING_CHECK = "招投标核查"
"""The kind of inspection that a notice about bidding names; its words are not those of quality."""
SECTIONS = (
    prose.Section("requirements", "整改要求"),
    prose.Section("materials", "回复材料"),
    prose.Section("overdue", "逾期处理", is_optional=True),
)


_BIDDING_PROSE = {
    "requirements": (
        "请你单位高度重视，对照表中问题逐项分析原因，按照要求和期限完成整改，并举一反三，规范招标投标活动，"
        "健全内部管理制度，依法追究相关人员责任。"
    ),
    "materials": "整改报告应逐项说明问题原因、整改措施、责任人和完成时间，附整改佐证材料。",
    "overdue": (
        "确因客观原因不能按期完成的，应在期限届满前书面申请延期并说明理由。"
        "逾期未完成整改的，将依法依规移送有关部门处理。"
    ),
}


def default_prose(facts: RectificationNoticeFacts) -> dict[str, str]:
    """First wording of the parts that a drafter may change."""
    if _is_bidding(facts):
        return _BIDDING_PROSE
    return {
        "requirements": (
            "请你单位高度重视，立即组织有关参建单位逐项分析原因，按照表中要求和期限完成整改；"
            "对可能影响工程结构安全的问题，应立即停止相关部位施工并采取保证质量安全的措施。"
            "整改完成后由施工单位自查、监理单位复核、项目法人确认，并举一反三排查同类问题。"
        ),
        "materials": (
            "整改报告应逐项说明问题原因、整改措施、责任人和完成时间，附整改前后同一部位的对比照片、"
            "检测报告等佐证材料，以及监理单位、项目法人的复核确认意见。"
        ),
        "overdue": (
            "确因客观原因不能按期完成的，应在期限届满前书面申请延期，说明理由和临时保障措施。"
            "逾期未完成整改的，将按照质量监督有关规定采取提醒敦促、约谈等措施督促落实。"
        ),
    }


def build(facts: RectificationNoticeFacts, edited: Mapping[str, str]) -> GongwenContent:
    """Put the notice together; findings, clauses and terms come from ``facts`` only."""
    text = prose.resolve(SECTIONS, default_prose(facts), edited)
    numbering = Numbering()
    blocks: list[Block] = [Paragraph(text=_opening(facts))]
    blocks += [numbering.heading("发现的问题及整改期限"), _findings(facts)]
    blocks += [numbering.heading("整改要求"), *wording.prose_blocks(text["requirements"])]
    blocks += [numbering.heading("整改回复")]
    blocks.append(Paragraph(text=f"请于{wording.day(facts.reply_due)}前将整改报告报送{SHORT_FORM}。"))
    blocks += [*wording.prose_blocks(text["materials"]), *wording.prose_blocks(text["overdue"])]
    blocks += contact_blocks(facts.contact)
    return wrap_text(
        facts.envelope,
        kind=KIND,
        title=f"{facts.envelope.organ}关于{facts.project}{_matter(facts)}问题的整改通知书",
        keep=(facts.project,) if facts.project else (),
        blocks=blocks,
    )


def _is_bidding(facts: RectificationNoticeFacts) -> bool:
    return facts.inspection_kind == BIDDING_CHECK


def _matter(facts: RectificationNoticeFacts) -> str:
    return "招标投标" if _is_bidding(facts) else "质量"


def _opening(facts: RectificationNoticeFacts) -> str:
    when = wording.period(facts.inspected_from, facts.inspected_to)
    who = f"（检查人员：{wording.listed(facts.officers)}）" if facts.officers else ""
    number = f"（检查编号：{facts.inspection_number}）" if facts.inspection_number else ""
    what = f"位于{facts.county}的{facts.project}" if facts.project else facts.county
    law = "《中华人民共和国招标投标法》" if _is_bidding(facts) else "《水利工程质量管理规定》"
    return (
        f"{when}，{SHORT_FORM}{who}对{what}开展了{facts.inspection_kind}{number}，"
        f"发现{_matter(facts)}问题{len(facts.findings)}个。根据{law}等有关规定，现将问题和整改要求通知如下。"
    )


def _findings(facts: RectificationNoticeFacts) -> Table:
    return Table(
        caption="问题及整改期限表",
        columns=(
            Column(title="序号", half_cells=4),
            Column(title="责任单位", half_cells=8, align=Align.LEFT),
            Column(title="部位和问题", half_cells=14, align=Align.LEFT),
            Column(title="依据", half_cells=11, align=Align.LEFT),
            Column(title="程度", half_cells=4),
            Column(title="整改要求", half_cells=8, align=Align.LEFT),
            Column(title="期限", half_cells=7),
        ),
        rows=tuple(
            Row(
                cells=(
                    str(number),
                    finding.unit,
                    f"{finding.part}：{finding.fact}" if finding.part else finding.fact,
                    f"{finding.basis}（{finding.code}）" if finding.code else finding.basis,
                    finding.severity,
                    finding.requirement,
                    f"{finding.due_date.year}年\n{wording.day_of_year(finding.due_date)}",
                )
            )
            for number, finding in enumerate(facts.findings, 1)
        ),
    )
