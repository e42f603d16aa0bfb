"""核备, 验收, 质量缺陷备案."""

from __future__ import annotations

from projects.models import Acceptance, DefectFiling, FilingType, QualityFiling
from reports.ledger.sheets.register import TO_PROJECT, project_column
from reports.ledger.spec import Kind, Reference, column, sheet_of

FILING_TYPES = sheet_of(
    "filing_types",
    "核备事项",
    FilingType,
    key=("kind", "label", "effective_from"),
    meaning="核备（备查）事项的名称、办理期限和施行日期；规程更新时停用旧的一行，另起一行。",
    columns=[
        column("kind", Kind.CHOICE, "核备类型", "分部工程质量评定核备"),
        column("label", Kind.TEXT, "事项名称，按现行规程的叫法", "分部工程质量评定备查"),
        column("term_workdays", Kind.INT, "办理期限，1至120个工作日", "15", unit="工作日"),
        column("basis", Kind.TEXT, "依据", "SL/T 223-2025"),
        column("effective_from", Kind.DATE, "启用日期", "2025-06-01"),
        column("effective_to", Kind.DATE, "停用日期，不早于启用日期；现行的不填", ""),
    ],
)

QUALITY_FILINGS = sheet_of(
    "filings",
    "质量核备",
    QualityFiling,
    key=("number",),
    meaning="项目划分确认、质量核备（备查），每件一行。",
    references=[
        TO_PROJECT,
        Reference(
            "type",
            "filing_types",
            {"kind": "kind", "label": "type", "effective_from": "type_from"},
            anchor="type",
        ),
    ],
    county_from=("project",),
    columns=[
        column("number", Kind.CODE, "核备编号", "HB-2023-001"),
        project_column(),
        column("kind", Kind.CHOICE, "核备类型", "分部工程质量评定核备"),
        column(
            "type",
            Kind.TEXT,
            "核备事项的名称，须在“核备事项”表且类型相同；没有则不填",
            "分部工程质量评定备查",
            header="核备事项",
            sheet="filing_types",
        ),
        column(
            "type_from",
            Kind.DATE,
            "核备事项的启用日期；同名事项只有一行时可不填",
            "2025-06-01",
            header="核备事项启用日期",
        ),
        column("subject", Kind.TEXT, "核备对象", "大坝基础处理分部工程"),
        column("received_on", Kind.DATE, "收到日期", "2023-06-01"),
        column("due_on", Kind.DATE, "应办结日期，不早于收到日期", "2023-06-21"),
        column("reviewed_on", Kind.DATE, "办结日期；与结果同时填写", "2023-06-15"),
        column("result", Kind.CHOICE, "结果；与办结日期同时填写", "同意"),
        column("opinion", Kind.TEXT, "审查意见", ""),
        column("reviewer_name", Kind.TEXT, "审查人", "演示员甲"),
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
        column("treatment", Kind.TEXT, "处理情况", "已按方案灌浆处理"),
        column("affects_life", Kind.BOOL, "是否影响设计使用年限", "否"),
    ],
)

SHEETS = (FILING_TYPES, QUALITY_FILINGS, ACCEPTANCES, DEFECTS)
