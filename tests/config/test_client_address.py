"""Whose address stands in the trail: never one that a stranger writes into a header."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from config.middleware import client_address


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        pytest.param("10.0.0.9", "203.0.113.7", "10.0.0.9", id="an untrusted peer is believed nothing"),
        pytest.param("172.18.0.5", "203.0.113.7", "203.0.113.7", id="the proxy is believed"),
        pytest.param("172.18.0.5", "1.2.3.4, 203.0.113.7", "203.0.113.7", id="only what the proxy added"),
        pytest.param("172.18.0.5", "nonsense", "172.18.0.5", id="nonsense"),
        pytest.param("172.18.0.5", "", "172.18.0.5", id="nothing forwarded"),
        pytest.param("172.18.0.5", "2001:db8::1", "2001:db8::1", id="IPv6"),
    ],
)
def test_the_address_of_the_asker(settings, peer, forwarded, expected):
    settings.TRUSTED_PROXIES = ["172.18.0.0/16"]
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}

    request = RequestFactory().get("/healthz", REMOTE_ADDR=peer, **headers)

    assert client_address(request) == expected
