"""The monthly circular (月度通报): counts, ranking, lists, duty inspections, problems, requirements."""

from collections.abc import Mapping
from decimal import Decimal

from core.month import ReportingMonth
from reports.gongwen import prose, wording
from reports.gongwen.builders import tables
from reports.gongwen.builders.circular_lists import list_blocks
from reports.gongwen.builders.envelope import wrap_text
from reports.gongwen.content import Align, Annex, Block, Column, GongwenContent, Paragraph, Row, Table
from reports.gongwen.facts import (
    CountyScore,
    DutyInspectionResult,
    KeySupervisionEntry,
    MonthlyCircularFacts,
    TypicalProblem,
)
from reports.gongwen.wording import Numbering

KIND = "CIRCULAR"
SECTIONS = (
    prose.Section("opening", "开头"),
    prose.Section("lists_note", "红黑榜说明", is_optional=True),
    prose.Section("problems", "存在问题综述", is_optional=True),
    prose.Section("requirements", "下步要求"),
)
_MAIN_LOSSES = 3
_MAIN_ASPECTS = 4


def default_prose(facts: MonthlyCircularFacts) -> dict[str, str]:
    """First wording of the parts that a drafter may change."""
    return {
        "opening": (
            f"为深入贯彻质量强国战略，压紧压实水利建设质量管理责任，按照《水利工程质量管理规定》和《{facts.rubric_title}》，"
            f"我局组织对{facts.month.label}各县（市、区）水利部门质量监督工作进行了评分，"
            "并汇总分析了当月监督检查情况。现将有关情况通报如下。"
        ),
        "lists_note": (
            "红黑榜是推动工作、交流经验的管理措施，依据当月监督检查记录和评分结果列示，"
            "不是行政处罚，不作为信用惩戒的依据。对列示情况有异议的，可在规定期限内向我局提出。"
        ),
        "problems": "从本月检查情况看，各地质量监督工作总体平稳，"
        + ("但仍存在以下需要引起重视的问题。" if facts.typical_problems else "未发现需要通报的典型问题。"),
        "requirements": (
            "（一）抓好问题整改\n"
            "各县（市、区）水利部门要对照问题清单逐项明确责任单位、整改措施和完成时限，督促项目法人和参建单位按期完成整改，"
            "做好复查和销号，并举一反三开展自查自纠。\n"
            "（二）压实监督责任\n"
            "严格按照月度监督检查计划开展检查，规范检查记录，用好监督检测手段，及时办理质量监督手续，"
            "对重要隐蔽单元工程和关键部位单元工程加强监督。\n"
            "（三）提高报送质量\n"
            "按时、完整、准确报送月报，确无有关情况的实行零报告，不得迟报、漏报。"
        ),
    }


def build(facts: MonthlyCircularFacts, edited: Mapping[str, str]) -> GongwenContent:
    """Put the circular together; numbers, names and tables come from ``facts`` only."""
    text = prose.resolve(SECTIONS, default_prose(facts), edited)
    numbering = Numbering()
    blocks: list[Block] = [*wording.prose_blocks(text["opening"])]
    blocks += [numbering.heading("总体情况"), *_totals(facts)]
    blocks += [numbering.heading("评分排名"), *_ranking(facts)]
    blocks += [numbering.heading("红黑榜"), *list_blocks(facts, text["lists_note"], numbering)]
    blocks += [numbering.heading("履职检查情况"), *_duty_inspections(facts)]
    blocks += [numbering.heading("存在问题"), *wording.prose_blocks(text["problems"])]
    blocks += _typical_problems(facts.typical_problems, numbering)
    blocks += [numbering.heading("下步要求"), *wording.prose_blocks(text["requirements"])]
    blocks.append(
        Paragraph(
            text=f"各县（市、区）水利部门请于{wording.day(facts.report_due)}前将整改落实情况书面报送我局。"
        )
    )
    return wrap_text(
        facts.envelope,
        kind=KIND,
        title=f"{facts.envelope.organ}关于{facts.month.label}水利建设质量监督工作情况的通报",
        blocks=blocks,
        annexes=_annexes(facts),
    )


