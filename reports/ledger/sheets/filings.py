"""核备, 验收, 质量缺陷备案."""

from __future__ import annotations

from projects.models import Acceptance, DefectFiling, QualityFiling
from reports.ledger.sheets.register import TO_PROJECT, project_column
from reports.ledger.spec import Kind, column, sheet_of

QUALITY_FILINGS = sheet_of(
    "filings",
    "质量核备",
    QualityFiling,
    key=("number",),
    meaning="项目划分确认、质量核备（备查），每件一行。",
    references=[TO_PROJECT],
    county_from=("project",),
    columns=[
        column("number", Kind.CODE, "核备编号", "HB-2023-001"),
        project_column(),
        column("kind", Kind.CHOICE, "核备类型", "分部工程质量评定核备"),
        column("subject", Kind.TEXT, "核备对象", "大坝基础处理分部工程"),
        column("received_on", Kind.DATE, "收到日期", "2023-06-01"),
        column("due_on", Kind.DATE, "应办结日期，不早于收到日期", "2023-06-21"),
        column("reviewed_on", Kind.DATE, "办结日期；与结果同时填写", "2023-06-15"),
        column("result", Kind.CHOICE, "结果；与办结日期同时填写", "同意"),
    ],
)

ACCEPTANCES = sheet_of(
    "acceptances",
    "验收",
    Acceptance,
    key=("number",),
    meaning="法人验收、政府验收，每次一行。",
    references=[TO_PROJECT],
    county_from=("project",),
    columns=[
        column("number", Kind.CODE, "验收编号", "YS-2023-001"),
        project_column(),
        column("kind", Kind.CHOICE, "验收类型", "分部工程验收"),
        column("subject", Kind.TEXT, "验收对象", "大坝基础处理分部工程"),
        column("notified_on", Kind.DATE, "通知监督机构的日期", "2023-06-20"),
        column("held_on", Kind.DATE, "验收日期，不早于通知日期", "2023-06-28"),
        column("is_supervised", Kind.BOOL, "监督机构是否列席", "是"),
        column("report_number", Kind.TEXT, "质量监督报告文号", ""),
    ],
)

DEFECTS = sheet_of(
    "defects",
    "质量缺陷备案",
    DefectFiling,
    key=("number",),
    meaning="质量缺陷备案，每个缺陷一行。",
    references=[TO_PROJECT],
    county_from=("project",),
    columns=[
        column("number", Kind.CODE, "缺陷编号", "QX-2023-001"),
        project_column(),
        column("part", Kind.TEXT, "部位", "溢洪道底板"),
        column("description", Kind.TEXT, "缺陷情况", "表面裂缝长0.6米"),
        column("found_on", Kind.DATE, "发现日期", "2023-07-03"),
        column("due_on", Kind.DATE, "应备案日期，不早于发现日期", "2023-07-18"),
        column("filed_on", Kind.DATE, "备案日期；未备案不填", "2023-07-12"),
        column("is_complete", Kind.BOOL, "备案内容是否完整", "是"),
    ],
)

SHEETS = (QUALITY_FILINGS, ACCEPTANCES, DEFECTS)
