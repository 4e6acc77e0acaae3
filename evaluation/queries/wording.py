"""What whoever is asked is told first: why it is asked now, how long it takes, and what its mode promises.

Read in letters and on the first page alike, in the language that is active there.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from backend.web.reading import day
from evaluation.models import POSTURE, Request, Wave
from evaluation.queries.due import due_day

Moment, Audience, Mode = Wave.Moment, Wave.Audience, Wave.Mode


@dataclass(frozen=True)
class Wording:
    """The words about one request."""

    request: Request

    @property
    def audience(self) -> str:
        return self.request.wave.audience

    @property
    def is_guest(self) -> bool:
        """Is it somebody of a company, who may never have heard of the house?"""
        return self.audience in (Audience.TUTOR, Audience.COMPANY)

    @property
    def holder(self) -> str:
        return str(self.request.journey.holder)

    @property
    def why(self) -> str:
        """One sentence: what the question follows."""
        wave, on = self.request.wave, self.request.occasion_on
        is_later = bool(on and due_day(wave, on) != on)
        words = {
            "programme": self.request.journey.programme.title,
            "name": self.request.journey.programme.organisation.name,
            "holder": self.holder,
            "day": day(on, weekday=False) if on else "",
        }
        if self.is_guest:
            return _guest(wave, self.audience) % words
        sentences = _of_mentor if self.audience == Audience.MENTOR else _of_holder
        return sentences(wave, is_later) % words

    @property
    def title(self) -> str:
        """The questionnaire and when it is asked: “My posture, at exit”."""
        wave = self.request.wave
        title = wave.questionnaire.title
        return title if wave.moment == Moment.CAMPAIGN else f"{title}, {wave.label}"

    @property
    def stance(self) -> str:
        """Whose “I” the sentences say, for whoever else than the holder answers what the holder is asked too."""
        wave = self.request.wave
        is_theirs = wave.is_shared or wave.questionnaire.code == POSTURE
        if not is_theirs or self.audience == Audience.HOLDER:
            return ""
        words = _(
            "You answer about %(holder)s: in each sentence, “I” is %(holder)s. Give the points that you see yourself."
        )
        return words % {"holder": self.holder}

    @property
    def intro(self) -> str:
        """What the questionnaire says of itself; that of the posture speaks to the holder alone."""
        questionnaire = self.request.wave.questionnaire
        return "" if self.stance and questionnaire.code == POSTURE else questionnaire.intro

    @property
    def promise(self) -> str:
        """Who will read the answers, or that nobody can."""
        wave = self.request.wave
        words = promise(wave, self.request.journey.programme.organisation.name)
        return f"{words} {_shared(wave.audience) % {'holder': self.holder}}" if wave.is_shared else words


def _of_holder(wave: Wave, is_later: bool) -> str:
    if wave.moment == Moment.START:
        return (
            _("Your journey in “%(programme)s” began on %(day)s.")
            if is_later
            else _("Your journey in “%(programme)s” begins.")
        )
    if wave.moment == Moment.EXIT:
        return (
            _("Your journey in “%(programme)s” ended on %(day)s.")
            if is_later
            else _("Your journey in “%(programme)s” has come to its end.")
        )
    return {
        Moment.MID: _("You are half-way through your journey in “%(programme)s”."),
        Moment.SESSION: _("You had a mentoring session on %(day)s, in “%(programme)s”."),
        Moment.MODULE: _("You came to a module on %(day)s, in “%(programme)s”."),
        Moment.IMMERSION: _("Your stay in a company ended on %(day)s."),
        Moment.MILESTONE: _("You reached a milestone of “%(programme)s” on %(day)s."),
        Moment.CAMPAIGN: _("%(name)s asks everybody whose journey in “%(programme)s” is under way."),
    }[Moment(wave.moment)]


def _of_mentor(wave: Wave, is_later: bool) -> str:
    return {
        Moment.START: _("The journey of %(holder)s in “%(programme)s” began on %(day)s."),
        Moment.MID: _("%(holder)s, whom you accompany, is half-way through “%(programme)s”."),
        Moment.EXIT: _("The journey of %(holder)s in “%(programme)s” ended on %(day)s."),
        Moment.SESSION: _("You had a session with %(holder)s on %(day)s."),
        Moment.MODULE: _("%(holder)s, whom you accompany, came to a module on %(day)s."),
        Moment.IMMERSION: _("The stay of %(holder)s in a company ended on %(day)s."),
        Moment.MILESTONE: _("%(holder)s, whom you accompany, reached a milestone on %(day)s."),
        Moment.CAMPAIGN: _("You accompany %(holder)s in “%(programme)s”."),
    }[Moment(wave.moment)]


def _guest(wave: Wave, audience: str) -> str:
    if wave.moment == Moment.IMMERSION:
        return (
            _("%(holder)s, whom %(name)s accompanies, was on a stay with you until %(day)s.")
            if audience == Audience.TUTOR
            else _("%(holder)s, whom %(name)s accompanies, was on a stay in your company until %(day)s.")
        )
    return (
        _("You welcomed %(holder)s, whom %(name)s accompanies, for a stay.")
        if audience == Audience.TUTOR
        else _("Your company welcomed %(holder)s, whom %(name)s accompanies, for a stay.")
    )


def promise(wave: Wave, organisation: str) -> str:
    """The mode, as a promise to whoever answers. It holds: the mode of a wave is fixed once somebody was asked."""
    if wave.is_shared and wave.audience == Audience.HOLDER:
        return _("Your answers bear your name. You and the programme leads of %(name)s read them.") % {
            "name": organisation
        }
    words = {
        Mode.IDENTIFIED: _(
            "Your answers bear your name. You and the programme leads of %(name)s read them; your mentor does not."
            " Published figures are for groups of five people and more."
        )
        if wave.audience == Audience.HOLDER
        else _("Your answers bear your name: the programme leads of %(name)s read them, and may talk them over."),
        Mode.CONFIDENTIAL: _(
            "Your answers are confidential: they are kept with your name so that yours can be compared over time, and"
            " nobody at %(name)s reads them one by one. Only groups of five people and more are shown."
        ),
        Mode.ANONYMOUS: _(
            "Your answers are anonymous: as you send them they are cut from your name, and no day is kept. That you"
            " answered is known to Jalon alone, to nobody at %(name)s. Nobody can correct them afterwards. Write"
            " nothing that says who you are."
        ),
    }
    return words[Mode(wave.mode)] % {"name": organisation}


def _shared(audience: str) -> str:
    """Beside whose answers these will stand, and who will read them there: see `evaluation.queries.voices`."""
    return {
        Audience.HOLDER: _(
            "They will be shown beside those of your mentor and of your tutor to the same questions: to you and to the"
            " mentor who follows you, each after having answered or once their time to answer is over."
        ),
        Audience.MENTOR: _(
            "They will be shown beside those of %(holder)s and of their tutor to the same questions: to %(holder)s and"
            " to the mentor who follows them, each after having answered or once their time to answer is over."
        ),
        Audience.TUTOR: _(
            "They will be shown beside those of %(holder)s and of their mentor to the same questions: to %(holder)s and"
            " to the mentor who follows them, each after having answered or once their time to answer is over."
        ),
    }[Audience(audience)]


def meaning(mode: str) -> str:
    """The same for leads, who choose it."""
    return {
        Mode.IDENTIFIED: _("You read each sheet with its name. Before and after are compared person by person."),
        Mode.CONFIDENTIAL: _(
            "Nobody reads a sheet with its name, only groups of five and more. Before and after are still compared"
            " person by person, by Jalon."
        ),
        Mode.ANONYMOUS: _(
            "Nobody can ever find who said what, Jalon neither: no before and after, no correction, and answers keep"
            " no day. You see how many answered, not who."
        ),
    }[Mode(mode)]
