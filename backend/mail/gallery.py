"""Every letter with sample data: what leads look at, and what tests read, before anybody gets one.

Each app keeps a `samples` module that says of each of its letters who gets it, when it leaves, and with what context it
can be shown. Nothing of it is a row: people, projects and places are made up, unsaved, and say so by their names.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.mail.kinds import KIND_OF, Kind
from backend.mail.letters import Reader, Rendered, render, render_subject

# Given names that say nothing of a person's gender, by their part; all of them are called Sample.
GIVEN = {
    "holder": "Camille", "mentor": "Dominique", "lead": "Claude", "next": "Alix", "other": "Maxime", "tutor": "Sacha",
    "trainer": "Andrea", "guest": "Morgan",
}  # fmt: skip
READERS = {
    "anybody": gettext_lazy("whoever it concerns"),
    "holder": gettext_lazy("project holder"),
    "mentor": gettext_lazy("mentor"),
    "lead": gettext_lazy("programme leads"),
    "follower": gettext_lazy("whoever follows the journey"),
    "observer": gettext_lazy("whoever reads published figures"),
    "invited": gettext_lazy("everyone invited"),
    "party": gettext_lazy("whoever signs the agreement"),
    "tutor": pgettext_lazy("reader", "tutor"),
    "company": gettext_lazy("host company"),
    "trainer": pgettext_lazy("reader", "trainer"),
    "companion": gettext_lazy("referent, trainer or adviser"),
}
"""Who gets a letter, as leads say it."""
PLAYED_BY = {"lead": "lead", "follower": "lead", "mentor": "mentor", "tutor": "tutor", "company": "tutor",
             "trainer": "trainer", "companion": "guest"}  # fmt: skip
PLAYED = "sample_reader"
"""Key of a context that names the part of its reader, where a face is written to somebody else."""
SATURDAY = 5
SECRET = "sample-" * 5
LINK = re.compile(r'\bhref="[^"]*"')


@dataclass(frozen=True)
class Cast:
    """Who plays in the samples of one organisation: nobody who exists. Days and hours are by its clock."""

    organisation: Organisation
    now: datetime
    people: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, part: str) -> User:
        """`cast.holder`, `cast.mentor`…: the same person each time."""
        if part not in GIVEN:
            raise AttributeError(part)
        if part not in self.people:
            number = list(GIVEN).index(part) + 1
            self.people[part] = User(
                pk=-number, first_name=GIVEN[part], last_name=_("Sample"), email=f"{GIVEN[part].lower()}@example.org"
            )
        return self.people[part]

    def on(self, days: int) -> date:
        """The day so many days from today."""
        return (self.now.astimezone(self.zone) + timedelta(days)).date()

    def at(self, days: int, hour: int, minute: int = 0) -> datetime:
        """So many days from today, at this hour; on a Monday instead of a weekend."""
        day = self.on(days)
        if day.weekday() >= SATURDAY:
            day += timedelta(7 - day.weekday())
        return datetime.combine(day, time(hour, minute), tzinfo=self.zone)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.organisation.time_zone)

    def link(self, name: str) -> str:
        """An address as long as those that letters hold; it opens nothing."""
        return f"{settings.SITE_URL}/{name}/{SECRET}/"


Build = Callable[[Cast, str], Mapping[str, Any]]


@dataclass(frozen=True)
class Sample:
    """One letter, as the gallery shows it. `faces`: what else the same letter may say, by code, in a few words."""

    template: str
    to: tuple[str, ...]
    when: Promise
    build: Build
    faces: Mapping[str, Promise]

    @property
    def kind(self) -> Kind:
        return KIND_OF[self.template]

    @property
    def app(self) -> str:
        return self.template.partition("/")[0]

    @property
    def name(self) -> str:
        return self.template.rpartition("/")[2]

    @property
    def readers(self) -> list[Promise]:
        """Who gets it, in words."""
        return [READERS[code] for code in self.to]


SAMPLES: dict[str, Sample] = {}


def sample(template: str, *, to: str, when: Promise, faces: Mapping[str, Promise] | None = None) -> Callable[..., Any]:
    """Registers what builds the context of this letter: called with a cast and the code of a face ("" for the first).

    `to`: codes of `READERS`, the one the sample is written to first. `when` it leaves, for whoever runs a programme.
    """

    def register(build: Build) -> Build:
        SAMPLES[template] = Sample(template, tuple(to.split()), when, build, dict(faces or {}))
        return build

    return register


def find_samples() -> None:
    """Reads the `samples` module of every app."""
    autodiscover_modules("samples")


def find_sample(template: str) -> Sample | None:
    """How this letter can be shown, if it is one of ours."""
    find_samples()
    return SAMPLES.get(template)


def samples() -> list[Sample]:
    """Every letter, kind by kind, in the order in which the kinds are told."""
    find_samples()
    return [SAMPLES[template] for template in KIND_OF if template in SAMPLES]


def _written(one: Sample, organisation: Organisation, language: str, face: str) -> tuple[Reader, Mapping[str, Any]]:
    """Who reads it, and its context; within the language and on the clock of the letter."""
    with translation.override(language):
        cast = Cast(organisation, clock.now())
        with timezone.override(cast.zone):
            context = dict(one.build(cast, face))
        person: User = getattr(cast, context.pop(PLAYED, PLAYED_BY.get(one.to[0], "holder")))
        reader = Reader(
            address=person.email, name=person.get_full_name(), first_name=person.first_name, language=language,
            time_zone=organisation.time_zone, user=person,
        )  # fmt: skip
        return reader, context


def shown(one: Sample, organisation: Organisation, language: str, face: str = "") -> Rendered:
    """This letter in this language, from this organisation, to somebody who does not exist. Its links open nothing."""
    reader, context = _written(one, organisation, language, face)
    return render(one.template, reader, context, organisation)


def subject_of(one: Sample, organisation: Organisation, language: str) -> str:
    """The subject of this letter alone; written once a day for each name that an organisation goes by."""
    house = organisation.pk, organisation.name, organisation.time_zone
    return _subject(one.template, language, clock.today(organisation.time_zone), *house)


@lru_cache(maxsize=4096)
def _subject(template: str, language: str, _today: date, pk: int, name: str, time_zone: str) -> str:
    house = Organisation(pk=pk, name=name, time_zone=time_zone)
    reader, context = _written(SAMPLES[template], house, language, "")
    return render_subject(template, reader, context, house)


def harmless(page: str) -> str:
    """The page of a letter with links that lead nowhere."""
    return LINK.sub('href="#"', page)
