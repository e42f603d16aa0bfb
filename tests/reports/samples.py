"""Facts of one of each kind of document, in sizes that tests and eyes can choose."""

import datetime as dt
from decimal import Decimal

from core.month import SHANGHAI, ReportingMonth
from reports.gongwen.facts import (
    Adjustment,
    AspectCount,
    Contact,
    CountyScore,
    CriticismFacts,
    DutyInspectionResult,
    Envelope,
    InterviewArranged,
    InterviewNoticeFacts,
    ItemHead,
    ItemPoints,
    KeyObjectListFacts,
    KeyObjectRow,
    KeySupervisionEntry,
    Listed,
    Listings,
    LostPoints,
    MonthlyCircularFacts,
    MonthTotals,
    NoticeFinding,
    ProblemRow,
    RectificationNoticeFacts,
    ReminderLetterFacts,
    SectionScore,
    TypicalProblem,
    YearPlanFacts,
    YearPlanTask,
)

MONTH = ReportingMonth(2023, 9)
COUNTIES = (
    "江油市", "涪城区", "北川羌族自治县", "游仙区", "科技城新区", "安州区", "梓潼县", "高新区", "经开区", "科创区",
    "仙海区", "三台县", "盐亭县", "平武县",
)  # fmt: skip
ITEMS = (
    ("A1", "质量监督机构、人员、经费落实", 3), ("A2", "年度监督计划分解到月", 3), ("A3", "宣贯培训与常见问题举一反三", 2),
    ("B1", "月报按时报送", 5), ("B2", "月报数据完整", 4), ("B3", "月报数据准确（市级抽核、退回）", 3),
    ("B4", "重点监管对象项目法人质量管理月报", 2), ("C1", "在建项目质量监督手续办理率", 6),
    ("C2", "监督书、监督计划编制与交底", 3), ("C3", "质量终身责任承诺与公示牌", 3), ("D1", "按计划完成检查频次", 6),
    ("D2", "十一个检查方面覆盖", 4), ("D3", "双随机抽查比例与公开", 4), ("D4", "检查记录规范", 4),
    ("E1", "到期问题按期闭环率", 8), ("E2", "逾期未闭环", 5), ("E3", "较重及以上问题 5 个工作日内下达整改通知书", 3),
    ("E4", "复查“回头看”", 2), ("E5", "违法线索依法移送", 2), ("F1", "监督检测按计划开展", 4),
    ("F2", "检测不合格 3 个工作日内处置", 3), ("F3", "实体质量问题密度", 3), ("G1", "项目划分确认/核备(备查)按期", 3),
    ("G2", "法人验收监督与质量监督报告", 2), ("G3", "质量缺陷备案及时规范", 1),
    ("H1", "市级检查发现而县级未发现的问题", 6), ("H2", "质量监督履职情况检查得分折算", 6),
)  # fmt: skip
PROBLEMS = (
    ("示例水利工程有限公司", "混凝土浇筑仓面清理不彻底，局部存在蜂窝、麻面，最大深度12mm", "一般"),
    ("三台绵鸿示例建设管理有限责任公司", "未按规定组织设计交底和图纸会审", "较重"),
    ("示例监理咨询有限公司", "平行检测数量不足，钢筋保护层厚度合格率仅82.5%，未要求返工", "较重"),
    ("示例检测有限公司", "土石方压实度检测报告结论不规范", "一般"),
    ("示例水利工程有限公司", "大坝左岸基础固结灌浆孔深不满足设计要求（设计值≥8.0m）", "严重"),
)
PROJECTS = (
    "三台县祠堂湾水库工程",
    "武引灌区“十四五”续建配套与现代化改造项目",
    "仙鹤粮仓高标准农田灌溉渠系配套工程",
)


def envelope(**changes: object) -> Envelope:
    """The city bureau's envelope; a signed document in 文件格式 unless changed."""
    values: dict[str, object] = {
        "organ": "绵阳市水利局",
        "addressees": ("各县（市、区）水利局", "科技城新区、仙海区、高新区水利部门", "局属各单位"),
        "printer": "绵阳市水利局办公室",
        "cc": (
            "四川省水利厅",
            "绵阳市人民政府办公室",
            "市纪委监委驻市水利局纪检监察组",
            "各县（市、区）人民政府",
        ),
        "number": "绵水〔2023〕16号",
        "date": dt.date(2023, 10, 12),
        "note": "此件公开发布",
    }
    return Envelope(**{**values, **changes})  # type: ignore[arg-type]


