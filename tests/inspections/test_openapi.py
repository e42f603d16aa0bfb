"""The OpenAPI document: whole, valid, and it says of every address what it does and answers."""

from __future__ import annotations

import json
from typing import Any

from django.core.management import call_command

from inspections.urls import api


def test_the_document_is_valid_and_names_every_address(tmp_path):
    target = tmp_path / "openapi.json"
    # Any warning of the generator fails the command, and so does a document that is no OpenAPI.
    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", "--file", str(target)
    )
    document: dict[str, Any] = json.loads(target.read_text())
    operations = [
        (path, method, one)
        for path, methods in document["paths"].items()
        for method, one in methods.items()
        if method != "parameters"
    ]

    assert len(document["paths"]) == len(api.urlpatterns)
    assert len(operations) == len(api.urlpatterns)
    for path, method, one in operations:
        told = f"{method} {path}"
        assert len(one.get("description", "")) > 20, told
        good = [code for code in one["responses"] if code.startswith("2")]
        assert good, told
        for code in good:
            assert one["responses"][code].get("content"), f"{told} {code}"
    codes = {
        path: set(methods["put"]["responses"])
        for path, methods in document["paths"].items()
        if "put" in methods
    }
    assert {"201", "202", "401", "403", "404", "409", "413", "422"} <= codes["/api/v1/submissions/{id}"]
    assert "200" not in codes["/api/v1/submissions/{id}"], "200 is never a receipt"
