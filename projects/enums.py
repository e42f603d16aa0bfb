"""Choices of the register. Codes are stored, labels are shown and accepted in workbooks."""

from __future__ import annotations

from django.db import models


class OrganizationKind(models.TextChoices):
    """Legal nature, as the first characters of the 统一社会信用代码 tell."""

    FIRM = "FIRM", "企业"
    INSTITUTION = "INSTITUTION", "事业单位"
    ORGAN = "ORGAN", "机关"
    OTHER = "OTHER", "其他"


class UnitRole(models.TextChoices):
    """What an organization does on a project. 监理 is the supervising engineer, never "supervisor"."""

    LEGAL_PERSON = "LEGAL_PERSON", "项目法人"
    SURVEYOR = "SURVEYOR", "勘察单位"
    DESIGNER = "DESIGNER", "设计单位"
    CONTRACTOR = "CONTRACTOR", "施工单位"
    SUPERVISING_ENGINEER = "SUPERVISING_ENGINEER", "监理单位"
    TESTING_AGENCY = "TESTING_AGENCY", "检测单位"
    MONITORING_AGENCY = "MONITORING_AGENCY", "监测单位"
    SUPPLIER = "SUPPLIER", "材料设备供应单位"
    AGENT_BUILDER = "AGENT_BUILDER", "代建单位"
    SUPERVISION_BODY = "SUPERVISION_BODY", "质量监督机构"


COMMITTED_ROLES = (
    UnitRole.LEGAL_PERSON,
    UnitRole.SURVEYOR,
    UnitRole.DESIGNER,
    UnitRole.CONTRACTOR,
    UnitRole.SUPERVISING_ENGINEER,
)
"""The five responsible parties that sign 质量终身责任承诺书 (水监督〔2021〕335号)."""


class SupervisionLevel(models.TextChoices):
    """Who supervises the project; decides the sampling stratum."""

    PROVINCE = "PROVINCE", "省级"
    CITY = "CITY", "市级"
    COUNTY = "COUNTY", "县级"


class ProjectStatus(models.TextChoices):
    """Stage of a project."""

    PLANNED = "PLANNED", "拟建"
    UNDER_WAY = "UNDER_WAY", "在建"
    SUSPENDED = "SUSPENDED", "停工"
    COMPLETED = "COMPLETED", "完工"
    ACCEPTED = "ACCEPTED", "竣工验收"


class ProjectCategory(models.TextChoices):
    """工程类别 (handbook §7.1)."""

    RESERVOIR_NEW = "RESERVOIR_NEW", "水库新建"
    RESERVOIR_REINFORCEMENT = "RESERVOIR_REINFORCEMENT", "水库除险加固"
    SLUICE_REINFORCEMENT = "SLUICE_REINFORCEMENT", "水闸除险加固"
    EMBANKMENT = "EMBANKMENT", "堤防/中小河流治理"
    FLASH_FLOOD = "FLASH_FLOOD", "山洪沟治理"
    IRRIGATION_NEW = "IRRIGATION_NEW", "灌区新建"
    IRRIGATION_UPGRADE = "IRRIGATION_UPGRADE", "灌区续建配套与节水（现代化）改造"
    WATER_DIVERSION = "WATER_DIVERSION", "引调水"
    PUMPING_STATION = "PUMPING_STATION", "泵站/提灌"
    WATER_SUPPLY = "WATER_SUPPLY", "农村供水/城乡供水一体化"
    SOIL_CONSERVATION = "SOIL_CONSERVATION", "水土保持"
    SMALL_WORKS = "SMALL_WORKS", "山坪塘/小农水"
    DROUGHT_SOURCE = "DROUGHT_SOURCE", "抗旱应急水源"
    FLOOD_DAMAGE = "FLOOD_DAMAGE", "水毁修复"
    HYDROPOWER = "HYDROPOWER", "水电增效"
    RIVER_CONNECTION = "RIVER_CONNECTION", "河湖连通/幸福河湖"
    OTHER = "OTHER", "其他"


class ConstructionNature(models.TextChoices):
    """建设性质."""

    NEW = "NEW", "新建"
    REBUILD = "REBUILD", "改建"
    EXTENSION = "EXTENSION", "扩建"
    REINFORCEMENT = "REINFORCEMENT", "加固"


class KeyWorkKind(models.TextChoices):
    """重要隐蔽单元工程 or 关键部位单元工程."""

    CONCEALED = "CONCEALED", "重要隐蔽单元工程"
    CRITICAL = "CRITICAL", "关键部位单元工程"


