"""Every letter can be shown before anybody gets it: with sample data, in both languages, whatever it may say."""

import pytest

from backend.accounts.models import Organisation
from backend.mail import gallery
from backend.mail.kinds import KIND_OF
from tests.house.source import nothing

HOUSE = Organisation(pk=1, name="Les Écossolies", slug="ecossolies", contact_email="contact@example.org")
gallery.find_samples()
FACES = [(template, face) for template, one in gallery.SAMPLES.items() for face in ("", *one.faces)]
HOW = (
    "write what shows it in the `samples` module of its app: @sample(template, to=…, when=…) above a function from a "
    "cast to the context of the letter, as those beside it do"
)


def test_every_letter_has_a_sample() -> None:
    nothing(set(KIND_OF) - set(gallery.SAMPLES), HOW)
    nothing(set(gallery.SAMPLES) - set(KIND_OF), "no letter has this name: take its sample away")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_sample_needs_no_row_and_leaves_no_variable_undefined(language: str) -> None:
    """No database is there to ask; an undefined variable raises."""
    found = []
    for template, face in FACES:
        try:
            letter = gallery.shown(gallery.SAMPLES[template], HOUSE, language, face)
        except Exception as error:  # whichever it is, it says what the sample lacks
            found.append(f"{template} {face}: {error!r}")
        else:
            found += [] if letter.subject and letter.text else [f"{template} {face}: it says nothing"]
    nothing(found, HOW)
