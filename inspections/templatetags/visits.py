"""Chips of inspections and photos: `{% load visits %}`."""

from __future__ import annotations

from django import template

from inspections import visit_chips

register = template.Library()

register.filter("visit_chip", visit_chips.visit_chip)
register.filter("photo_chip", visit_chips.photo_chip)
