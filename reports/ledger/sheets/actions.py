"""整改通知书 with replies, rechecks, extensions; 提醒敦促函, 约谈, 通报批评."""

from __future__ import annotations

from enforcement.models import (
    CriticismProposal,
    DeadlineExtension,
    Interview,
    NoticeFinding,
    Recheck,
    RectificationNotice,
    RectificationReply,
    ReminderLetter,
)
from reports.ledger.sheets.inspections import TO_FINDING, finding_column
from reports.ledger.sheets.register import TO_PROJECT, county_column, project_column
from reports.ledger.spec import Kind, column, sheet_of, to_sheet

NOTICES = sheet_of(
    "notices",
    "整改通知书",
    RectificationNotice,
    key=("number",),
    meaning="一份整改通知书一行。",
    references=[
        TO_PROJECT,
        to_sheet("addressee", "organizations", "uscc"),
        to_sheet("bidding_check", "bidding_checks", "number"),
    ],
    county_from=("project", "bidding_check"),
    columns=[
        column("number", Kind.CODE, "通知书编号", "ZG-2023-001"),
        county_column(
            city=True, required=False, meaning="所在县区；填了工程编号或核查编号的可不填，填写时须一致"
        ),
        project_column(required=False, meaning="涉及工程的编号；不涉及具体工程不填"),
        column(
            "addressee",
            Kind.USCC,
            "主送单位，须在“单位”表",
            "12510722TEMP000215",
            header="主送单位统一社会信用代码",
            sheet="organizations",
        ),
        column(
            "bidding_check",
            Kind.CODE,
            "由招投标核查发出时填核查编号",
            "",
            header="核查编号",
            sheet="bidding_checks",
        ),
        column("subject", Kind.CHOICE, "事由；不填为工程质量", "工程质量"),
        column("organizer_level", Kind.CHOICE, "签发的层级", "市级"),
        column("state", Kind.CHOICE, "状态；不填为草稿；已签发及以后须填签发日期和整改期限", "已办结"),
        column("issued_on", Kind.DATE, "签发日期", "2023-04-20"),
        column("served_on", Kind.DATE, "送达日期，不早于签发日期", "2023-04-21"),
        column("due_on", Kind.DATE, "整改期限，不早于签发日期", "2023-05-08"),
        column("closed_on", Kind.DATE, "办结日期", "2023-05-06"),
    ],
)

NOTICE_FINDINGS = sheet_of(
    "notice_findings",
    "通知书问题",
    NoticeFinding,
    key=("notice", "finding"),
    meaning="通知书要求整改的问题，每个一行。",
    references=[to_sheet("notice", "notices", "number"), TO_FINDING],
    county_from=("finding",),
    columns=[
        column(
            "notice",
            Kind.CODE,
            "通知书编号，见“整改通知书”表",
            "ZG-2023-001",
            header="通知书编号",
            sheet="notices",
        ),
        finding_column(),
        column("requirement", Kind.TEXT, "整改要求", "补齐施工日志并举一反三"),
    ],
)

REPLIES = sheet_of(
    "replies",
    "整改回复",
    RectificationReply,
    key=("finding", "replied_on"),
    meaning="对一个问题的一次整改回复一行，每天最多一次。",
    references=[TO_FINDING],
    county_from=("finding",),
    columns=[
        finding_column(),
        column("replied_on", Kind.DATE, "回复日期，不早于发现日期", "2023-05-04"),
        column("cause", Kind.TEXT, "原因分析", "资料员更换"),
        column("measure", Kind.TEXT, "整改措施", "已补齐日志，落实专人"),
        column("responsible_person", Kind.TEXT, "整改责任人", "演示员壬"),
    ],
)

RECHECKS = sheet_of(
    "rechecks",
    "复查",
    Recheck,
    key=("finding", "rechecked_on"),
    meaning="对一个问题的一次复查（“回头看”）一行，每天最多一次。",
    references=[TO_FINDING],
    county_from=("finding",),
    columns=[
        finding_column(),
        column("rechecked_on", Kind.DATE, "复查日期，不早于发现日期", "2023-05-06"),
        column("is_on_site", Kind.BOOL, "是否现场复查；不填为是", "是"),
        column("has_passed", Kind.BOOL, "复查是否通过", "是"),
        column("officer_name", Kind.TEXT, "复查人", "演示员癸"),
        column("note", Kind.TEXT, "复查意见", "已整改到位"),
    ],
)