def letter_envelope(**changes: object) -> Envelope:
    return envelope(
        **{
            "is_letter": True,
            "number": "绵水函〔2023〕163号",
            "addressees": ("平武县水利局",),
            "cc": ("平武县人民政府",),
            "note": "",
            **changes,
        }
    )


def items() -> tuple[ItemHead, ...]:
    return tuple(
        ItemHead(id=code, name=name, category=code[0], max_points=Decimal(most)) for code, name, most in ITEMS
    )


def scores(count: int) -> tuple[CountyScore, ...]:
    """``count`` counties from the best to the worst, the last one unqualified."""
    rows = []
    for index, county in enumerate(COUNTIES[:count]):
        final = Decimal(942 - 27 * index) / 10
        points = tuple(
            ItemPoints(
                item_id=code,
                points=None
                if (code, index % 3) == ("E5", 0)
                else max(Decimal(most) - Decimal(index * (place % 4)) / 12, Decimal(0)),
            )
            for place, (code, _, most) in enumerate(ITEMS)
        )
        rows.append(
            CountyScore(
                county=county,
                final=final,
                previous=final - Decimal(index - 3) / 2,
                grade="优秀"
                if final >= 90
                else "良好"
                if final >= 80
                else "合格"
                if final >= 60
                else "不合格",
                rank=index + 1,
                main_losses=(
                    LostPoints(item_id="E1", item_name="到期问题按期闭环率", lost=Decimal(index) / 3),
                    LostPoints(item_id="B1", item_name="月报按时报送", lost=Decimal(2)),
                )
                if index
                else (),
                points=points,
                adjustments=(Adjustment(id="P1", name="标准化工地获市级通报表扬", effect="+1.0"),)
                if index == 1
                else (),
            )
        )
    return tuple(rows)


def problems(count: int) -> tuple[ProblemRow, ...]:
    return tuple(
        ProblemRow(
            county=COUNTIES[index % len(COUNTIES)],
            project=PROJECTS[index % len(PROJECTS)],
            unit=PROBLEMS[index % len(PROBLEMS)][0],
            text=PROBLEMS[index % len(PROBLEMS)][1],
            severity=PROBLEMS[index % len(PROBLEMS)][2],
            due_date=dt.date(2023, 10, 15) if index % 7 else None,
            state=("整改中", "已闭环", "逾期")[index % 3],
        )
        for index in range(count)
    )


def totals(**changes: int) -> MonthTotals:
    values = {
        "projects_under_way": 112, "projects_planned": 23, "returns_due": 14, "returns_on_time": 12,
        "city_inspections": 7, "county_inspections": 51, "management_findings": 26, "physical_findings": 7,
        "general_findings": 22, "serious_findings": 9, "grave_findings": 2, "findings_due": 40,
        "findings_closed_on_time": 36, "overdue_findings": 4, "notices_issued": 3, "reminder_letters": 1,
        "interviews": 1, "test_batches": 9, "failed_test_batches": 1, "clues_transferred": 2,
    }  # fmt: skip
    return MonthTotals(**{**values, **changes})


def duty_inspection() -> DutyInspectionResult:
    return DutyInspectionResult(
        county="平武县",
        inspected_on=dt.date(2023, 9, 12),
        score=Decimal("66.0"),
        result="合格，低于约谈分数线",
        sections=(
            SectionScore(name="质量监督机构体系建设", points=Decimal(11), max_points=Decimal(15)),
            SectionScore(name="项目质量监督工作开展", points=Decimal("27.5"), max_points=Decimal(45)),
        ),
        problems=("监督计划未分解落实到月", "对参建单位“三检制”抽查不足"),
    )


