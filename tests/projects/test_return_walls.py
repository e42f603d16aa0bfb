"""What the database refuses of a return, whoever asks."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from projects.models import ReturnLine, ReturnVersion
from tenancy.models import City
from tenancy.scope import city_scope
from tests.projects.open_month import OpenMonth, open_month


@pytest.mark.parametrize("is_submitted", [False, True])
def test_lines_and_versions_stay_where_they_are(city: City, is_submitted: bool) -> None:
    month: OpenMonth = open_month(city)
    with city_scope(city.id):
        versions = ReturnVersion.objects.filter(jurisdiction=month.return_.jurisdiction)
        here = versions.get(submitted_at__isnull=not is_submitted)
        there = versions.exclude(pk=here.pk).get()
        home = there.monthly_return
        with pytest.raises(IntegrityError, match="never goes to another version"), transaction.atomic():
            ReturnLine.objects.filter(version=here).update(version=there)
        with pytest.raises(IntegrityError, match="never goes to another return"), transaction.atomic():
            ReturnVersion.objects.filter(pk=here.pk).update(monthly_return=home, number=9)
