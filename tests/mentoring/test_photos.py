"""A mentor's photo: made anew from what she sent, shown to whoever may see her, and to nobody else."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from PIL import Image

from backend.accounts.models import Organisation, User
from backend.lib.pictures import make_square
from backend.lib.refusal import Refused
from mentoring import actions
from mentoring.models import Mentor, Mentorship, Photo
from tests.factories.mentoring import make_photo

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ORIENTATION, CAMERA, PLACE = 0x0112, 0x0110, 0x8825
RED, BLUE = (True, False), (False, True)


def drawn(size: tuple[int, int], form: str = "JPEG", *, turned: int = 1, mode: str = "RGB") -> bytes:
    """Left third red, the rest blue; with where it was taken and by what, and how to hold it."""
    picture = Image.new(mode, size, "blue" if mode == "RGB" else (0, 0, 0, 0))
    if mode == "RGB":
        picture.paste("red", (0, 0, size[0] // 3, size[1]))
    exif = Image.Exif()
    exif[ORIENTATION], exif[CAMERA] = turned, "Appareil de Marc"
    exif.get_ifd(PLACE)[1] = "N"
    out = BytesIO()
    picture.save(out, form, exif=exif)
    return out.getvalue()


def kept(data: bytes) -> Image.Image:
    return Image.open(BytesIO(make_square(data, side=512)))


def colour(picture: Image.Image, across: int, down: int) -> tuple[bool, bool]:
    """Whether a pixel is mostly red, and mostly blue."""
    pixel = picture.getpixel((across, down))
    assert isinstance(pixel, tuple)
    return pixel[0] > 128, pixel[2] > 128


def test_a_picture_is_cut_to_its_middle_upright_and_says_nothing_of_place_or_camera() -> None:
    sent = drawn((1800, 900))
    assert b"Appareil de Marc" in sent
    square = kept(sent)
    assert (square.format, square.size, square.getexif(), b"Appareil" in make_square(sent, side=512)) == (
        "WEBP", (512, 512), {}, False,
    )  # fmt: skip
    # Of 1,800 px the middle 900 are kept: 150 red of 900, at the left.
    assert (colour(square, 40, 256), colour(square, 130, 256)) == (RED, BLUE)
    upright = kept(drawn((900, 1800), turned=6))  # held sideways: its left is its top
    assert (colour(upright, 256, 500), kept(drawn((200, 120), "PNG")).size) == (BLUE, (120, 120))


def test_what_is_clear_becomes_white() -> None:
    assert kept(drawn((80, 80), "PNG", mode="RGBA")).getpixel((40, 40)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is no picture that we can show"),
        (b"%PDF-1.7 a photo", "This is no picture that we can show"),
        (drawn((300, 300))[:900], "damaged"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 20, "damaged"),
        (drawn((40, 400)), "too small"),
        (b"", "This file is empty."),
    ],
)
def test_what_is_no_picture_is_told_and_the_former_one_stays(profile: Mentor, data: bytes, said: str) -> None:
    digest = make_photo(profile).photo_digest
    with translation.override("en"), pytest.raises(Refused, match=said):
        actions.keep_photo(profile, content=data, by=profile.user)
    profile.refresh_from_db()
    assert (profile.photo_digest, Photo.objects.get().mentor) == (digest, profile)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unfolded(profile: Mentor) -> None:
    out = BytesIO()
    Image.new("1", (7_200, 7_000)).save(out, "PNG")  # less than what the library itself takes for a bomb
    assert len(out.getvalue()) < 100_000
    with translation.override("en"), pytest.raises(Refused, match="50 million pixels"):
        actions.keep_photo(profile, content=out.getvalue(), by=profile.user)


def test_whoever_may_see_the_mentor_sees_the_photo_under_an_address_that_changes_with_it(
    client: Client, pair: Mentorship, mentor: User, outsider: User
) -> None:
    client.force_login(mentor)
    page = f"/mentors/{pair.mentor_id}/photo/"
    wrong = client.post(page, {"photo": SimpleUploadedFile("moi.jpg", b"MZ not a photo")})
    assert "n’est pas une image" in wrong.content.decode()
    client.post(page, {"photo": SimpleUploadedFile("moi.png", drawn((300, 300)))})
    pair.mentor.refresh_from_db()
    first = pair.mentor.photo_url
    client.force_login(pair.journey.holder.user)
    answer = client.get(first)
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        200, "image/webp", "private, max-age=31536000, immutable",
    )  # fmt: skip
    assert f'src="{first}"' in client.get(f"/mentorships/{pair.pk}/").content.decode()
    make_photo(pair.mentor, "pink")
    assert [client.get(url).status_code for url in (first, pair.mentor.photo_url)] == [404, 200]
    client.force_login(outsider)
    assert client.get(pair.mentor.photo_url).status_code == 404


def test_a_photo_taken_away_leaves_the_initials(
    client: Client, profile: Mentor, lead: User, organisation: Organisation
) -> None:
    make_photo(profile)
    gone = profile.photo_url
    client.force_login(lead)
    assert f'src="{gone}"' in client.get("/mentors/").content.decode()
    client.post(f"/mentors/{profile.pk}/photo/remove/")
    listed = client.get("/mentors/").content.decode()
    assert ("<img class" in listed, "avatar-medium" in listed, Photo.objects.count(), client.get(gone).status_code) == (
        False, True, 0, 404,
    )  # fmt: skip