def circular(
    *, counties: int = 14, problem_rows: int = 24, envelope_of: Envelope | None = None
) -> MonthlyCircularFacts:
    """A circular with everything in it."""
    rows = scores(counties)
    return MonthlyCircularFacts(
        envelope=envelope_of or envelope(),
        month=MONTH,
        rubric_title="县（市、区）水利建设质量监督工作月度评分细则",
        totals=totals(),
        scores=rows,
        items=items(),
        listings=Listings(
            red_counties=(
                Listed(name="江油市水利局", reasons=("得分94.2分，排名第1",)),
                Listed(name="涪城区水利局", reasons=("得分91.5分，排名第2",)),
            ),
            red_legal_persons=(
                Listed(
                    name="示例水利投资有限公司",
                    role="项目法人",
                    county="江油市",
                    project="开茂水库及安江干渠工程",
                    reasons=("项目得分96.5分", "无较重及以上问题"),
                ),
            ),
            black_counties=(Listed(name="平武县水利局", reasons=("得分59.1分，不合格",)),),
            black_units=(
                Listed(
                    name="示例水利工程有限公司",
                    role="施工单位",
                    county="三台县",
                    project="三台县祠堂湾水库工程",
                    reasons=("严重问题1个", "较重问题3个"),
                ),
            ),
        ),
        report_due=dt.date(2023, 10, 26),
        aspects=(
            AspectCount(aspect="质量管理体系执行", findings=12),
            AspectCount(aspect="施工工序", findings=8),
        ),
        duty_inspections=(duty_inspection(),),
        interviews=(
            InterviewArranged(
                county="平武县", triggers=("月度得分59.1分，低于70分", "履职检查得分66.0分，低于70分")
            ),
        ),
        typical_problems=tuple(
            TypicalProblem(
                party_kind=("施工单位", "监理单位")[index % 2],
                county="三台县",
                project=PROJECTS[index % 3],
                text=PROBLEMS[index % len(PROBLEMS)][1],
                severity=PROBLEMS[index % len(PROBLEMS)][2],
            )
            for index in range(4)
        ),
        problems=problems(problem_rows),
        key_supervision=(
            KeySupervisionEntry(
                county="三台县",
                project="三台县祠堂湾水库工程",
                legal_person="三台绵鸿示例建设管理有限责任公司",
                reason="严重问题1个，进度滞后",
            ),
        ),
    )


def short_circular() -> MonthlyCircularFacts:
    """The least a circular can hold: one county, nothing found."""
    none = dict.fromkeys(
        ("findings_due", "findings_closed_on_time", "test_batches", "failed_test_batches"), 0
    )
    return MonthlyCircularFacts(
        envelope=envelope(cc=(), note=""),
        month=MONTH,
        rubric_title="县（市、区）水利建设质量监督工作月度评分细则",
        totals=totals(**none),
        scores=scores(1),
        items=items(),
        listings=Listings(),
        report_due=dt.date(2023, 10, 26),
    )


def criticism() -> CriticismFacts:
    return CriticismFacts(
        envelope=envelope(number="绵水〔2023〕17号"),
        month=MONTH,
        county="平武县",
        subject="平武县水利局",
        score=scores(14)[-1],
        report_due=dt.date(2023, 10, 26),
        red_lines=("未办监督手续开工且县级未制止",),
        duty_inspection=duty_inspection(),
        problems=problems(5),
    )


def rectification(count: int = 3) -> RectificationNoticeFacts:
    return RectificationNoticeFacts(
        envelope=letter_envelope(
            addressees=("三台绵鸿示例建设管理有限责任公司",), cc=("三台县水利局", "示例水利工程有限公司")
        ),
        project="三台县祠堂湾水库工程",
        county="三台县",
        inspection_kind="市县联合监督巡查",
        inspection_number="MY-2023-0058",
        inspected_from=dt.date(2023, 9, 19),
        inspected_to=dt.date(2023, 9, 20),
        officers=("甲某", "乙某"),
        findings=tuple(
            NoticeFinding(
                code=f"SG-{index + 1:03d}",
                unit=PROBLEMS[index % len(PROBLEMS)][0],
                part="大坝左岸0+120～0+150段",
                fact=PROBLEMS[index % len(PROBLEMS)][1],
                basis="《水利工程质量管理规定》（水利部令第52号）第三十五条",
                severity=PROBLEMS[index % len(PROBLEMS)][2],
                requirement="返工处理并重新检测",
                due_date=dt.date(2023, 10, 31),
            )
            for index in range(count)
        ),
        reply_due=dt.date(2023, 11, 3),
        contact=Contact(name="绵阳市水利工程质量监督站", phone="0816-2000000"),
    )


