"""Rubrics, runs, scores, lists."""

from scoring.models.rubric import RubricVersion
from scoring.models.run import CountyScore, Listing, ScoreRun, SubjectScore

__all__ = ["CountyScore", "Listing", "RubricVersion", "ScoreRun", "SubjectScore"]
