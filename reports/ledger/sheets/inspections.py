"""Plans, draws, inspections with team and aspects, findings, evidence."""

from __future__ import annotations

from inspections.models import (
    Draw,
    DrawnProject,
    Evidence,
    Finding,
    Inspection,
    InspectionAspect,
    InspectionOfficer,
    MonthPlan,
)
from reports.ledger.sheets.people import unit_columns
from reports.ledger.sheets.register import TO_PROJECT, county_column, project_column
from reports.ledger.spec import Column, Kind, column, sheet_of, to_sheet, to_unit

MONTH_PLANS = sheet_of(
    "month_plans",
    "月度检查计划",
    MonthPlan,
    key=("jurisdiction", "month"),
    meaning="市、县每月的监督检查和检测计划，各一行。",
    columns=[
        county_column(header="行政区划", city=True, meaning="编制计划的市或县区"),
        column("month", Kind.MONTH, "计划月份", "2023-09"),
        column("published_on", Kind.DATE, "印发日期", "2023-08-28"),
        column("inspection_count", Kind.INT, "计划检查次数", "3", unit="次"),
        column("test_batch_count", Kind.INT, "计划检测批次", "2", unit="批"),
    ],
)

DRAWS = sheet_of(
    "draws",
    "双随机抽取",
    Draw,
    key=("number",),
    meaning="每次抽取一行；作废的抽取也保留并写明原因。",
    columns=[
        column("number", Kind.CODE, "抽取编号", "CQ-2023-001"),
        county_column(header="组织单位", city=True, meaning="组织抽取的市或县区"),
        column("kind", Kind.CHOICE, "抽取类型", "工程抽查"),
        column("drawn_on", Kind.DATE, "抽取日期", "2023-04-03"),
        column("population_count", Kind.INT, "名录总数", "29", unit="个"),
        column("population_sha256", Kind.SHA256, "名录文件的SHA-256摘要", ""),
        column("result_formed_on", Kind.DATE, "结果形成日期，不早于抽取日期", "2023-04-03"),
        column("published_on", Kind.DATE, "公开日期，不早于结果形成日期", "2023-04-10"),
        column("void_reason", Kind.TEXT, "作废原因；有效的抽取不填", ""),
    ],
)


def _draw_column(*, required: bool, meaning: str) -> Column:
    return column(
        "draw", Kind.CODE, meaning, "CQ-2023-001", header="抽取编号", sheet="draws", required=required
    )


TO_DRAW = to_sheet("draw", "draws", "number")
TO_INSPECTION = to_sheet("inspection", "inspections", "number")
TO_FINDING = to_sheet("finding", "findings", "number")

DRAWN_PROJECTS = sheet_of(
    "drawn_projects",
    "抽中工程",
    DrawnProject,
    key=("draw", "project"),
    meaning="一次抽取抽中的工程，每个一行。",
    references=[TO_DRAW, TO_PROJECT],
    county_from=("project",),
    columns=[_draw_column(required=True, meaning="抽取编号，见“双随机抽取”表"), project_column()],
)

INSPECTIONS = sheet_of(
    "inspections",
    "监督检查",
    Inspection,
    key=("number",),
    meaning="对一个工程的一次监督检查一行。",
    references=[TO_PROJECT, TO_DRAW],
    county_from=("project",),
    columns=[
        column("number", Kind.CODE, "检查编号", "JC-2023-001"),
        project_column(),
        _draw_column(required=False, meaning="由双随机产生时填抽取编号"),
        column("kind", Kind.CHOICE, "检查类型", "日常监督检查"),
        column("organizer_level", Kind.CHOICE, "组织检查的层级", "县级"),
        column("mode", Kind.CHOICE, "检查方式；不填为现场", "现场"),
        column("state", Kind.CHOICE, "状态；不填为已完成", "已完成"),
        column("inspected_on", Kind.DATE, "检查日期", "2023-04-18"),
        column("approval_number", Kind.TEXT, "检查审批号", ""),
        column("notice_number", Kind.TEXT, "检查通知书号", ""),
        column("counterparty_signed", Kind.BOOL, "被检查单位是否在记录上签字；不填为是", "是"),
        column("refusal_witness", Kind.TEXT, "拒签时的见证人", ""),
        column("opinion", Kind.TEXT, "被检查单位的意见", "无异议"),
    ],
)


def inspection_column(*, required: bool | None = None, meaning: str = "检查编号，见“监督检查”表") -> Column:
    """The column that names an inspection by its number."""
    return column(
        "inspection",
        Kind.CODE,
        meaning,
        "JC-2023-001",
        header="检查编号",
        sheet="inspections",
        required=required,
    )


def finding_column(*, required: bool | None = None, meaning: str = "问题编号，见“问题”表") -> Column:
    """The column that names a finding by its number."""
    return column(
        "finding", Kind.CODE, meaning, "WT-2023-0001", header="问题编号", sheet="findings", required=required
    )