class ReturnState(models.TextChoices):
    """Life of a county's monthly return (handbook §5.10)."""

    DRAFT = "DRAFT", "填报中"
    SUBMITTED = "SUBMITTED", "已报送"
    RETURNED = "RETURNED", "已退回"
    ACCEPTED = "ACCEPTED", "已受理"
    FROZEN = "FROZEN", "已冻结"


class RemarkKind(models.TextChoices):
    """What the bureau noted about a return; each kind is an event of rubric item B3."""

    RETURNED = "RETURNED", "退回补正"
    FIELD_ERROR = "FIELD_ERROR", "抽核字段错误"
    OMITTED_PROJECT = "OMITTED_PROJECT", "漏报工程"


class FilingKind(models.TextChoices):
    """核备 types; labels and terms stay configurable because of SL/T 223-2025 (handbook §10)."""

    WORKS_BREAKDOWN = "WORKS_BREAKDOWN", "项目划分确认"
    CONCEALED_UNIT = "CONCEALED_UNIT", "重要隐蔽（关键部位）单元工程质量评定核备"
    DIVISION = "DIVISION", "分部工程质量评定核备"
    UNIT_WORK = "UNIT_WORK", "单位工程质量评定核备"
    APPEARANCE = "APPEARANCE", "外观质量评定核备"
    DEFECT = "DEFECT", "质量缺陷备案"
    OTHER = "OTHER", "其他备查事项"


class FilingResult(models.TextChoices):
    """Outcome of a review."""

    AGREED = "AGREED", "同意"
    RETURNED = "RETURNED", "退回"


class AcceptanceKind(models.TextChoices):
    """验收 stages."""

    DIVISION = "DIVISION", "分部工程验收"
    UNIT_WORK = "UNIT_WORK", "单位工程验收"
    CONTRACT = "CONTRACT", "合同工程完工验收"
    STAGE = "STAGE", "阶段验收"
    COMPLETION = "COMPLETION", "竣工验收"


class SiteStanding(models.TextChoices):
    """标准化工地 of works with a 建安费 of at least ten million yuan."""

    NONE = "NONE", "未创建"
    BUILDING = "BUILDING", "创建中"
    NAMED = "NAMED", "已命名"


class RiskClass(models.TextChoices):
    """Risk class of a project, A the lowest; it weighs the random draw."""

    A = "A", "A类（低）"
    B = "B", "B类（一般）"
    C = "C", "C类（较高）"
    D = "D", "D类（高）"


class Responsibility(models.TextChoices):
    """Whose 质量终身责任 a commitment is (水监督〔2021〕335号)."""

    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE", "法定代表人"
    PROJECT_LEADER = "PROJECT_LEADER", "项目负责人"
    DIRECT = "DIRECT", "直接责任人"


class WorkLevel(models.TextChoices):
    """Level of 项目划分; elements (单元工程) are counted, not listed."""

    UNIT_WORK = "UNIT_WORK", "单位工程"
    DIVISION = "DIVISION", "分部工程"


class AttachmentKind(models.TextChoices):
    """What an attached file shows."""

    DOCUMENT = "DOCUMENT", "文件材料"
    PLAQUE = "PLAQUE", "公示牌照片"
    COMMITMENT = "COMMITMENT", "承诺书扫描件"
    RETURN = "RETURN", "月报附件"
    REPORT = "REPORT", "项目法人月报附件"


class ReopeningState(models.TextChoices):
    """Life of a request to put right named fields of a return after its acceptance."""

    REQUESTED = "REQUESTED", "待批准"
    APPROVED = "APPROVED", "已批准"
    REFUSED = "REFUSED", "未批准"
    SUBMITTED = "SUBMITTED", "已补正报送"
    ACCEPTED = "ACCEPTED", "补正已受理"
    EXPIRED = "EXPIRED", "已过期"


class DoubtState(models.TextChoices):
    """Life of a 数据疑点: the county explains or corrects, the bureau judges."""

    OPEN = "OPEN", "待说明"
    EXPLAINED = "EXPLAINED", "已说明"
    CORRECTED = "CORRECTED", "已更正"
    CLEARED = "CLEARED", "已认可"
    ERROR = "ERROR", "核实有误"


class ReportState(models.TextChoices):
    """Life of a legal person's quality report."""

    DUE = "DUE", "待报送"
    SUBMITTED = "SUBMITTED", "已报送"
    RETURNED = "RETURNED", "已退回"
    ASSESSED = "ASSESSED", "已评价"