EXTENSIONS = sheet_of(
    "extensions",
    "整改延期",
    DeadlineExtension,
    key=("finding",),
    meaning="一个问题的延期一行，每个问题最多一次，须在原期限届满前申请。",
    references=[TO_FINDING],
    county_from=("finding",),
    columns=[
        finding_column(),
        column("requested_on", Kind.DATE, "申请日期，不晚于原期限", "2023-05-05"),
        column("old_due_on", Kind.DATE, "原期限", "2023-05-08"),
        column("new_due_on", Kind.DATE, "新期限，晚于原期限", "2023-05-22"),
        column("reason", Kind.TEXT, "延期理由", "连续降雨"),
        column("approved_on", Kind.DATE, "批准日期；与批准人同时填写", "2023-05-06"),
        column("approved_by_name", Kind.TEXT, "批准人；与批准日期同时填写", "演示员子"),
    ],
)

_LINES_MEANING = "每行一条（单元格内换行）；系统生成的事由导出为JSON，请勿改动"

LETTERS = sheet_of(
    "letters",
    "提醒敦促函",
    ReminderLetter,
    key=("number",),
    meaning="对县区的一份提醒敦促函一行。",
    columns=[
        column("number", Kind.CODE, "函号", "TX-2023-001"),
        county_column(),
        column("month", Kind.MONTH, "所针对的月份", "2023-07"),
        column("reasons", Kind.LINES, f"发函事由，{_LINES_MEANING}", "整改闭环得分率低于60%"),
        column("state", Kind.CHOICE, "状态；不填为建议发函；已发函、已反馈须填发函日期", "已反馈"),
        column("proposed_at", Kind.DATETIME, "提出时间", "2023-08-09 09:00"),
        column("decided_by_name", Kind.TEXT, "决定人", "演示员丑"),
        column("decline_reason", Kind.TEXT, "不发函理由；不予发函时必填", ""),
        column("issued_on", Kind.DATE, "发函日期", "2023-08-11"),
        column("feedback_due_on", Kind.DATE, "反馈期限", "2023-08-18"),
        column("answered_on", Kind.DATE, "反馈日期", "2023-08-17"),
    ],
)

INTERVIEWS = sheet_of(
    "interviews",
    "约谈",
    Interview,
    key=("jurisdiction", "month"),
    meaning="对县区水行政主管部门的约谈，每县每月最多一行，所有触发事由写在一起。",
    columns=[
        county_column(),
        column("month", Kind.MONTH, "所针对的月份", "2023-08"),
        column("number", Kind.CODE, "约谈编号", "YT-2023-001"),
        column("triggers", Kind.LINES, f"触发事由，{_LINES_MEANING}", "履职检查得分68.5分，低于70分"),
        column("state", Kind.CHOICE, "状态；不填为待决定；已约谈及以后须填约谈时间", "已办结"),
        column("proposed_at", Kind.DATETIME, "提出时间", "2023-09-11 09:00"),
        column("decided_at", Kind.DATETIME, "决定时间", "2023-09-12 10:00"),
        column("decided_by_name", Kind.TEXT, "决定人", "演示员丑"),
        column("decline_reason", Kind.TEXT, "不予约谈理由；不予约谈时必填", ""),
        column("held_at", Kind.DATETIME, "约谈时间", "2023-09-20 14:30"),
        column("place", Kind.TEXT, "地点", "市水利局三楼会议室"),
        column("host_name", Kind.TEXT, "主持人", "演示员寅"),
        column("report_due_on", Kind.DATE, "整改报告期限", "2023-10-11"),
        column("reported_on", Kind.DATE, "整改报告日期", "2023-10-10"),
        column("closed_on", Kind.DATE, "办结日期", "2023-10-16"),
    ],
)

CRITICISMS = sheet_of(
    "criticisms",
    "通报批评",
    CriticismProposal,
    key=("jurisdiction", "month"),
    meaning="对县区的通报批评建议及决定，每县每月最多一行。",
    columns=[
        county_column(),
        column("month", Kind.MONTH, "所针对的月份", "2023-10"),
        column("reasons", Kind.LINES, f"通报事由，{_LINES_MEANING}", "月度得分58.0分，不合格"),
        column("state", Kind.CHOICE, "状态；不填为待决定", "已印发"),
        column("proposed_at", Kind.DATETIME, "提出时间", "2023-11-10 09:00"),
        column("decided_at", Kind.DATETIME, "决定时间", "2023-11-13 10:00"),
        column("decided_by_name", Kind.TEXT, "决定人", "演示员丑"),
        column("decline_reason", Kind.TEXT, "不予通报理由；不予通报时必填", ""),
    ],
)

SHEETS = (NOTICES, NOTICE_FINDINGS, REPLIES, RECHECKS, EXTENSIONS, LETTERS, INTERVIEWS, CRITICISMS)
