"""What people are told when a constraint of a model does not hold: column → what is wrong, what would be right."""

from __future__ import annotations

from typing import NamedTuple


class Sentence(NamedTuple):
    """Where a violated rule is shown, and in which words."""

    column: str
    wrong: str
    right: str


CHECKS: dict[str, Sentence] = {
    "projects_estimate_positive": Sentence(
        "approved_estimate_wan_yuan", "批复概算应大于0", "填写大于0的金额，未批复时留空"
    ),
    "projects_progress_0_to_100": Sentence("progress_percent", "形象进度应在0至100之间", "填写0至100的数字"),
    "projects_finish_after_start": Sentence(
        "finished_on", "实际完工日期早于开工日期", "改为开工当日或以后的日期"
    ),
    "projects_started_on_unless_planned": Sentence(
        "started_on", "除“拟建”外的工程都要有开工日期", "填写开工日期，或把建设状态改为“拟建”"
    ),
    "projects_position_in_china": Sentence(
        "longitude", "经度和纬度应同时填写，且在73至136、3至54之间", "补齐经纬度并核对是否填反，或都不填"
    ),
    "projects_section_progress_0_to_100": Sentence(
        "progress_percent", "形象进度应在0至100之间", "填写0至100的数字"
    ),
    "projects_division_belongs_to_a_unit_work": Sentence(
        "parent", "分部工程要写明所属单位工程，单位工程不能有", "补上或清空所属单位工程编码，或改正级别"
    ),
    "projects_award_price_positive": Sentence(
        "award_price_wan_yuan", "中标价应大于0", "填写大于0的金额，未中标时留空"
    ),
    "projects_section_ends_after_start": Sentence(
        "ends_on", "合同完工日期早于合同开工日期", "改为合同开工当日或以后的日期"
    ),
    "projects_unit_period": Sentence("valid_to", "终止日期早于起始日期", "改为起始当日或以后的日期"),
    "projects_person_period": Sentence("valid_to", "离岗日期早于到岗日期", "改为到岗当日或以后的日期"),
    "projects_attendance_0_to_100": Sentence("rate_percent", "到岗率应在0至100之间", "填写0至100的数字"),
    "projects_commitment_replaced_after_signing": Sentence(
        "replaced_on", "更换日期早于签署日期", "改为签署当日或以后的日期"
    ),
    "projects_nil_return_is_signed": Sentence(
        "nil_statement", "零报告要有声明、签署日期和审核人", "补齐零报告声明、零报告签署日期、审核人"
    ),
    "projects_return_submitted_at_unless_draft": Sentence(
        "first_submitted_at", "除“填报中”外的月报都要有首次报送时间", "填写首次报送时间"
    ),
    "projects_return_filler_is_not_reviewer": Sentence(
        "reviewer_name", "审核人与填报人是同一人", "审核人应为另一人"
    ),
    "projects_return_accepter_is_another": Sentence(
        "accepter_name", "受理人与填报人或审核人是同一人", "受理人应为市局人员"
    ),
    "projects_return_version_from_1": Sentence("number", "版本号应从1开始", "填写1以上的整数"),
    "projects_line_progress_0_to_100": Sentence(
        "progress_percent", "形象进度应在0至100之间", "填写0至100的数字"
    ),
    "projects_line_attendance_0_to_100": Sentence(
        "attendance_percent", "到岗率应在0至100之间", "填写0至100的数字"
    ),
    "projects_filing_type_period": Sentence(
        "effective_to", "停用日期早于启用日期", "改为启用当日或以后的日期"
    ),
    "projects_filing_type_term": Sentence(
        "term_workdays", "办理期限应在1至120个工作日之间", "填写1至120的整数"
    ),
    "projects_filing_due_after_receipt": Sentence(
        "due_on", "应办结日期早于收到日期", "改为收到当日或以后的日期"
    ),
    "projects_filing_result_with_date": Sentence(
        "reviewed_on", "办结日期和结果应同时填写或同时不填", "补齐或清空办结日期和结果"
    ),
    "projects_defect_is_filed_as_defect": Sentence(
        "kind", "质量缺陷不在核备表填写", "改填到“质量缺陷备案”表，或改正核备类型"
    ),
    "projects_acceptance_after_notification": Sentence(
        "held_on", "验收日期早于通知日期", "改为通知当日或以后的日期"
    ),
    "projects_defect_due_after_found": Sentence(
        "due_on", "应备案日期早于发现日期", "改为发现当日或以后的日期"
    ),
    "inspections_draw_result_after_draw": Sentence(
        "result_formed_on", "结果形成日期早于抽取日期", "改为抽取当日或以后的日期"
    ),
    "inspections_draw_published_after_result": Sentence(
        "published_on", "公开日期早于结果形成日期，或没有结果形成日期", "填写结果形成日期，公开日期不早于它"
    ),
    "inspections_assistant_has_no_enforcement_id": Sentence(
        "enforcement_id", "辅助人员不能有执法证号", "清空执法证号，或把身份改为“检查人员”"
    ),
    "inspections_not_applicable_has_a_reason": Sentence("reason", "未检查的方面要写明原因", "填写不适用原因"),
    "inspections_closed_on_with_closed": Sentence(
        "closed_on", "“已销号”的问题要有销号日期，其他状态不能有", "补上或清空销号日期，或改正状态"
    ),
    "inspections_closed_after_found": Sentence(
        "closed_on", "销号日期早于发现日期", "改为发现当日或以后的日期"
    ),
    "inspections_due_after_found": Sentence("due_on", "整改期限早于发现日期", "改为发现当日或以后的日期"),
    "inspections_due_not_before_original": Sentence(
        "due_on",
        "整改期限早于原整改期限，或没有填原整改期限",
        "没有延期的，原整改期限与整改期限相同；延期的不早于它",
    ),
    "inspections_withdrawn_has_a_reason": Sentence(
        "withdrawn_reason", "已撤销的问题要写明撤销原因", "填写撤销原因"
    ),
    "inspections_evidence_of_something": Sentence(
        "finding", "没有写明是哪个问题或检查的佐证", "填写问题编号或检查编号"
    ),
    "inspections_test_has_batches": Sentence("batch_count", "批次至少为1", "填写1以上的整数"),
    "inspections_test_verdict_with_report": Sentence(
        "reported_on",
        "有结论的检测要有不早于取样日期的报告日期，待出报告的不能有",
        "补上或清空报告日期，或改正结论",
    ),
    "inspections_duty_concluded_after_inspected": Sentence(
        "concluded_on", "结论日期早于检查日期", "改为检查当日或以后的日期"
    ),
    "inspections_duty_points_in_range": Sentence("points", "得分应在0至满分之间", "填写不超过满分的得分"),
    "inspections_duty_deduction_has_a_fact": Sentence("fact", "得分低于满分时要写明扣分事实", "填写扣分事实"),
    "inspections_bidding_problem_is_described": Sentence(
        "result", "存在问题时要写明核查结果", "填写核查结果"
    ),
    "enforcement_issued_notice_has_dates": Sentence(
        "issued_on", "已签发的通知书要有签发日期和整改期限", "补齐签发日期和整改期限"
    ),
    "enforcement_closed_on_with_closed": Sentence(
        "closed_on", "“已办结”的通知书要有办结日期，其他状态不能有", "补上或清空办结日期，或改正状态"
    ),
    "enforcement_notice_due_after_issue": Sentence(
        "due_on", "整改期限早于签发日期", "改为签发当日或以后的日期"
    ),
    "enforcement_notice_served_after_issue": Sentence(
        "served_on", "送达日期早于签发日期", "改为签发当日或以后的日期"
    ),
    "enforcement_extension_moves_forward": Sentence(
        "new_due_on", "新期限不晚于原期限", "改为原期限以后的日期"
    ),
    "enforcement_extension_asked_before_due": Sentence(
        "requested_on", "申请日期晚于原期限", "延期应在原期限届满前申请，请核对"
    ),
    "enforcement_extension_approved_on_and_by_together": Sentence(
        "approved_on", "批准日期和批准人应同时填写或同时不填", "补齐或清空批准日期和批准人"
    ),
    "enforcement_issued_letter_has_a_date": Sentence(
        "issued_on", "已发函、已反馈的要有发函日期", "填写发函日期"
    ),
    "enforcement_declined_letter_has_a_reason": Sentence(
        "decline_reason", "不予发函要写明理由", "填写不发函理由"
    ),
    "enforcement_declined_interview_has_a_reason": Sentence(
        "decline_reason", "不予约谈要写明理由", "填写不予约谈理由"
    ),
    "enforcement_held_interview_has_a_time": Sentence(
        "held_at", "已约谈及以后的状态要有约谈时间", "填写约谈时间"
    ),
    "enforcement_declined_criticism_has_a_reason": Sentence(
        "decline_reason", "不予通报要写明理由", "填写不予通报理由"
    ),
    "enforcement_transfer_has_a_receiver": Sentence(
        "transferred_on",
        "移送日期和接收机关应同时填写，移送不早于发现",
        "补齐或清空移送日期和接收机关，移送日期不早于发现日期",
    ),
    "enforcement_adjustment_counts_something": Sentence("count", "次数至少为1", "填写1以上的整数"),
}
"""By constraint name."""

