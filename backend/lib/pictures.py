"""A picture somebody sent, made anew here: upright, square, small, without what the camera wrote beside it."""

import io

from PIL import Image, ImageOps

from backend.lib.uploads import Unacceptable, recognise

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
ACCEPTED = ".jpg,.jpeg,.png,.webp,image/jpeg,image/png,image/webp"
MOST_PIXELS = 50_000_000  # a telephone's picture has 12 to 50 million
SMALLEST = 64  # px a side
BACKGROUND = (255, 255, 255)


def make_square(data: bytes, *, side: int) -> bytes:
    """The middle of the picture as a WebP square of at most `side` px, never enlarged.

    Nothing else of the file is kept: no place, no day, no camera. Raises Unacceptable for what is no JPEG, PNG or WebP,
    for more than 50 million pixels (told before any is unfolded), for one too small to show a face, or when damaged.
    """
    content_type = recognise(data, "").content_type  # whatever the file is called: it is drawn anew
    if content_type not in FORMATS:
        raise Unacceptable("not_listed")
    try:
        picture = Image.open(io.BytesIO(data), formats=[FORMATS[content_type]])
        if picture.width * picture.height > MOST_PIXELS:
            raise Unacceptable("too_heavy")
        if min(picture.size) < SMALLEST:
            raise Unacceptable("too_small")
        picture.draft("RGB", (2 * side, 2 * side))  # a JPEG is unfolded at a fraction of its size
        return _squared(picture, side)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unacceptable("too_heavy") from None
    except (OSError, SyntaxError, ValueError, EOFError):
        raise Unacceptable("damaged") from None


def _squared(picture: Image.Image, side: int) -> bytes:
    upright = ImageOps.exif_transpose(picture)
    smallest = min(side, *upright.size)
    size = (smallest, smallest)
    layer = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    square = ImageOps.fit(layer, size, method=Image.Resampling.LANCZOS)
    if square.mode == "RGBA":
        opaque = Image.new("RGB", size, BACKGROUND)
        opaque.paste(square, mask=square.getchannel("A"))
        square = opaque
    out = io.BytesIO()
    square.save(out, "WEBP", quality=82, method=4)
    return out.getvalue()
