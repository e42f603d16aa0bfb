"""What a person is told when the database refuses a record: constraint → (field, sentence)."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "projects_one_project_per_code": ("code", "工程编号已被本市另一个工程使用，请换一个编号。"),
    "projects_one_name_per_county": (
        "name",
        "同一县区已有同名的工程，请核对是否同一工程；不同的工程请用不同的全称。",
    ),
    "projects_estimate_positive": ("approved_estimate_wan_yuan", "批复概算应大于 0，未批复时留空。"),
    "projects_progress_0_to_100": ("progress_percent", "形象进度应在 0 至 100 之间。"),
    "projects_finish_after_start": ("finished_on", "实际完工日期早于开工日期，请改正。"),
    "projects_position_in_china": ("longitude", "经度和纬度应同时填写，且在 73 至 136、3 至 54 之间。"),
    "projects_started_on_unless_planned": ("started_on", "除“拟建”外的工程都要有开工日期，请填写。"),
    "projects_one_section_per_code": ("code", "本工程已有相同编号的标段，请换一个编号。"),
    "projects_award_price_positive": ("award_price_wan_yuan", "中标价应大于 0，未中标时留空。"),
    "projects_section_ends_after_start": ("ends_on", "合同完工日期早于合同开工日期，请改正。"),
    "projects_one_progress_per_month": ("month", "这个标段这个月的进度已经登记，请打开该月修改。"),
    "projects_section_progress_0_to_100": (
        "progress_percent",
        "形象进度应在 0 至 100 之间，完成投资不小于 0。",
    ),
    "projects_one_attendance_per_month": ("month", "这个单位这个月的到岗率已经登记，请打开该月修改。"),
    "projects_attendance_0_to_100": ("rate_percent", "到岗率应在 0 至 100 之间。"),
    "projects_one_work_item_per_code": ("code", "本工程已有相同编码的单位工程或分部工程，请换一个编码。"),
    "projects_division_belongs_to_a_unit_work": (
        "parent",
        "分部工程要选所属单位工程，单位工程不能有上级，请改正。",
    ),
    "projects_one_key_work_per_name": ("name", "本工程已有同名的重要部位，请在名称中写明桩号或部位。"),
    "projects_one_registration_per_number": ("number", "监督手续编号已被另一个工程使用，请核对。"),
    "projects_one_registration_per_project": ("", "本工程已经登记监督手续，请打开后修改。"),
    "projects_one_filing_per_number": ("", "核备编号刚被占用，请再次提交。"),
    "projects_filing_due_after_receipt": ("received_on", "应办结日期早于收到日期，请核对收到日期。"),
    "projects_filing_result_with_date": ("reviewed_on", "办结日期和结果应同时填写。"),
    "projects_defect_is_filed_as_defect": ("type", "质量缺陷请在“质量缺陷备案”中登记。"),
    "projects_one_acceptance_per_number": ("", "验收编号刚被占用，请再次提交。"),
    "projects_acceptance_after_notification": ("held_on", "验收日期早于通知日期，请改正其中一项。"),
    "projects_one_defect_per_number": ("", "缺陷编号刚被占用，请再次提交。"),
    "projects_defect_due_after_found": ("found_on", "应备案日期早于发现日期，请核对发现日期。"),
    "projects_one_filing_type": (
        "label",
        "同一类型、同一名称、同一启用日期的事项已经有了，请修改已有的一行或换启用日期。",
    ),
    "projects_filing_type_period": ("effective_to", "停用日期早于启用日期，请改正。"),
    "projects_filing_type_term": ("term_workdays", "办理期限应在 1 至 120 个工作日之间。"),
}