def interview() -> InterviewNoticeFacts:
    return InterviewNoticeFacts(
        envelope=letter_envelope(number="绵水函〔2023〕170号"),
        subject="平武县水利局",
        month=MONTH,
        triggers=(
            "2023年9月月度评分59.1分，低于70分",
            "2023年9月12日质量监督履职情况检查得分66.0分，低于70分",
        ),
        starts_at=dt.datetime(2023, 10, 19, 9, 30, tzinfo=SHANGHAI),
        place="绵阳市水利局三楼会议室",
        host="市水利局分管负责同志",
        persons_required=("平武县水利局主要负责同志", "分管负责同志", "质量监督机构负责人"),
        participants=("市水利局建设与质量监督科", "政策法规科"),
        report_due=dt.date(2023, 11, 20),
        contact=Contact(name="市水利局建设与质量监督科", phone="0816-2000000"),
    )


def reminder() -> ReminderLetterFacts:
    return ReminderLetterFacts(
        envelope=letter_envelope(number="绵水函〔2023〕171号", addressees=("梓潼县水利局",), cc=()),
        subject="梓潼县水利局",
        month=MONTH,
        matters=("2023年9月月度评分72.6分，在70分以上、75分以下", "问题处置与整改闭环得分率55.0%，低于60%"),
        feedback_due=dt.date(2023, 10, 19),
        contact=Contact(name="市水利局建设与质量监督科", phone="0816-2000000"),
        overdue=problems(4),
    )


def year_plan(tasks: int = 6) -> YearPlanFacts:
    themes = (
        (
            "压实项目法人首要责任",
            "督促项目法人建立健全质量管理体系，按月报送质量管理月报。",
            "各县（市、区）",
        ),
        ("开展重要隐蔽工程专项检查", "对在建水库工程的重要隐蔽单元工程逐项核查。", "三台县、平武县"),
        ("修订监督检查细则", "结合新修订的标准，修订监督检查细则和问题清单。", "市局科长"),
        (
            "开展闸门质量举一反三自查",
            "对照省级巡查通报的问题开展自查，形成清单。",
            "在建的水闸除险加固工程项目法人",
        ),
    )
    return YearPlanFacts(
        envelope=envelope(number="绵水〔2023〕12号"),
        year=2023,
        title="2023年度水利建设质量监督要点",
        revision=4,
        overall="坚持质量第一，压实各方责任。\n坚持问题导向，推动整改闭环。",
        requirements="请各地对照任务分解表抓好落实，按期报送完成情况。",
        tasks=tuple(
            YearPlanTask(
                number=number,
                title=themes[number % 4][0],
                content=themes[number % 4][1],
                owner=themes[number % 4][2],
                due_on=dt.date(2023, 3 + number % 9, 20),
                evidence="工作总结、检查记录" if number % 3 else "",
            )
            for number in range(1, tasks + 1)
        ),
    )


def key_objects(count: int = 14) -> KeyObjectListFacts:
    reasons = (
        "逾期未整改的严重问题1个；形象进度落后于时间进度44.73个百分点；开工后未办质量监督手续272天；水库工程",
        "省水利厅挂牌督办",
        "未销号的较重问题3个；主要管理人员最低到岗率55%；30天内重要隐蔽、关键部位施工2处",
    )
    return KeyObjectListFacts(
        envelope=envelope(number="绵水〔2023〕21号"),
        period="2023年第四季度",
        as_of=dt.date(2023, 9, 30),
        rules_title="水利工程质量风险分类规则",
        classified=(count, 31, 76, 112),
        entries=tuple(
            KeyObjectRow(
                county=COUNTIES[index % len(COUNTIES)],
                project=f"{COUNTIES[index % len(COUNTIES)]}祠堂湾水库除险加固工程{index + 1}标段",
                legal_person="三台绵鸿示例建设管理有限责任公司",
                risk_class="DDC"[index % 3],
                reason=reasons[index % 3],
            )
            for index in range(count)
        ),
        legal_persons=9,
        joined=3,
        left=("平武县平通河堤防工程", "盐亭县八角水库除险加固工程"),
    )
