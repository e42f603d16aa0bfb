import base64

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from core.sealing import SealBroken, digest, seal, unseal

TEXTS = st.text(min_size=1, max_size=60)


@given(TEXTS, st.sampled_from(["", "id", "channel"]))
def test_what_was_sealed_opens_and_shows_nothing(text, purpose):
    token = seal(text, purpose=purpose)

    assert unseal(token, purpose=purpose) == text
    assert token.startswith("v1.")
    assert token != seal(text, purpose=purpose), "the same text twice must not look the same"
    assert text.encode() not in base64.urlsafe_b64decode(token[3:]) or len(text.encode()) < 4


@given(TEXTS, st.data())
def test_one_changed_byte_breaks_the_seal(text, data):
    raw = bytearray(base64.urlsafe_b64decode(seal(text)[3:]))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))

    with pytest.raises(SealBroken):
        unseal("v1." + base64.urlsafe_b64encode(bytes(raw)).decode())


@pytest.mark.parametrize(
    "token", ["v1.", "v1.AAAA", "v2." + "A" * 60, "身份证", "v1.身份证", "v1.a b c", "51070319"]
)
def test_what_is_no_token_is_refused_with_a_sentence(token):
    with pytest.raises(SealBroken, match=r"。$"):
        unseal(token)


def test_a_token_opens_only_for_its_purpose_and_with_its_key(settings):
    token = seal("510703199001011234", purpose="id")

    with pytest.raises(SealBroken):
        unseal(token, purpose="channel")
    settings.FIELD_KEY = base64.urlsafe_b64encode(b"x" * 32).decode()
    with pytest.raises(SealBroken):
        unseal(token, purpose="id")


def test_a_digest_is_keyed_and_belongs_to_its_purpose(settings):
    first = digest("510703199001011234", purpose="id")

    assert first == digest("510703199001011234", purpose="id") != digest("510703199001011235", purpose="id")
    assert len(first) == 64
    assert first != digest("510703199001011234", purpose="other")
    settings.FIELD_KEY = base64.urlsafe_b64encode(b"x" * 32).decode()
    assert first != digest("510703199001011234", purpose="id")


def test_nothing_stays_nothing():
    assert seal("") == unseal("") == digest("") == ""


@pytest.mark.parametrize("key", ["", "kurz", base64.b64encode(b"x" * 31).decode(), "钥匙"])
def test_a_bad_key_stops_the_work_instead_of_weakening_it(settings, key):
    settings.FIELD_KEY = key

    with pytest.raises(ImproperlyConfigured, match="32 bytes"):
        seal("x")
