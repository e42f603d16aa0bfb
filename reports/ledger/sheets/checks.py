"""Supervisory tests, duty inspections of counties, bidding checks."""

from __future__ import annotations

from inspections.models import BiddingCheck, DutyInspection, DutyInspectionItem, SupervisoryTest
from reports.ledger.sheets.inspections import TO_FINDING, finding_column
from reports.ledger.sheets.register import TO_PROJECT, county_column, project_column
from reports.ledger.spec import Kind, column, sheet_of, to_sheet

TESTS = sheet_of(
    "tests",
    "监督检测",
    SupervisoryTest,
    key=("number",),
    meaning="一个检测机构在一个工程上的一份检测一行。",
    references=[TO_PROJECT, to_sheet("agency", "organizations", "uscc"), TO_FINDING],
    county_from=("project",),
    columns=[
        column("number", Kind.CODE, "检测编号", "CJ-2023-001"),
        project_column(),
        column(
            "agency",
            Kind.USCC,
            "检测机构，须在“单位”表",
            "91510700TEMP0003XU",
            header="检测机构统一社会信用代码",
            sheet="organizations",
        ),
        column("organizer_level", Kind.CHOICE, "委托检测的层级", "市级"),
        column("tested_object", Kind.CHOICE, "检测对象", "原材料"),
        column("item", Kind.TEXT, "检测项目", "水泥强度"),
        column("batch_count", Kind.INT, "批次，至少1", "2", unit="批"),
        column("sampled_on", Kind.DATE, "取样日期", "2023-06-05"),
        column("report_number", Kind.CODE, "检测报告编号", "BG-001"),
        column("reported_on", Kind.DATE, "报告日期，不早于取样日期；待出报告不填", "2023-06-15"),
        column("verdict", Kind.CHOICE, "结论；不填为待出报告", "合格"),
        column("fee_yuan", Kind.DECIMAL, "检测费；不填为0", "4800.00"),
        column("handled_on", Kind.DATE, "不合格的处置日期", ""),
        finding_column(required=False, meaning="不合格形成的问题的编号"),
    ],
)

DUTY_INSPECTIONS = sheet_of(
    "duty_inspections",
    "履职检查",
    DutyInspection,
    key=("number",),
    meaning="市局对一个县区监督履职情况的检查一行；总分由评分明细相加，不填。",
    columns=[
        column("number", Kind.CODE, "履职检查编号", "LZ-2023-04"),
        county_column(),
        column("inspected_on", Kind.DATE, "检查日期", "2023-04-20"),
        column("concluded_on", Kind.DATE, "结论日期，不早于检查日期", "2023-04-26"),
        column("leader_name", Kind.TEXT, "检查组长", "演示员辛"),
        column("summary", Kind.TEXT, "结论", "监督计划落实较好"),
    ],
)

DUTY_ITEMS = sheet_of(
    "duty_items",
    "履职检查评分",
    DutyInspectionItem,
    key=("duty_inspection", "section", "name"),
    meaning="履职检查评分表的一行一行；扣分的须写扣分事实。",
    references=[to_sheet("duty_inspection", "duty_inspections", "number")],
    county_from=("duty_inspection",),
    columns=[
        column(
            "duty_inspection",
            Kind.CODE,
            "履职检查编号，见“履职检查”表",
            "LZ-2023-04",
            header="履职检查编号",
            sheet="duty_inspections",
        ),
        column("section", Kind.CODE, "评分表的部分代码", "DI1"),
        column("name", Kind.TEXT, "评分项，与评分细则一致", "机构文件与职责"),
        column("max_points", Kind.DECIMAL, "满分", "4", unit="分"),
        column("points", Kind.DECIMAL, "得分，0至满分", "3.5", unit="分"),
        column("fact", Kind.TEXT, "扣分事实；得分低于满分时必填", "职责未细化到岗"),
    ],
)

BIDDING_CHECKS = sheet_of(
    "bidding_checks",
    "招投标核查",
    BiddingCheck,
    key=("number",),
    meaning="一个事项的一次核查一行。",
    references=[TO_PROJECT],
    county_from=("project",),
    columns=[
        column("number", Kind.CODE, "核查编号", "ZB-2023-001"),
        county_column(city=True, required=False, meaning="所在县区；填了工程编号的可不填，填写时须一致"),
        project_column(required=False, meaning="涉及工程的编号；不涉及具体工程不填，此时县区必填"),
        column("matter", Kind.CHOICE, "核查事项", "招投标程序"),
        column("organizer_level", Kind.CHOICE, "核查的层级", "市级"),
        column("checked_on", Kind.DATE, "核查日期", "2023-08-09"),
        column("has_problem", Kind.BOOL, "是否存在问题；不填为否", "否"),
        column("result", Kind.TEXT, "核查结果；存在问题时必填", "未发现问题"),
    ],
)

SHEETS = (TESTS, DUTY_INSPECTIONS, DUTY_ITEMS, BIDDING_CHECKS)
