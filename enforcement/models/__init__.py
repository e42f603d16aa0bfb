"""Notices, letters, interviews, clues, accidents and recorded scoring facts."""

from enforcement.models.clues import Clue
from enforcement.models.facts import Accident, AdjustmentFact, RedLineFact
from enforcement.models.measures import CriticismProposal, Interview, ReminderLetter
from enforcement.models.notice import (
    DeadlineExtension,
    NoticeFinding,
    Recheck,
    RectificationNotice,
    RectificationReply,
)

__all__ = [
    "Accident",
    "AdjustmentFact",
    "Clue",
    "CriticismProposal",
    "DeadlineExtension",
    "Interview",
    "NoticeFinding",
    "Recheck",
    "RectificationNotice",
    "RectificationReply",
    "RedLineFact",
    "ReminderLetter",
]
