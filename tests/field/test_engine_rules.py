"""What both sides must do alike: the ranking of the catalogue, the order of identifiers."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest

VECTORS = Path(__file__).parents[1] / "inspections" / "rules" / "search_vectors.json"

pytestmark = pytest.mark.browser


def test_the_tablet_ranks_as_the_office_and_its_identifiers_keep_their_order(tablet):
    """A clock that is set back and thousands in one millisecond change nothing in the order."""
    page = tablet.page()
    told = page.evaluate(
        """async ({items, queries}) => {
            const {search} = await import("/static/field/engine/catalogue.js");
            return queries.map(({query}) => ({query, codes: search(items, query).map((one) => one.code)}));
        }""",
        json.loads(VECTORS.read_text(encoding="utf-8")),
    )
    assert told == json.loads(VECTORS.read_text(encoding="utf-8"))["queries"]

    made = page.evaluate(
        """async () => {
            const {uuid} = await import("/static/field/engine/util.js");
            const real = Date.now;
            const found = [];
            Date.now = () => 1700000000000;
            for (let count = 0; count < 6000; count++) found.push(uuid());
            Date.now = () => 1600000000000;
            found.push(uuid());
            Date.now = real;
            return [...found, uuid()];
        }"""
    )
    assert made == sorted(set(made))
    assert {(one.version, one.variant) for one in map(uuid.UUID, made)} == {(7, uuid.RFC_4122)}
    assert uuid.UUID(made[0]).int >> 80 == 1700000000000
