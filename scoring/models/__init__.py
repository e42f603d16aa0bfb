"""Rubrics, runs, scores, lists; risk classes and key objects."""

from scoring.models.risk import KeyObjectEntry, KeyObjectList, ProjectRisk, RiskRuleSet
from scoring.models.rubric import RubricVersion
from scoring.models.run import CountyScore, Listing, ScoreRun, SubjectScore

__all__ = [
    "CountyScore",
    "KeyObjectEntry",
    "KeyObjectList",
    "Listing",
    "ProjectRisk",
    "RiskRuleSet",
    "RubricVersion",
    "ScoreRun",
    "SubjectScore",
]
