"""The search for cyclic garbage waits for the block, and goes on after it whatever happened."""

from __future__ import annotations

import gc

import pytest

from core.garbage import collection_paused


@collection_paused()
def _inner() -> bool:
    return gc.isenabled()


def test_collection_waits_for_the_outermost_block_and_survives_an_error() -> None:
    assert gc.isenabled()
    with collection_paused():
        assert not _inner()
        assert not gc.isenabled(), "the inner block has ended, the outer has not"
    assert gc.isenabled()

    with pytest.raises(ZeroDivisionError), collection_paused():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_who_switched_it_off_keeps_it_off() -> None:
    gc.disable()
    try:
        with collection_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
