"""Finding one organization by what a person types: 信用代码, name, part of a name, 拼音 or its initials."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from core.text import half_width
from core.uscc import LENGTH
from projects.models import Organization

CANDIDATES = 20


def find_organizations(text: str) -> list[Organization]:
    """The exact one alone, else at most `CANDIDATES` that fit; merged ones are left out."""
    words = half_width(text).strip()
    if not words:
        return []
    rows: QuerySet[Organization] = Organization.objects.filter(merged_into__isnull=True)
    code = next((part for part in words.upper().split() if len(part) == LENGTH and part.isalnum()), "")
    exact = list(rows.filter(Q(uscc=code) | Q(name=text.strip()))[:CANDIDATES])
    if exact or code:
        return exact
    latin = words.lower().replace(" ", "")
    condition = Q(name__icontains=words) | Q(uscc__startswith=words.upper())
    if latin.isascii() and latin.isalpha():
        condition |= Q(name_pinyin__contains=latin) | Q(name_initials__contains=latin)
    return list(rows.filter(condition).order_by("name_pinyin")[:CANDIDATES])


def usual_legal_persons() -> list[Organization]:
    """Who is a legal person on this scope's projects already, for the field's proposals."""
    rows = Organization.objects.filter(projects_as_legal_person__isnull=False, merged_into__isnull=True)
    return list(rows.distinct().order_by("name_pinyin")[:200])
