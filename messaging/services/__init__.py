"""Telling people: what other apps call."""

from messaging.selectors.recipients import people_with
from messaging.services.sending import send

__all__ = ["people_with", "send"]
