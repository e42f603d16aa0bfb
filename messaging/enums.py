"""Kinds of messages, the ways they go out, and the states of what went out."""

from __future__ import annotations

from django.db import models


class MessageKind(models.TextChoices):
    """What a message is about; decides whether it waits for the digest and which group channels carry it."""

    RETURN_OPENED = "RETURN_OPENED", "月报开放填报"
    RETURN_DUE = "RETURN_DUE", "月报催报"
    RETURN_HANDED_OVER = "RETURN_HANDED_OVER", "月报送审"
    RETURN_SUBMITTED = "RETURN_SUBMITTED", "月报报送"
    RETURN_RETURNED = "RETURN_RETURNED", "月报退回"
    RETURN_ACCEPTED = "RETURN_ACCEPTED", "月报受理"
    REOPENING = "REOPENING", "补正申请"
    DOUBT = "DOUBT", "数据疑点"
    REPORT_DUE = "REPORT_DUE", "项目法人月报催报"
    REPORT_ASSESSED = "REPORT_ASSESSED", "项目法人月报评价"
    REGISTER = "REGISTER", "工程台账"
    KEY_LIST = "KEY_LIST", "重点监管对象"
    TASK_ASSIGNED = "TASK_ASSIGNED", "工作任务"
    TASK_DUE = "TASK_DUE", "任务催办"
    CAMPAIGN = "CAMPAIGN", "举一反三"
    BODY = "BODY", "监督机构信息"
    TEST = "TEST", "测试消息"


URGENT_KINDS = frozenset(
    {
        MessageKind.RETURN_DUE,
        MessageKind.RETURN_RETURNED,
        MessageKind.REPORT_DUE,
        MessageKind.TASK_DUE,
        MessageKind.REOPENING,
        MessageKind.TEST,
    }
)
"""A term is running: these do not wait for the digest (quiet hours hold them back all the same)."""


class ChannelKind(models.TextChoices):
    """Ways out of the house besides e-mail. The address says to which group or gateway."""

    WECOM = "WECOM", "企业微信群机器人"
    DINGTALK = "DINGTALK", "钉钉群机器人"
    SMS = "SMS", "短信网关"


class DispatchState(models.TextChoices):
    """What became of one message on one way out. SENDING is committed before the network is touched (ADR 0014)."""

    WAITING = "WAITING", "待发送"
    SENDING = "SENDING", "发送中"
    SENT = "SENT", "已发出"
    FAILED = "FAILED", "发送失败"
    UNCERTAIN = "UNCERTAIN", "可能已发出，未确认"
    SKIPPED = "SKIPPED", "未发送"
