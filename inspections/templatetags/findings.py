"""Chips of findings for templates of any app: `{% load findings %}`."""

from __future__ import annotations

from django import template

from inspections import chips

register = template.Library()

register.filter("severity_chip", chips.severity_chip)
register.filter("finding_state_chip", chips.state_chip)
register.filter("is_overdue", chips.is_overdue)
register.filter("verdict_chip", chips.verdict_chip)