def _totals(facts: MonthlyCircularFacts) -> list[Block]:
    total = facts.totals
    inspections = total.city_inspections + total.county_inspections
    paragraphs = [
        f"{facts.month.label}，全市在建水利工程{total.projects_under_way}项、拟建水利工程{total.projects_planned}项。"
        f"应报送月报{total.returns_due}家，按时报送{total.returns_on_time}家。"
        f"市县两级水利部门开展监督检查{inspections}场次，其中市级{total.city_inspections}场次、"
        f"县级{total.county_inspections}场次；发现质量管理违规行为{total.management_findings}个、"
        f"工程实体质量问题{total.physical_findings}个，其中一般问题{total.general_findings}个、"
        f"较重问题{total.serious_findings}个、严重问题{total.grave_findings}个。" + _aspects(facts),
        _closure(facts) + f"印发整改通知书{total.notices_issued}份、提醒敦促函{total.reminder_letters}份，"
        f"开展约谈{total.interviews}次，移送违法违规行为线索{total.clues_transferred}条。" + _tests(facts),
    ]
    return [Paragraph(text=text) for text in paragraphs]


def _aspects(facts: MonthlyCircularFacts) -> str:
    counted = [aspect for aspect in facts.aspects if aspect.findings][:_MAIN_ASPECTS]
    if not counted:
        return ""
    named = wording.listed(f"{aspect.aspect}（{aspect.findings}个）" for aspect in counted)
    return f"问题较多的方面是{named}。"


def _closure(facts: MonthlyCircularFacts) -> str:
    total = facts.totals
    overdue = f"截至月底逾期未闭环问题{total.overdue_findings}个。"
    if not total.findings_due:
        return f"本月没有到期应完成整改的问题，{overdue}"
    rate = wording.percentage(total.findings_closed_on_time, total.findings_due)
    return (
        f"本月到期应完成整改问题{total.findings_due}个，按期闭环{total.findings_closed_on_time}个，"
        f"按期闭环率{rate}，{overdue}"
    )


def _tests(facts: MonthlyCircularFacts) -> str:
    total = facts.totals
    if not total.test_batches:
        return ""
    failed = f"其中不合格{total.failed_test_batches}批次" if total.failed_test_batches else "全部合格"
    return f"开展质量监督检测{total.test_batches}批次，{failed}。"


def _ranking(facts: MonthlyCircularFacts) -> list[Block]:
    scored = [row.final for row in facts.scores if row.final is not None]
    missing = [row.county for row in facts.scores if row.final is None]
    blocks: list[Block] = []
    if scored:
        average = sum(scored, Decimal(0)) / len(scored)
        blocks.append(
            Paragraph(
                text=f"按照《{facts.rubric_title}》，本月参加评分的县（市、区）和功能区{len(scored)}个，"
                f"平均得分{wording.score(average)}分，最高{wording.score(max(scored))}分，"
                f"最低{wording.score(min(scored))}分。{_grades(facts.scores)}"
                f"得分和排名见下表，评分明细见附件{'1' if len(_annexes(facts)) > 1 else ''}。"
            )
        )
    if missing:
        blocks.append(Paragraph(text=f"{wording.listed(missing)}因当月数据不足，未参加排名。"))
    blocks.append(_ranking_table(facts.month, facts.scores))
    return blocks


def _grades(scores: tuple[CountyScore, ...]) -> str:
    counts: dict[str, int] = {}
    for row in scores:
        if row.final is not None:
            counts[row.grade] = counts.get(row.grade, 0) + 1
    return f"其中{wording.listed(f'{grade}{count}个' for grade, count in counts.items())}。"


def _ranking_table(month: ReportingMonth, scores: tuple[CountyScore, ...]) -> Table:
    return Table(
        caption=f"{month.label}县（市、区）质量监督工作评分排名表",
        columns=(
            Column(title="名次", half_cells=5),
            Column(title="县\n（市、区）", half_cells=10),
            Column(title="得分", half_cells=6),
            Column(title="环比", half_cells=6),
            Column(title="等级", half_cells=7),
            Column(title="主要扣分项（扣分）", half_cells=22, align=Align.LEFT),
        ),
        rows=tuple(
            Row(
                cells=(
                    str(row.rank) if row.rank is not None else "—",
                    row.county,
                    wording.score(row.final),
                    wording.change(row.final, row.previous),
                    row.grade,
                    _losses(row),
                )
            )
            for row in scores
        ),
    )


