"""Chinese names and units of the facts, for sentences. A fact without an entry is shown by its own name."""

from scoring.rules.numbers import Number, plain

LABELS: dict[str, tuple[str, str]] = {
    "has_institution_doc": ("有质量监督机构设置文件", ""),
    "staff_ratio_ok": ("专职监督员配备达标", ""),
    "funding_in_place": ("监督经费已落实", ""),
    "monthly_plan_published_before_month_start": ("当月监督计划在月初前发布", ""),
    "trainings_in_rolling_quarter": ("近一季度宣贯培训", "次"),
    "workdays_late": ("月报迟报", "个工作日"),
    "required_fields_total": ("应填字段", "个"),
    "required_fields_filled": ("已填字段", "个"),
    "report_returned": ("月报被退回", "次"),
    "verified_field_error": ("经核实的字段错误", "处"),
    "omitted_project": ("漏报项目", "个"),
    "key_owner_reports_due": ("应报的项目法人质量管理月报", "份"),
    "key_owner_reports_on_time": ("按时报送", "份"),
    "started_projects": ("已开工项目", "个"),
    "started_projects_with_procedure": ("已办理质量监督手续", "个"),
    "procedure_after_start": ("先开工后办手续", "个"),
    "procedures_done": ("已办理监督手续的项目", "个"),
    "projects_with_book_plan_briefing": ("监督书、监督计划、交底齐全", "个"),
    "projects_with_all_commitments": ("终身责任承诺与公示牌齐全", "个"),
    "inspections_planned": ("计划监督检查", "次"),
    "inspections_done": ("已完成", "次"),
    "aspects_checked_in_rolling_quarter": ("近一季度已检查方面", "个"),
    "rolling_year_sample_ratio_ge_10pct": ("近一年抽查比例达标", ""),
    "published_within_20_workdays": ("抽查结果按期公开", ""),
    "fewer_than_two_certified_officers": ("持证检查人员少于两名", "次"),
    "no_counterparty_signature": ("检查记录缺被检查单位签字", "次"),
    "finding_without_evidence": ("问题缺佐证材料", "个"),
    "finding_without_catalogue_code": ("问题缺清单编码", "个"),
    "findings_due": ("到期问题", "个"),
    "findings_due_closed_on_time": ("按期闭环", "个"),
    "overdue_general": ("逾期未闭环一般问题", "个"),
    "overdue_serious": ("逾期未闭环较重问题", "个"),
    "overdue_grave": ("逾期未闭环严重问题", "个"),
    "serious_findings": ("较重及以上问题", "个"),
    "serious_findings_noticed_in_5wd": ("按期下达整改通知书", "个"),
    "serious_closed": ("已闭环的较重及以上问题", "个"),
    "serious_closed_with_recheck": ("已复查“回头看”", "个"),
    "clues_identified": ("发现的违法线索", "条"),
    "clues_transferred_in_7wd": ("按期移送", "条"),
    "test_batches_planned": ("计划监督检测", "批次"),
    "test_batches_done": ("已完成", "批次"),
    "failed_tests": ("检测不合格", "批次"),
    "failed_tests_handled_in_3wd": ("按期处置", "批次"),
    "inspected_projects": ("被检查项目", "个"),
    "entity_general": ("实体质量一般问题", "个"),
    "entity_serious": ("实体质量较重问题", "个"),
    "entity_grave": ("实体质量严重问题", "个"),
    "filings_received": ("收到的核备（备查）事项", "项"),
    "filings_reviewed_on_time": ("按期办结", "项"),
    "acceptances_notified": ("通知的法人验收", "次"),
    "acceptances_supervised": ("已监督", "次"),
    "defect_not_filed": ("质量缺陷未备案", "个"),
    "defect_filing_incomplete": ("缺陷备案不完整", "个"),
    "city_inspected_projects": ("市级检查项目", "个"),
    "city_only_general": ("市级发现而县级未发现的一般问题", "个"),
    "city_only_serious": ("市级发现而县级未发现的较重问题", "个"),
    "city_only_grave": ("市级发现而县级未发现的严重问题", "个"),
    "latest_duty_inspection_score_within_12_months": ("近一年内最近一次履职检查得分", "分"),
}


def label(name: str) -> str:
    """Chinese name of a fact."""
    return LABELS[name][0] if name in LABELS else name


def unit(name: str) -> str:
    """Unit in which a fact is counted, "" where it has none."""
    return LABELS[name][1] if name in LABELS else ""


def counted(name: str, value: Number) -> str:
    """For example 到期问题40个."""
    return f"{label(name)}{plain(value)}{unit(name)}"
