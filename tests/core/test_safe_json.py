"""JSON from outside."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.safe_json import MAX_DEPTH, BadJson, parse

TEXT = st.text('ab"\\[]{},:中\n\u2028😀')
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_may_be_sent_comes_back(value):
    assert parse(json.dumps(value).encode()) == value
    assert parse(json.dumps(value, ensure_ascii=False).encode()) == value


def test_brackets_in_texts_are_no_depth():
    assert parse(json.dumps(["[" * 500, '\\"[' * 50]).encode()) == ["[" * 500, '\\"[' * 50]
    assert parse(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    with pytest.raises(BadJson, match="嵌套"):
        parse(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_a_refusal(raw):
    with contextlib.suppress(BadJson):
        parse(raw)
