"""Monthly returns of counties with their versions, lines and remarks; reports of legal persons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from projects.enums import ReportState
from projects.models import LegalPersonReport, MonthlyReturn, ReturnLine, ReturnRemark, ReturnVersion
from reports.ledger.sheets.register import TO_PROJECT, county_column, project_column
from reports.ledger.spec import Column, Kind, Reference, column, sheet_of, to_sheet

RETURNS = sheet_of(
    "returns",
    "县级月报",
    MonthlyReturn,
    key=("jurisdiction", "month"),
    meaning="县级履职月报，每县每月一行。没有报的月份不填行；零报告也是一行，须有声明、签署日期和审核人。",
    columns=[
        county_column(),
        column("month", Kind.MONTH, "报告月份", "2023-09"),
        column("due_on", Kind.DATE, "报送期限；不填时按评分细则推算", "2023-10-10"),
        column("state", Kind.CHOICE, "状态；“已冻结”只由月结产生", "已受理"),
        column("first_submitted_at", Kind.DATETIME, "首次报送时间，决定是否按时", "2023-10-07 15:30"),
        column("accepted_at", Kind.DATETIME, "市局受理时间", "2023-10-08 10:00"),
        column("filler_name", Kind.TEXT, "填报人", "演示员丁"),
        column("phone", Kind.CODE, "填报人联系电话", "0816-1234567"),
        column("reviewer_name", Kind.TEXT, "审核人，与填报人不同", "演示员戊"),
        column("accepter_name", Kind.TEXT, "受理人，与填报人、审核人不同", "演示员己"),
        column("is_nil", Kind.BOOL, "是否零报告", "否"),
        column("nil_statement", Kind.PROSE, "零报告声明", ""),
        column("nil_signed_on", Kind.DATE, "零报告声明签署日期", ""),
    ],
)

_HEADER_COUNTS: tuple[tuple[str, str], ...] = (
    ("projects_under_way", "在建工程数"),
    ("projects_planned", "拟建工程数"),
    ("projects_started", "本月新开工数"),
    ("projects_finished", "本月完工数"),
    ("inspections", "监督检查次数"),
    ("person_times", "出动人次"),
    ("findings_management", "管理违规问题数"),
    ("findings_physical", "实体质量问题数"),
    ("findings_general", "一般问题数"),
    ("findings_serious", "较重问题数"),
    ("findings_grave", "严重问题数"),
    ("notices", "整改通知书份数"),
    ("findings_closed", "已闭环问题数"),
    ("findings_overdue", "逾期问题数"),
    ("interviews", "约谈次数"),
    ("criticisms", "通报次数"),
    ("transfers", "移送线索数"),
    ("test_batches", "监督检测批次"),
    ("test_batches_failed", "检测不合格批次"),
    ("trainings", "培训次数"),
    ("accidents", "质量事故数"),
)


def _header_columns() -> list[Column]:
    return [
        column(f"header__{name}", Kind.INT, f"月报表头：{label}", "0", header=label)
        for name, label in _HEADER_COUNTS
    ]


TO_RETURN = Reference(
    "monthly_return", "returns", {"jurisdiction": "jurisdiction", "month": "month"}, anchor="month"
)

VERSIONS = sheet_of(
    "versions",
    "月报版本",
    ReturnVersion,
    key=("monthly_return", "number"),
    meaning="月报每报送一次一行，带表头数据。版本报送后不得再改；正在填报、尚未报送的内容不在台账里。",
    references=[TO_RETURN],
    json_field="header",
    columns=[
        county_column(),
        column("month", Kind.MONTH, "报告月份，须在“县级月报”表", "2023-09", header="月份", required=True),
        column("number", Kind.INT, "版本号，从1开始", "1"),
        column("submitted_at", Kind.DATETIME, "报送时间", "2023-10-07 15:30", required=True),
        *_header_columns(),
    ],
)

LINES = sheet_of(
    "lines",
    "月报工程明细",
    ReturnLine,
    key=("version", "project"),
    meaning="月报某一版本中的一个工程一行；空白的栏目就是漏填的栏目，影响月报完整率。",
    references=[
        Reference(
            "version",
            "versions",
            {"jurisdiction": "jurisdiction", "month": "month", "number": "version_number"},
            anchor="version_number",
        ),
        TO_PROJECT,
    ],
    columns=[
        county_column(),
        column("month", Kind.MONTH, "报告月份", "2023-09", header="月份", required=True),
        column("version_number", Kind.INT, "版本号，须在“月报版本”表", "1", header="版本", required=True),
        project_column(meaning="工程编号；工程须在该县区"),
        column("award_price_wan_yuan", Kind.DECIMAL, "填报的中标价", "1480.00"),
        column("approved_duration_days", Kind.INT, "填报的批复工期", "360"),
        column("unit_count", Kind.INT, "填报的参建单位数", "5", unit="个"),
        column("key_person_count", Kind.INT, "填报的主要管理人员数", "12", unit="人"),
        column("key_work_count", Kind.INT, "填报的重要隐蔽、关键部位单元工程数", "8", unit="个"),
        column("registration_number", Kind.CODE, "填报的监督手续编号", "MYJD-2023-001"),
        column("progress_percent", Kind.DECIMAL, "填报的形象进度，0至100", "45"),
        column("invested_wan_yuan", Kind.DECIMAL, "填报的完成投资", "830.00"),
        column("status", Kind.CHOICE, "填报的建设状态", "在建"),
        column("started_on", Kind.DATE, "填报的开工日期", "2023-03-10"),
        column("planned_finish_on", Kind.DATE, "填报的计划完工日期", "2024-03-31"),
        column("finished_on", Kind.DATE, "填报的实际完工日期", ""),
        column("commitments_due", Kind.INT, "填报的应签质量终身责任承诺书份数", "5", unit="份"),
        column("commitments_signed", Kind.INT, "填报的已签承诺书份数", "5", unit="份"),
        column("attendance_percent", Kind.DECIMAL, "填报的主要管理人员到岗率，0至100", "92.5"),
        column("accident_count", Kind.INT, "填报的质量事故数", "0", unit="起"),
        column("defect_count", Kind.INT, "填报的质量缺陷数", "1", unit="个"),
        column("works_ahead", Kind.TEXT, "下月施工的重要隐蔽、关键部位单元工程", "坝基开挖"),
        column("decrease_reason", Kind.TEXT, "形象进度或完成投资比上月减少的原因", ""),
        column("note", Kind.TEXT, "备注", ""),
    ],
)

REMARKS = sheet_of(
    "remarks",
    "月报审核记录",
    ReturnRemark,
    key=("number",),
    meaning="市局审核月报的记录：退回补正、抽核字段错误、漏报工程，每件一行。",
    references=[TO_RETURN, TO_PROJECT],
    columns=[
        column("number", Kind.CODE, "记录编号", "SH-2023-001"),
        county_column(),
        column("month", Kind.MONTH, "所审月报的月份", "2023-09", header="月份", required=True),
        column("kind", Kind.CHOICE, "类型", "抽核字段错误"),
        column("noted_on", Kind.DATE, "记录日期", "2023-10-09"),
        column("field_name", Kind.TEXT, "涉及字段", "中标价"),
        project_column(required=False, meaning="涉及工程的编号"),
        column("note", Kind.TEXT, "说明", "中标价与合同不符"),
    ],
)


def _state_of_report(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A report that was handed in is submitted; what the bureau did with it afterwards happens in the product."""
    return {"state": ReportState.DUE if row["submitted_on"] is None else ReportState.SUBMITTED}


LEGAL_PERSON_REPORTS = sheet_of(
    "legal_person_reports",
    "项目法人月报",
    LegalPersonReport,
    key=("jurisdiction", "legal_person", "month"),
    meaning="重点监管对象项目法人应报的质量管理月报，每应报一次一行；未报的报送日期留空。月报内容和评价不在台账里。",
    derive=_state_of_report,
    derived_from="submitted_on",
    references=[to_sheet("legal_person", "organizations", "uscc")],
    columns=[
        county_column(city=True),
        column(
            "legal_person",
            Kind.USCC,
            "项目法人，须在“单位”表",
            "12510722TEMP000215",
            header="项目法人统一社会信用代码",
            sheet="organizations",
        ),
        column("month", Kind.MONTH, "报告月份", "2023-09"),
        column("due_on", Kind.DATE, "应报日期", "2023-10-09"),
        column("submitted_on", Kind.DATE, "实际报送日期；未报不填", "2023-10-08"),
        column("filler_name", Kind.TEXT, "填报人", "演示员丁"),
        column("is_filed_by_county", Kind.BOOL, "是否由县级代报", "否"),
    ],
)

SHEETS = (RETURNS, VERSIONS, LINES, REMARKS, LEGAL_PERSON_REPORTS)
