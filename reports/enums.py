"""Kinds and states of official documents, states of import batches."""

from __future__ import annotations

from django.db import models


class DocumentKind(models.TextChoices):
    """What the product issues."""

    CIRCULAR = "CIRCULAR", "月度通报"
    CRITICISM = "CRITICISM", "通报批评"
    RECTIFICATION_NOTICE = "RECTIFICATION_NOTICE", "整改通知书"
    INTERVIEW_NOTICE = "INTERVIEW_NOTICE", "约谈通知书"
    REMINDER_LETTER = "REMINDER_LETTER", "提醒敦促函"
    YEAR_PLAN = "YEAR_PLAN", "年度质量监督要点"
    KEY_OBJECT_LIST = "KEY_OBJECT_LIST", "重点监管对象名单"


class DocumentState(models.TextChoices):
    """Draft → review → reviewed → issued; an issued document never changes, it can only be withdrawn."""

    DRAFT = "DRAFT", "拟稿"
    REVIEW = "REVIEW", "审核中"
    REVIEWED = "REVIEWED", "待签发"
    ISSUED = "ISSUED", "已印发"
    WITHDRAWN = "WITHDRAWN", "已撤回"
    DISCARDED = "DISCARDED", "已废止草稿"


class DocumentFormat(models.TextChoices):
    """GB/T 9704: the number series decides the format."""

    WENJIAN = "WENJIAN", "文件格式"
    XINHAN = "XINHAN", "信函格式"


class BatchState(models.TextChoices):
    """Life of an uploaded ledger workbook."""

    UPLOADED = "UPLOADED", "已上传"
    REFUSED = "REFUSED", "有错误，未写入"
    CHECKED = "CHECKED", "检查通过（未写入）"
    IMPORTED = "IMPORTED", "已导入"
    UNDONE = "UNDONE", "已撤销"


class UploadState(models.TextChoices):
    """Life of an uploaded workbook of a monthly return."""

    UPLOADED = "UPLOADED", "正在读取"
    REFUSED = "REFUSED", "不能读取"
    READ = "READ", "待写入"
    APPLIED = "APPLIED", "已写入"
    UNDONE = "UNDONE", "已撤销"
