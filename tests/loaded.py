"""What the forking process holds (forked.py): the product with its tasks and addresses, without a connection."""

from __future__ import annotations

import django

django.setup()

from celery import current_app  # noqa: E402
from django.urls import get_resolver  # noqa: E402

import tests.conftest  # noqa: E402
import tests.faults.months  # noqa: E402
import tests.faults.syncing  # noqa: E402
import tests.inspections.tablet  # noqa: E402, F401

current_app.loader.import_default_modules()
get_resolver().reverse_dict  # noqa: B018 builds it
