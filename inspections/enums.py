"""Choices of plans, inspections, findings and tests."""

from __future__ import annotations

from django.db import models


class OrganizerLevel(models.TextChoices):
    """Who carries the act out."""

    CITY = "CITY", "市级"
    COUNTY = "COUNTY", "县级"


class InspectionKind(models.TextChoices):
    """Kinds of supervision inspections (source document §三)."""

    ROUTINE = "ROUTINE", "日常监督检查"
    JOINT_PATROL = "JOINT_PATROL", "市县联合监督巡查"
    DEMONSTRATION = "DEMONSTRATION", "指导性示范性监督检查"
    LAW_ENFORCEMENT = "LAW_ENFORCEMENT", "季度执法检查"
    CROSS_COUNTY = "CROSS_COUNTY", "交叉检查"
    SPECIAL = "SPECIAL", "专项检查"
    FOLLOW_UP = "FOLLOW_UP", "“回头看”"


class InspectionState(models.TextChoices):
    """Life of an inspection."""

    PLANNED = "PLANNED", "已安排"
    NOTIFIED = "NOTIFIED", "已通知"
    UNDER_WAY = "UNDER_WAY", "检查中"
    CONCLUDED = "CONCLUDED", "待审核"
    COMPLETED = "COMPLETED", "已完成"
    VOID = "VOID", "已作废"


RECORDABLE_STATES = (InspectionState.PLANNED, InspectionState.NOTIFIED, InspectionState.UNDER_WAY)
"""The record may still be written; afterwards what arrives is kept and held for the reviewer."""
AFTERWARDS = (InspectionState.UNDER_WAY, InspectionState.CONCLUDED)
"""The site was entered: an approval that is asked for now is made up for (补办)."""


class InspectionMode(models.TextChoices):
    """国办发〔2024〕54号 prefers inspections that do not disturb the site."""

    ONSITE = "ONSITE", "现场"
    DOCUMENT = "DOCUMENT", "书面"
    VIDEO = "VIDEO", "视频"


class Aspect(models.TextChoices):
    """The eleven aspects of full-process supervision (source document §三)."""

    LIFELONG_LIABILITY = "LIFELONG_LIABILITY", "质量终身责任制落实"
    SYSTEM_SETUP = "SYSTEM_SETUP", "质量管理体系建立"
    SYSTEM_EXECUTION = "SYSTEM_EXECUTION", "质量管理体系执行"
    MATERIALS = "MATERIALS", "设备和材料进场"
    PROCEDURES = "PROCEDURES", "施工工序"
    DRAWINGS = "DRAWINGS", "按图施工"
    MANDATORY_STANDARDS = "MANDATORY_STANDARDS", "强制性标准执行"
    TESTING = "TESTING", "质量检测"
    ACCEPTANCE = "ACCEPTANCE", "项目验收"
    CONTRACT = "CONTRACT", "合同履约"
    FILING = "FILING", "质量核备"


class OfficerRole(models.TextChoices):
    """An assistant (第三方辅助) may help and never counts as an officer."""

    OFFICER = "OFFICER", "检查人员"
    ASSISTANT = "ASSISTANT", "辅助人员"


class FindingKind(models.TextChoices):
    """Kinds of findings (handbook §1.3)."""

    MANAGEMENT_VIOLATION = "MANAGEMENT_VIOLATION", "质量管理违规行为"
    PHYSICAL_DEFECT = "PHYSICAL_DEFECT", "工程实体质量问题"
    SAFETY_VIOLATION = "SAFETY_VIOLATION", "安全生产管理违规行为"


class Severity(models.TextChoices):
    """Severity words of 水监督〔2019〕139号."""

    GENERAL = "GENERAL", "一般"
    SERIOUS = "SERIOUS", "较重"
    GRAVE = "GRAVE", "严重"


class FindingState(models.TextChoices):
    """Life of a finding (handbook §5.10). Overdue is computed, never stored."""

    DRAFT = "DRAFT", "草稿"
    CONFIRMED = "CONFIRMED", "已确认"
    NOTIFIED = "NOTIFIED", "已通知"
    RECTIFYING = "RECTIFYING", "整改中"
    REPLIED = "REPLIED", "已回复"
    RECHECKING = "RECHECKING", "复查中"
    CLOSED = "CLOSED", "已销号"
    WITHDRAWN = "WITHDRAWN", "已撤销"


OPEN_FINDING_STATES = (
    FindingState.CONFIRMED,
    FindingState.NOTIFIED,
    FindingState.RECTIFYING,
    FindingState.REPLIED,
    FindingState.RECHECKING,
)
COUNTED_FINDING_STATES = (*OPEN_FINDING_STATES, FindingState.CLOSED)
"""What statistics and scores count: everything confirmed and not withdrawn."""


class EvidenceKind(models.TextChoices):
    """Kinds of 佐证材料."""

    PHOTO = "PHOTO", "照片"
    DOCUMENT = "DOCUMENT", "文件"
    RECORD = "RECORD", "检查记录"
    TEST_REPORT = "TEST_REPORT", "检测报告"


class TestedObject(models.TextChoices):
    """What a supervisory test examines."""

    RAW_MATERIAL = "RAW_MATERIAL", "原材料"
    INTERMEDIATE_PRODUCT = "INTERMEDIATE_PRODUCT", "中间产品"
    WORKS_BODY = "WORKS_BODY", "工程实体"


class Verdict(models.TextChoices):
    """Verdict of a test report."""

    PENDING = "PENDING", "待出报告"
    PASSED = "PASSED", "合格"
    FAILED = "FAILED", "不合格"


