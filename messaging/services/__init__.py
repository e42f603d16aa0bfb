"""Telling people: what other apps call."""

from messaging.selectors.recipients import people_by_county, people_with
from messaging.services.sending import send

__all__ = ["people_by_county", "people_with", "send"]