UNREACHABLE = frozenset(
    {
        "projects_uscc_alphabet",
        "projects_attendance_month_is_first_day",
        "projects_organization_not_merged_into_itself",
        "projects_section_progress_month_is_first_day",
        "projects_return_reviewed_by_another_account",
        "projects_return_accepted_by_another_account",
        "projects_legal_person_report_score_0_to_100",
        "projects_legal_person_report_assessed_by_somebody",
        "projects_return_month_is_first_day",
        "projects_legal_person_report_month_is_first_day",
        "projects_body_funding_not_negative",
        "inspections_plan_month_is_first_day",
        "inspections_evidence_sha256",
        "inspections_test_fee_not_negative",
        # Columns that only the product fills: a row of the workbook leaves them empty.
        "inspections_void_draw_has_a_reason",
        "inspections_frozen_draw_has_its_text",
        "inspections_drawn_has_its_record",
        "inspections_reviewer_is_not_inspector",
        "inspections_cap_exception_has_a_reason",
        "inspections_left_after_entered",
        "inspections_confirmer_is_not_recorder",
        "inspections_finding_does_not_repeat_itself",
        "enforcement_letter_month_is_first_day",
        "enforcement_interview_month_is_first_day",
        "enforcement_criticism_month_is_first_day",
        "enforcement_red_line_month_is_first_day",
        "enforcement_adjustment_month_is_first_day",
    }
)
"""Checks that no value of a ledger column can violate: the reading of the cell already excludes it."""

UNIQUE: dict[str, Sentence] = {
    "projects_one_name_per_county": Sentence(
        "name", "同一县区已有同名的工程", "核对是否同一工程；不同的工程请用不同的全称"
    ),
    "projects_one_registration_per_project": Sentence(
        "project", "这个工程已有另一份质量监督手续", "一个工程只登记一份监督手续，请核对编号"
    ),
    "enforcement_one_interview_per_number": Sentence(
        "number", "约谈编号与另一次约谈相同", "改用没有用过的约谈编号"
    ),
}
"""Unique constraints beside the natural key."""