class DrawKind(models.TextChoices):
    """What was drawn."""

    PROJECT = "PROJECT", "工程抽查"
    COUNTY = "COUNTY", "履职检查对象"
    OFFICER = "OFFICER", "检查人员"


class BiddingMatter(models.TextChoices):
    """The nine matters of the bidding campaign (source document §二)."""

    RULES = "RULES", "招投标制度"
    PROCEDURE = "PROCEDURE", "招投标程序"
    CONDITIONS = "CONDITIONS", "招标条件设置"
    EVALUATION = "EVALUATION", "评标办法设置"
    SUPERVISION = "SUPERVISION", "监督履职"
    ELECTRONIC = "ELECTRONIC", "电子化招标"
    COLLUSION = "COLLUSION", "围标串标"
    DEPOSIT = "DEPOSIT", "保证金管理"
    COMPLAINT = "COMPLAINT", "投诉处理"


class PlanKind(models.TextChoices):
    """What a year plan counts: every kind of inspection, and the three other works of supervision."""

    ROUTINE = "ROUTINE", "日常监督检查"
    JOINT_PATROL = "JOINT_PATROL", "市县联合监督巡查"
    DEMONSTRATION = "DEMONSTRATION", "指导性示范性监督检查"
    LAW_ENFORCEMENT = "LAW_ENFORCEMENT", "季度执法检查"
    CROSS_COUNTY = "CROSS_COUNTY", "交叉检查"
    SPECIAL = "SPECIAL", "专项检查"
    FOLLOW_UP = "FOLLOW_UP", "“回头看”"
    DUTY = "DUTY", "履职检查"
    TEST = "TEST", "监督检测（批次）"
    BIDDING = "BIDDING", "招投标核查"


class YearPlanState(models.TextChoices):
    """A published plan changes only by a new edition."""

    DRAFT = "DRAFT", "草稿"
    PUBLISHED = "PUBLISHED", "已印发"


class CapMode(models.TextChoices):
    """What happens when a firm would be inspected more often than the published cap."""

    WARN = "WARN", "提示"
    BLOCK = "BLOCK", "须说明例外理由"


class CapException(models.TextChoices):
    """Lawful reasons to go beyond the cap (国办发〔2024〕54号)."""

    COMPLAINT = "COMPLAINT", "投诉举报"
    TRANSFER = "TRANSFER", "转办交办"
    ACCIDENT = "ACCIDENT", "发生事故"
    PUBLIC_SAFETY = "PUBLIC_SAFETY", "公共安全风险"


class ApprovalState(models.TextChoices):
    """检查审批."""

    PENDING = "PENDING", "待审批"
    APPROVED = "APPROVED", "已批准"
    REFUSED = "REFUSED", "未批准"


class TieKind(models.TextChoices):
    """Why an officer must not inspect an object (回避)."""

    INTEREST = "INTEREST", "利害关系"
    SERVED = "SERVED", "曾在该单位任职"
    RELATIVE = "RELATIVE", "近亲属任职"


class DrawState(models.TextChoices):
    """Life of a draw; each start has a number, a void stays visible with its reason."""

    DRAFT = "DRAFT", "编制名录"
    FROZEN = "FROZEN", "名录已封存"
    COMMITTED = "COMMITTED", "承诺已公布"
    DRAWN = "DRAWN", "已抽取"
    VOID = "VOID", "已作废"


OPEN_DRAW_STATES = (DrawState.DRAFT, DrawState.FROZEN, DrawState.COMMITTED)
"""Started, and neither made nor void."""


class TeamRole(models.TextChoices):
    """Place of a drawn officer."""

    LEADER = "LEADER", "组长"
    MEMBER = "MEMBER", "组员"


class Answer(models.TextChoices):
    """Answer to an item of a checklist."""

    OK = "OK", "符合"
    PROBLEM = "PROBLEM", "不符合"
    NA = "NA", "不适用"


class OperationState(models.TextChoices):
    """What became of one change of a record."""

    APPLIED = "APPLIED", "已生效"
    CONFLICT = "CONFLICT", "有冲突"
    HELD = "HELD", "记录结束后到达"
    SUPERSEDED = "SUPERSEDED", "已裁定不采用"


class PhotoState(models.TextChoices):
    """How much of a photo is here."""

    DECLARED = "DECLARED", "待上传"
    STORED = "STORED", "已送达"
    REFUSED = "REFUSED", "已拒收"


class TimeCheck(models.TextChoices):
    """Whether the stated time of a photo lies between the signed time token and the receipt."""

    PLAUSIBLE = "PLAUSIBLE", "时间可信"
    EARLY = "EARLY", "早于时间凭证"
    LATE = "LATE", "晚于送达时间"
    NO_TOKEN = "NO_TOKEN", "无时间凭证"


class CommissionState(models.TextChoices):
    """Life of a commission to a testing agency."""

    DRAFT = "DRAFT", "拟委托"
    COMMISSIONED = "COMMISSIONED", "已委托"
    SAMPLED = "SAMPLED", "已取样"
    REPORTED = "REPORTED", "已出报告"
    CANCELLED = "CANCELLED", "已取消"


class DutyState(models.TextChoices):
    """A duty inspection counts for the month only when it is concluded."""

    DRAFT = "DRAFT", "评分中"
    CONCLUDED = "CONCLUDED", "已定论"


class BiddingSource(models.TextChoices):
    """Where a bidding check comes from."""

    CAMPAIGN = "CAMPAIGN", "专项整治"
    SPOT_CHECK = "SPOT_CHECK", "随机抽查"
    COMPLAINT = "COMPLAINT", "投诉举报"
    TRANSFER = "TRANSFER", "上级交办"
