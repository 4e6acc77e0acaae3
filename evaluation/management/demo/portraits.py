"""Drawn portraits for a few mentors of the demo: flat shapes of one hue, nobody's face."""

import io
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw

from journeys.models import Holder

SIDE, DRAWN = 512, 1024  # px: drawn larger, then reduced, so that edges are smooth

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Portrait:
    """Four tones of a hue, from the ground to the hair, and how the hair is worn."""

    ground: Colour
    skin: Colour
    cloth: Colour
    hair: Colour
    worn: str


PORTRAITS = (
    Portrait((214, 236, 232), (158, 208, 201), (26, 128, 126), (12, 66, 70), "curly"),
    Portrait((222, 226, 246), (180, 188, 230), (96, 106, 178), (42, 46, 92), "short"),
    Portrait((250, 226, 206), (246, 188, 158), (214, 104, 72), (122, 52, 38), "long"),
    Portrait((240, 232, 204), (228, 204, 140), (178, 142, 54), (84, 66, 24), "bun"),
)
CURLS = ((32, 34, 13), (50, 24, 15), (68, 34, 13), (28, 48, 10), (72, 48, 10))
OF_MENTORS = (0, 2, 3)
"""Which of an organisation’s mentors have one; the others show their initials."""


def portray(gender: str, number: int) -> bytes:
    """A portrait for somebody."""
    fitting = [one for one in PORTRAITS if (one.worn == "short") == (gender == Holder.Gender.MAN)]
    return draw(fitting[number % len(fitting)])


@cache
def draw(portrait: Portrait) -> bytes:
    """The portrait as a PNG."""
    picture = Image.new("RGB", (DRAWN, DRAWN), portrait.ground)
    pen, unit = ImageDraw.Draw(picture), DRAWN / 100

    def box(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        return left * unit, top * unit, right * unit, bottom * unit

    def disc(x: float, y: float, wide: float, high: float, colour: Colour) -> None:
        pen.ellipse(box(x - wide, y - high, x + wide, y + high), fill=colour)

    if portrait.worn == "curly":
        for x, y, radius in CURLS:
            disc(x, y, radius, radius, portrait.hair)
    elif portrait.worn == "long":
        pen.rounded_rectangle(box(27, 30, 73, 80), 22 * unit, fill=portrait.hair)
    elif portrait.worn == "bun":
        disc(50, 17, 10, 10, portrait.hair)
    disc(50, 104, 38, 34, portrait.cloth)
    pen.rounded_rectangle(box(42, 52, 58, 78), 8 * unit, fill=portrait.skin)
    disc(50, 44, 17.5, 21, portrait.skin)
    pen.pieslice(box(32, 20, 68, 64), 180, 360, fill=portrait.hair)
    disc(50, 50, 17.5, 17 if portrait.worn == "short" else 14, portrait.skin)
    out = io.BytesIO()
    picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()
