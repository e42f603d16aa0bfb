"""Chips of scores for templates of any app: `{% load scores %}`."""

from __future__ import annotations

from django import template

from scoring import chips

register = template.Library()

register.filter("flag_chips", chips.flag_chips)
register.filter("run_chip", chips.run_chip)
