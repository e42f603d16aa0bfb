"""风险分类: from a versioned rule set and the facts of one project to a class A–D with every reason. Pure."""

from scoring.rules.risk.classify import Classification, Reason, classify
from scoring.rules.risk.facts import RISK_FACTS, RiskFact
from scoring.rules.risk.parser import RiskRuleError, parse_risk_rules
from scoring.rules.risk.rules import ClassLine, RiskRule, RiskRules, RuleType

__all__ = [
    "RISK_FACTS",
    "ClassLine",
    "Classification",
    "Reason",
    "RiskFact",
    "RiskRule",
    "RiskRuleError",
    "RiskRules",
    "RuleType",
    "classify",
    "parse_risk_rules",
]
