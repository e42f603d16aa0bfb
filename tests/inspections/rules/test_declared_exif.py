"""What a tablet says of the camera's file."""

from __future__ import annotations

from inspections.rules.declared_exif import CAMERA_SHA256, MAX_FACTS, declared_facts


def test_only_short_texts_and_numbers_are_kept() -> None:
    sent = {
        "make": "演示\u202e厂\n" + "长" * 500,
        "orientation": 6,
        "lat": "31.456667",
        "flag": True,
        "huge": 2**60,
        "nothing": None,
        "": "x",
        "<b>": "x",
        "list": [1],
        "reduced": {"camera_sha256": "a" * 64, "camera_byte_count": 5_000_000, "deep": {"x": 1}, "ü": 1},
    }
    found = declared_facts(sent)

    assert found.pop("make") == "演示厂" + "长" * 117
    assert found == {
        "orientation": 6,
        "latitude": "31.456667",
        CAMERA_SHA256: "a" * 64,
        "reduced.camera_byte_count": 5_000_000,
    }


def test_no_sender_fills_the_row() -> None:
    assert len(declared_facts({f"k{n}": n for n in range(1000)})) == MAX_FACTS
    assert declared_facts({"reduced": {"camera_sha256": "A" * 64}}) == {}
