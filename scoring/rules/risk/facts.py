"""The facts of a project that a risk rule may ask for: what each is called, its unit, and which way is worse.

A fact that has no record is absent (None): no rule applies to it. What is missing from the register is a fact of its own
(`schedule_unknown`), so that silence never makes a project look safe.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

FactValue = Decimal | int | bool | None


class Kind(Enum):
    """NUMBER: a measure, two decimals. COUNT: whole and not negative. FLAG: yes or no, yes is the worse."""

    NUMBER = auto()
    COUNT = auto()
    FLAG = auto()


class Worse(Enum):
    """Which way the risk grows."""

    HIGHER = auto()
    LOWER = auto()


@dataclass(frozen=True, slots=True)
class RiskFact:
    """One fact. `unit` follows the number in sentences; flags have none."""

    label: str
    kind: Kind
    unit: str = ""
    worse: Worse = Worse.HIGHER


RISK_FACTS: dict[str, RiskFact] = {
    # 进度
    "delay_points": RiskFact("形象进度落后于时间进度", Kind.NUMBER, "个百分点"),
    "overdue_finish_days": RiskFact("超过计划完工日期", Kind.COUNT, "天"),
    "schedule_unknown": RiskFact("未登记形象进度或计划工期", Kind.FLAG),
    "is_suspended": RiskFact("停工", Kind.FLAG),
    # 造价
    "price_of_estimate_percent": RiskFact("中标价占批复概算", Kind.NUMBER, "%"),
    "price_of_cost_percent": RiskFact("中标价占建安费", Kind.NUMBER, "%", Worse.LOWER),
    # 监督手续与责任
    "unregistered_days": RiskFact("开工后未办质量监督手续", Kind.COUNT, "天"),
    "uncommitted_units": RiskFact("未签质量终身责任承诺书的责任单位", Kind.COUNT, "家"),
    # 问题、检测、事故
    "open_serious_findings": RiskFact("未销号的较重问题", Kind.COUNT, "个"),
    "open_grave_findings": RiskFact("未销号的严重问题", Kind.COUNT, "个"),
    "overdue_serious_findings": RiskFact("逾期未整改的较重问题", Kind.COUNT, "个"),
    "overdue_grave_findings": RiskFact("逾期未整改的严重问题", Kind.COUNT, "个"),
    "failed_tests": RiskFact("监督检测不合格", Kind.COUNT, "次"),
    "unhandled_failed_tests": RiskFact("检测不合格尚未处置", Kind.COUNT, "次"),
    "accidents": RiskFact("质量事故", Kind.COUNT, "起"),
    "uninspected_days": RiskFact("未受监督检查", Kind.COUNT, "天"),
    # 月报
    "county_nil_returns": RiskFact("所在县区零报告", Kind.COUNT, "个月"),
    "county_missing_returns": RiskFact("所在县区未报月报", Kind.COUNT, "个月"),
    "missed_reports": RiskFact("项目法人质量月报未按期报送", Kind.COUNT, "期"),
    "report_score": RiskFact("项目法人质量月报评价得分", Kind.NUMBER, "分", Worse.LOWER),
    # 人员与单位
    "attendance_percent": RiskFact("主要管理人员最低到岗率", Kind.NUMBER, "%", Worse.LOWER),
    "attendance_fraud": RiskFact("考勤弄虚作假", Kind.FLAG),
    "units_new_to_city": RiskFact("首次在本市承建或监理的单位", Kind.COUNT, "家"),
    "units_without_finished_project": RiskFact("在本市尚无完工业绩的施工、监理单位", Kind.COUNT, "家"),
    # 部位与工程本身
    "key_works_30_days": RiskFact("30天内重要隐蔽、关键部位施工", Kind.COUNT, "处"),
    "key_works_60_days": RiskFact("31至60天内重要隐蔽、关键部位施工", Kind.COUNT, "处"),
    "key_works_late": RiskFact("重要隐蔽、关键部位超过计划未验收", Kind.COUNT, "处"),
    "site_not_standardized": RiskFact("应创建而未创建标准化工地", Kind.FLAG),
    "estimate_wan_yuan": RiskFact("批复概算", Kind.NUMBER, "万元"),
    "is_reservoir": RiskFact("水库工程", Kind.FLAG),
}

PARAMETERS: dict[str, str] = {
    "return_months": "县级月报回看月数",
    "return_grace_days": "月报未载明期限时，月后多少天未报即为未报",
    "report_months": "项目法人质量月报回看月数",
    "attendance_months": "到岗率回看月数",
    "test_months": "监督检测回看月数",
    "accident_months": "质量事故回看月数",
    "site_cost_min_wan_yuan": "应创建标准化工地的建安费下限（万元）",
    "near_days": "近期部位：多少天内",
    "far_days": "远期部位：多少天内",
}
"""What the queries need beside the rules."""