def _losses(row: CountyScore) -> str:
    named = [f"{loss.item_name}（{wording.points(loss.lost)}）" for loss in row.main_losses[:_MAIN_LOSSES]]
    return "；".join(named) or "—"


def _duty_inspections(facts: MonthlyCircularFacts) -> list[Block]:
    if not facts.duty_inspections:
        return [Paragraph(text="本月未安排质量监督履职情况检查。")]
    return [Paragraph(text=duty_inspection_text(result)) for result in facts.duty_inspections]


def duty_inspection_text(result: DutyInspectionResult) -> str:
    """One duty inspection in a paragraph: day, score, verdict, sections, problems."""
    sections = wording.listed(
        f"{section.name}{wording.points(section.points)}分（满分{wording.points(section.max_points)}分）"
        for section in result.sections
    )
    problems = "；".join(problem.rstrip("。；") for problem in result.problems)
    return (
        f"{wording.day_of_year(result.inspected_on)}，我局对{result.county}水利部门质量监督履职情况进行了检查，"
        f"得分{wording.score(result.score)}分，检查结果为{result.result}。"
        + (f"其中，{sections}。" if sections else "")
        + (f"发现的主要问题：{problems}。" if problems else "")
    )


def _typical_problems(problems: tuple[TypicalProblem, ...], numbering: Numbering) -> list[Block]:
    """Problems by kind of party, in the order in which the kinds first appear."""
    kinds = list(dict.fromkeys(problem.party_kind for problem in problems))
    blocks: list[Block] = []
    for kind in kinds:
        blocks.append(numbering.subheading(f"{kind}方面"))
        own = [problem for problem in problems if problem.party_kind == kind]
        blocks += [
            Paragraph(
                text=f"{number}.{problem.county}{_without_county(problem)}："
                f"{problem.text.rstrip('。')}（{problem.severity}问题）。"
            )
            for number, problem in enumerate(own, 1)
        ]
    return blocks


def _without_county(problem: TypicalProblem) -> str:
    """The project's name, its county said only once."""
    return problem.project.removeprefix(problem.county)


def _annexes(facts: MonthlyCircularFacts) -> list[Annex]:
    label = facts.month.label
    annexes = [Annex(title=f"{label}质量监督工作评分明细表", blocks=tuple(_score_detail(facts)))]
    if facts.problems:
        table = tables.problem_table("", facts.problems)
        annexes.append(Annex(title=f"{label}质量监督检查发现问题清单", blocks=(table,)))
    if facts.key_supervision:
        table = _key_supervision_table(facts.key_supervision)
        annexes.append(Annex(title=f"{label}重点监管对象名单", blocks=(table,)))
    return annexes


def _score_detail(facts: MonthlyCircularFacts) -> list[Block]:
    blocks: list[Block] = [*tables.score_tables(facts.items, facts.scores)]
    adjustments = [
        Row(cells=(row.county, f"{entry.id} {entry.name}", entry.effect))
        for row in facts.scores
        for entry in row.adjustments
    ]
    if adjustments:
        blocks.append(
            Table(
                caption="加分、扣分和红线情况",
                columns=(
                    Column(title="县（市、区）", half_cells=12),
                    Column(title="事项", half_cells=32, align=Align.LEFT),
                    Column(title="影响", half_cells=12),
                ),
                rows=tuple(adjustments),
            )
        )
    blocks.append(Paragraph(text="注：“—”表示该项不适用，不计入应得分。"))
    return blocks


def _key_supervision_table(entries: tuple[KeySupervisionEntry, ...]) -> Table:
    return Table(
        caption="",
        columns=(
            Column(title="序号", half_cells=5),
            Column(title="县（市、区）", half_cells=10),
            Column(title="工程名称", half_cells=15, align=Align.LEFT),
            Column(title="项目法人", half_cells=13, align=Align.LEFT),
            Column(title="列入原因", half_cells=13, align=Align.LEFT),
        ),
        rows=tuple(
            Row(cells=(str(number), entry.county, entry.project, entry.legal_person, entry.reason))
            for number, entry in enumerate(entries, 1)
        ),
    )
