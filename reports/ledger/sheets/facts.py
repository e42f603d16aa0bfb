"""线索, 质量事故, red lines, bonuses and penalties."""

from __future__ import annotations

from enforcement.models import Accident, AdjustmentFact, Clue, RedLineFact
from reports.ledger.sheets.inspections import TO_FINDING, finding_column
from reports.ledger.sheets.register import TO_PROJECT, county_column, project_column
from reports.ledger.spec import Kind, column, sheet_of, to_sheet

CLUES = sheet_of(
    "clues",
    "线索移送",
    Clue,
    key=("number",),
    meaning="违法违规线索，每条一行；未移送的移送日期和接收机关留空。",
    references=[TO_PROJECT, to_sheet("organization", "organizations", "uscc"), TO_FINDING],
    county_from=("project", "finding"),
    columns=[
        column("number", Kind.CODE, "线索编号", "XS-2023-001"),
        county_column(
            city=True, required=False, meaning="所在县区；填了工程编号或问题编号的可不填，填写时须一致"
        ),
        project_column(required=False, meaning="涉及工程的编号"),
        column(
            "organization",
            Kind.USCC,
            "涉及单位，须在“单位”表",
            "91510700TEMP000139",
            header="涉及单位统一社会信用代码",
            sheet="organizations",
        ),
        finding_column(required=False, meaning="来源问题的编号"),
        column("kind", Kind.CHOICE, "线索类型", "违法分包"),
        column("organizer_level", Kind.CHOICE, "发现线索的层级", "市级"),
        column("summary", Kind.TEXT, "线索内容", "劳务作业疑似违法分包"),
        column("identified_on", Kind.DATE, "发现日期", "2023-05-10"),
        column("transferred_on", Kind.DATE, "移送日期，不早于发现日期；与接收机关同时填写", "2023-05-16"),
        column("receiver", Kind.TEXT, "接收机关；与移送日期同时填写", "市水政监察支队"),
        column("receipt", Kind.TEXT, "回执", ""),
    ],
)

ACCIDENTS = sheet_of(
    "accidents",
    "质量事故",
    Accident,
    key=("number",),
    meaning="质量事故，每起一行。",
    references=[TO_PROJECT],
    county_from=("project",),
    columns=[
        column("number", Kind.CODE, "事故编号", "SG-2023-01"),
        project_column(),
        column("occurred_on", Kind.DATE, "发生日期", "2023-06-30"),
        column("grade", Kind.CHOICE, "事故等级", "一般质量事故"),
        column("is_concealed", Kind.BOOL, "是否隐瞒、谎报或迟报；不填为否", "否"),
        column("summary", Kind.TEXT, "情况", "渠道边坡局部垮塌，已处理"),
    ],
)

RED_LINE_FACTS = sheet_of(
    "red_line_facts",
    "红线认定",
    RedLineFact,
    key=("number",),
    meaning="市局认定的红线情形，每件一行；由台账数据自动判定的红线不填。",
    columns=[
        column("number", Kind.CODE, "认定编号", "HX-2023-01"),
        county_column(),
        column("month", Kind.MONTH, "计入的月份", "2023-09"),
        column("red_line", Kind.CODE, "评分细则中的红线代码", "R8"),
        column("fact", Kind.TEXT, "事实", "拒绝检查组进入工地"),
        column("basis_document", Kind.TEXT, "认定依据", "检查组情况说明"),
    ],
)

ADJUSTMENTS = sheet_of(
    "adjustments",
    "加减分认定",
    AdjustmentFact,
    key=("number",),
    meaning="市局认定的加分、减分，每件一行。",
    columns=[
        column("number", Kind.CODE, "认定编号", "JF-2023-01"),
        county_column(),
        column("month", Kind.MONTH, "计入的月份", "2023-09"),
        column("item", Kind.CODE, "评分细则中的加减分项代码", "P1"),
        column("count", Kind.INT, "次数，至少1；不填为1", "1", unit="次"),
        column("fact", Kind.TEXT, "事实", "标准化工地获市级通报表扬"),
        column("basis_document", Kind.TEXT, "认定依据", "绵水函〔2023〕9号"),
    ],
)

SHEETS = (CLUES, ACCIDENTS, RED_LINE_FACTS, ADJUSTMENTS)
