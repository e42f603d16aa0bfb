"""Finding cities."""

from __future__ import annotations

from core.errors import DomainError
from tenancy.models import City


def city_by(mark: str) -> City:
    """Find a city by slug or code, as operators write it in commands.

    Raises DomainError when there is none; the sentence lists those that exist.
    """
    city = City.objects.filter(slug=mark).first() or City.objects.filter(code=mark).first()
    if city is None:
        known = "、".join(f"{c.slug}（{c.code}）" for c in City.objects.all()) or "（还没有任何城市）"
        raise DomainError(f"没有城市“{mark}”，现有：{known}。")
    return city
