"""Choices of notices, letters, interviews, clues and facts."""

from __future__ import annotations

from django.db import models


class NoticeState(models.TextChoices):
    """Life of a 整改通知书 (handbook §5.10)."""

    DRAFT = "DRAFT", "草稿"
    REVIEW = "REVIEW", "审核中"
    SIGNED = "SIGNED", "已签发"
    SERVED = "SERVED", "已送达"
    REPLIED = "REPLIED", "已回复"
    CLOSED = "CLOSED", "已办结"
    REVOKED = "REVOKED", "已撤回"


ISSUED_NOTICE_STATES = (NoticeState.SIGNED, NoticeState.SERVED, NoticeState.REPLIED, NoticeState.CLOSED)


class NoticeSubject(models.TextChoices):
    """What the notice is about."""

    QUALITY = "QUALITY", "工程质量"
    BIDDING = "BIDDING", "招标投标"


class LetterState(models.TextChoices):
    """Life of a 提醒敦促函."""

    PROPOSED = "PROPOSED", "建议发函"
    DECLINED = "DECLINED", "不予发函"
    ISSUED = "ISSUED", "已发函"
    ANSWERED = "ANSWERED", "已反馈"


class InterviewState(models.TextChoices):
    """Life of a 约谈 (handbook §5.10)."""

    PROPOSED = "PROPOSED", "待决定"
    APPROVED = "APPROVED", "已批准"
    DECLINED = "DECLINED", "不予约谈"
    NOTICED = "NOTICED", "已通知"
    HELD = "HELD", "已约谈"
    MINUTED = "MINUTED", "纪要已签"
    REPORTED = "REPORTED", "已报整改"
    CLOSED = "CLOSED", "已办结"


class CriticismState(models.TextChoices):
    """Life of a proposed 通报批评."""

    PROPOSED = "PROPOSED", "待决定"
    APPROVED = "APPROVED", "已批准"
    DECLINED = "DECLINED", "不予通报"
    ISSUED = "ISSUED", "已印发"


class ClueKind(models.TextChoices):
    """违法违规线索 (水建管〔2016〕420号 and others)."""

    UNLAWFUL_ASSIGNMENT = "UNLAWFUL_ASSIGNMENT", "转包"
    UNLAWFUL_SUBCONTRACTING = "UNLAWFUL_SUBCONTRACTING", "违法分包"
    QUALIFICATION_LENDING = "QUALIFICATION_LENDING", "出借借用资质"
    BID_COLLUSION = "BID_COLLUSION", "围标串标"
    QUALITY_BREACH = "QUALITY_BREACH", "质量违法行为"
    OTHER = "OTHER", "其他"


class AccidentGrade(models.TextChoices):
    """质量事故 grades; the thresholds of 水利部令第57号 are the bureau's to apply."""

    ORDINARY = "ORDINARY", "一般质量事故"
    MAJOR = "MAJOR", "较大质量事故"
    SEVERE = "SEVERE", "重大质量事故"
    EXTREME = "EXTREME", "特大质量事故"
