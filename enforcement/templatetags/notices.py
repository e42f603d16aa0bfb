"""Chips of notices for templates of any app: `{% load notices %}`."""

from __future__ import annotations

from django import template

from enforcement import chips

register = template.Library()

register.filter("notice_chip", chips.notice_chip)
register.filter("is_notice_overdue", chips.is_notice_overdue)
