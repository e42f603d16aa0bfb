"""Rules of photos: what the hash of the picture finds, when a stated time can be true."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from inspections.rules.perceptual import BITS, NEAR, SIDE, distance, perceptual_hash
from inspections.rules.photo_time import check_time

SCENES = 12
Change = Callable[[Image.Image], Image.Image]


def scene(seed: int) -> Image.Image:
    """A drawn scene: ground, sky, boxes, discs, lines, noise."""
    pick = random.Random(seed)
    width, height = 640, 480

    def tone() -> tuple[int, int, int]:
        return (pick.randrange(256), pick.randrange(256), pick.randrange(256))

    image = Image.new("RGB", (width, height), tone())
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, pick.randrange(100, 350), width, height), fill=tone())
    for _ in range(pick.randrange(6, 25)):
        x, y = pick.randrange(-50, width), pick.randrange(-50, height)
        box = (x, y, x + pick.randrange(20, 250), y + pick.randrange(20, 200))
        shape = pick.choice((pen.rectangle, pen.ellipse))
        shape(box, fill=tone())
    noise = Image.frombytes("RGB", (80, 60), pick.randbytes(80 * 60 * 3)).resize((width, height))
    return Image.blend(image, noise, 0.15).filter(ImageFilter.GaussianBlur(1))


def hash_of(image: Image.Image) -> str:
    return perceptual_hash(image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX).tobytes())


def again(quality: int) -> Change:
    def change(image: Image.Image) -> Image.Image:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality)
        return Image.open(io.BytesIO(out.getvalue())).convert("RGB")

    return change


def cropped(part: float) -> Change:
    def change(image: Image.Image) -> Image.Image:
        w, h = image.size
        return image.crop((int(w * part), int(h * part), int(w * (1 - part)), int(h * (1 - part))))

    return change


def turned(degrees: int) -> Change:
    return lambda image: image.rotate(degrees, resample=Image.Resampling.BICUBIC)


def test_a_changed_photo_is_found_and_another_one_is_not():
    """The figures of the module's docstring, on fewer scenes."""
    images = [scene(seed) for seed in range(SCENES)]
    hashes = [hash_of(image) for image in images]
    least: list[tuple[Change, float]] = [
        (again(70), 1),
        (again(30), 1),
        (lambda image: image.resize((320, 240)), 1),
        (lambda image: ImageEnhance.Brightness(image).enhance(1.2), 1),
        (cropped(0.02), 1),
        (turned(1), 1),
        (turned(2), 1),
        (turned(3), 0.75),
        (cropped(0.05), 0.1),
    ]
    for number, (change, recall) in enumerate(least):
        found = sum(distance(hash_of(change(i)), h) <= NEAR for i, h in zip(images, hashes, strict=True))
        assert found / SCENES >= recall, number

    others = [distance(a, b) for n, a in enumerate(hashes) for b in hashes[:n]]
    assert min(others) > NEAR
    assert BITS // 2 - 8 < sum(others) / len(others) < BITS // 2 + 8


def test_a_raster_of_another_size_is_no_raster():
    with pytest.raises(ValueError, match="32 x 32"):
        perceptual_hash(b"x")
    assert len(perceptual_hash(bytes(SIDE * SIDE))) == 64


TOKEN = dt.datetime(2023, 9, 5, 0, 0, tzinfo=dt.UTC)
ARRIVAL = TOKEN + dt.timedelta(hours=10)
HOUR, MINUTE = 3600, 60


@pytest.mark.parametrize(
    ("seconds", "offset", "token", "expected"),
    [
        (5 * HOUR, 0, True, "PLAUSIBLE"),
        (0, 0, True, "PLAUSIBLE"),
        (-MINUTE, 0, True, "PLAUSIBLE"),
        (-3 * MINUTE, 0, True, "EARLY"),
        (-24 * HOUR, 0, True, "EARLY"),
        (10 * HOUR, 0, True, "PLAUSIBLE"),
        (10 * HOUR + MINUTE, 0, True, "PLAUSIBLE"),
        (10 * HOUR + 3 * MINUTE, 0, True, "LATE"),
        (30 * HOUR, 0, True, "LATE"),
        # A clock that is an hour fast or slow, and says so.
        (11 * HOUR, -HOUR, True, "PLAUSIBLE"),
        (-HOUR, HOUR, True, "PLAUSIBLE"),
        # A clock that was turned after the offset was measured.
        (-20 * HOUR, HOUR, True, "EARLY"),
        (20 * HOUR, -HOUR, True, "LATE"),
        # An offset that was made up to move the photo.
        (5 * HOUR, -24 * HOUR, True, "EARLY"),
        (5 * HOUR, 24 * HOUR, True, "LATE"),
        (5 * HOUR, None, True, "PLAUSIBLE"),
        (-24 * HOUR, None, True, "EARLY"),
        (5 * HOUR, 0, False, "NO_TOKEN"),
        (-24 * HOUR, 0, False, "NO_TOKEN"),
        (30 * HOUR, 0, False, "LATE"),
    ],
)
def test_twenty_clocks(seconds, offset, token, expected):
    assert (
        check_time(
            taken_at=TOKEN + dt.timedelta(seconds=seconds),
            clock_offset_ms=None if offset is None else offset * 1000,
            token_at=TOKEN if token else None,
            received_at=ARRIVAL,
        )
        == expected
    )