OFFICERS = sheet_of(
    "officers",
    "检查人员",
    InspectionOfficer,
    key=("inspection", "name"),
    meaning="检查组的人，每人一行。辅助人员不填执法证号，不计入两名持证人员。",
    references=[TO_INSPECTION],
    county_from=("inspection",),
    columns=[
        inspection_column(),
        column("name", Kind.TEXT, "姓名", "演示员庚"),
        column("role", Kind.CHOICE, "身份", "检查人员"),
        column("enforcement_id", Kind.CODE, "执法证号；辅助人员不填", "ZF-0001"),
        column("id_valid_until", Kind.DATE, "执法证有效期至", "2026-12-31"),
    ],
)

ASPECTS = sheet_of(
    "aspects",
    "检查方面",
    InspectionAspect,
    key=("inspection", "aspect"),
    meaning="一次检查所查的方面（共十一个），每个一行；不适用的写明原因。",
    references=[TO_INSPECTION],
    county_from=("inspection",),
    columns=[
        inspection_column(),
        column("aspect", Kind.CHOICE, "检查方面", "质量检测"),
        column("is_checked", Kind.BOOL, "是否已检查；不填为是", "是"),
        column("reason", Kind.TEXT, "未检查（不适用）的原因", ""),
    ],
)


def _finding_unit_columns() -> list[Column]:
    project, section, organization, role = unit_columns(required=False, role_header="责任主体角色")
    return [
        project,
        section,
        column(
            "organization",
            Kind.USCC,
            "责任单位，须在“单位”表",
            organization.example,
            header="责任单位统一社会信用代码",
            sheet="organizations",
        ),
        role,
    ]


FINDINGS = sheet_of(
    "findings",
    "问题",
    Finding,
    key=("number",),
    meaning="一个单位、一个问题编码、一个工程（部位）一行；同一事实涉及几个单位的分行写，用“同一事实”相连。",
    references=[
        TO_PROJECT,
        TO_INSPECTION,
        to_sheet("organization", "organizations", "uscc"),
        to_unit(anchor="role"),
    ],
    county_from=("project",),
    notes=(
        "填了“责任主体角色”的，该单位须在“参建单位”表以该角色列在该工程；不填则只记单位。",
        "“逾期”由系统按整改期限计算，不填。",
    ),
    columns=[
        column("number", Kind.CODE, "问题编号", "WT-2023-0001"),
        inspection_column(required=False, meaning="由检查发现时填检查编号，须是同一工程的检查"),
        *_finding_unit_columns(),
        column(
            "catalogue_item",
            Kind.CATALOGUE,
            "问题清单编码，按发现日期时有效的清单版本",
            "SG-001",
            header="问题编码",
        ),
        column("kind", Kind.CHOICE, "问题类型", "质量管理违规行为"),
        column("severity", Kind.CHOICE, "严重程度", "一般"),
        column("text", Kind.TEXT, "问题描述", "施工日志记录不完整"),
        column("part", Kind.TEXT, "部位", "大坝左岸"),
        column("basis", Kind.TEXT, "依据", "《水利工程质量管理规定》（水利部令第52号）"),
        column("found_on", Kind.DATE, "发现日期", "2023-04-18"),
        column("found_by_level", Kind.CHOICE, "发现问题的层级", "县级"),
        column("state", Kind.CHOICE, "状态；不填为已确认；已销号须填销号日期", "已销号"),
        column("original_due_on", Kind.DATE, "首次确定的整改期限", "2023-05-08"),
        column("due_on", Kind.DATE, "现行整改期限（含延期），不早于发现日期和原整改期限", "2023-05-08"),
        column("replied_on", Kind.DATE, "整改回复日期", "2023-05-04"),
        column("closed_on", Kind.DATE, "销号日期，不早于发现日期；只在已销号时填", "2023-05-06"),
        column("withdrawn_reason", Kind.TEXT, "撤销原因；已撤销时必填", ""),
        column("is_self_reported", Kind.BOOL, "是否自查自报；不填为否", "否"),
        column("is_false_rectification", Kind.BOOL, "是否虚假整改；不填为否", "否"),
        column("same_fact", Kind.GROUP, "涉及同一事实的几行填相同的编号（自定）", "TS-001"),
    ],
)

EVIDENCE = sheet_of(
    "evidence",
    "佐证材料",
    Evidence,
    key=("number",),
    meaning="问题或检查的佐证材料，每件一行，按SHA-256摘要认定文件。",
    references=[TO_FINDING, TO_INSPECTION],
    county_from=("finding", "inspection"),
    columns=[
        column("number", Kind.CODE, "佐证编号", "ZZ-2023-0001"),
        finding_column(required=False, meaning="所证问题的编号；与检查编号至少填一个"),
        inspection_column(required=False, meaning="所证检查的编号；与问题编号至少填一个"),
        column("kind", Kind.CHOICE, "类型", "照片"),
        column("title", Kind.TEXT, "名称", "施工日志缺页照片"),
        column("sha256", Kind.SHA256, "文件的SHA-256摘要，64位十六进制", "0" * 64),
        column("taken_at", Kind.DATETIME, "形成时间", "2023-04-18 10:12"),
        column("byte_count", Kind.INT, "文件大小", "204800"),
    ],
)

SHEETS = (MONTH_PLANS, DRAWS, DRAWN_PROJECTS, INSPECTIONS, OFFICERS, ASPECTS, FINDINGS, EVIDENCE)
