"""The letters of a journey as they are read: each line in words, grouped by day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.calendars.models import InviteAnswer, InviteAttendee
from backend.mail.models import Email, Incoming
from backend.web.reading import clock_time, day, moment
from backend.web.states import tone_of
from journeys.models import Journey
from journeys.queries.letters import ANSWER, ANSWERS, LETTER, LETTERS, NO_ACCOUNT, REPLY, Asked, Correspondence
from journeys.queries.links import addresses

PER_PAGE = 30
Partstat, Treatment = InviteAttendee.Partstat, InviteAnswer.Treatment
ANSWERED: dict[str, tuple[str, str]] = {
    Partstat.ACCEPTED: ("good", "check-circle"),
    Partstat.DECLINED: ("bad", "x-circle"),
    Partstat.TENTATIVE: ("warn", "question-mark-circle"),
}
UNSEEN = ("message", "calendar", "html", "text")


@dataclass(frozen=True)
class Line:
    """One line: a letter that was written, an answer to an invite, or what somebody answered in words.

    `state` is the code, `word` says it; `more` says why or until when; `url` only for who may open it.
    """

    at: datetime
    source: str
    pk: int
    title: str
    note: str
    state: str
    word: str
    tone: str
    icon: str
    more: str = ""
    url: str = ""
    kind: str = ""
    person: int | None = None
    passed_on_to: tuple[str, ...] = ()

    @property
    def below(self) -> str:
        """What stands under the title: the time of the day, who, what kind of letter."""
        return f"{clock_time(self.at)} · {self.note}"

    @property
    def day(self) -> date:
        """In the reader's time zone."""
        return timezone.localtime(self.at).date()


class Reader:
    """Puts lines into the words of one reader, with the addresses of what she may open."""

    def __init__(self, user: User, journey: Journey) -> None:
        self.user, self.leads = user, user.leads(journey.programme.organisation_id)

    def name(self, person: User | None, name: str) -> str:
        """Never an address: who has no name is told of as that."""
        return (person.get_full_name() if person else "") or name.strip() or _("somebody without a name here")

    def is_me(self, person: int | None) -> bool:
        return person == self.user.pk

    def letter(self, email: Email, url: str) -> Line:
        """To whom, what about, where it is; its words only by its page, for who may open it."""
        who = self.name(email.to_user, email.to_name)
        note = _("To you") if self.is_me(email.to_user_id) else _("To %(person)s") % {"person": who}
        return Line(
            email.created_at, LETTER, email.pk, email.subject, f"{note} · {email.kind.label}", email.state,
            str(email.get_state_display()), tone_of(email.state), "calendar-days" if email.has_invite else "envelope",
            more=_what_became(email), url=url if self.is_me(email.to_user_id) or self.leads else "",
            kind=email.kind.code, person=email.to_user_id,
        )  # fmt: skip

    def answer(self, answer: InviteAnswer) -> Line:
        """Whether she comes, how she said it, and what was made of it where it was not simply taken."""
        person = answer.attendee
        assert person is not None and answer.invite is not None
        is_taken = answer.treatment == Treatment.APPLIED
        tone, icon = ANSWERED.get(answer.partstat, ("neutral", "calendar"))
        made = "" if is_taken else str(answer.get_treatment_display())
        wish = _("wishes %(when)s") % {"when": moment(answer.wish_from)} if answer.wish and answer.wish_from else ""
        note = _how_answered(answer, self.is_me(person.user_id), self.name(person.user, person.name))
        return Line(
            answer.received_at, ANSWER, answer.pk, answer.invite.title, note, answer.partstat.lower(),
            answer.said or str(answer.get_kind_display()), tone if is_taken else "neutral", icon,
            more=" · ".join(part for part in (wish, made) if part), url=answer.invite.url, kind="dates",
            person=person.user_id,
        )  # fmt: skip

    def reply(self, incoming: Incoming, url: str) -> Line:
        """That somebody answered a letter, and who reads it; what she wrote is in the letter that passes it on."""
        letter = incoming.letter
        assert letter is not None
        who = self.name(letter.to_user, letter.to_name)
        is_back, is_aside = incoming.kind == Incoming.Kind.BOUNCE, incoming.state == Incoming.State.ASIDE
        subject = {"subject": letter.subject}
        readers = tuple(self.name(one.to_user, one.to_name) for one in incoming.passed_on.all())
        note = _("From you") if self.is_me(letter.to_user_id) else _("From %(person)s") % {"person": who}
        if is_back:
            note = _("To %(person)s") % {"person": who}
        return Line(
            incoming.received_at, REPLY, incoming.pk,
            _("Came back: %(subject)s") % subject if is_back else _("Answer to: %(subject)s") % subject,
            note, incoming.state, _reply_word(incoming, is_back), "bad" if is_back else "warn" if is_aside else "info",
            "exclamation-triangle" if is_back else "chat-bubble-left-right",
            more=_passed_on(incoming, readers), url=url if self.leads else "", kind=incoming.kind,
            person=letter.to_user_id, passed_on_to=readers,
        )  # fmt: skip


def _what_became(email: Email) -> str:
    """When it left, until when and why it waits, why it was dropped."""
    if email.sent_at:
        is_later = timezone.localtime(email.sent_at).date() != timezone.localtime(email.created_at).date()
        return _("left on %(when)s") % {"when": moment(email.sent_at)} if is_later else ""
    why = str(email.get_why_display()) if email.why else ""
    if email.state == Email.State.PENDING and why:
        return _("%(why)s, until %(when)s") % {"why": why, "when": moment(email.not_before)}
    return why


def _how_answered(answer: InviteAnswer, is_mine: bool, who: str) -> str:
    on_page = answer.kind == InviteAnswer.Kind.WEB
    if is_mine:
        return _("Your answer, on a page of Jalon") if on_page else _("Your answer, from a calendar")
    words = _("Answer of %(person)s, on a page of Jalon") if on_page else _("Answer of %(person)s, from a calendar")
    return words % {"person": who}


def _reply_word(incoming: Incoming, is_back: bool) -> str:
    if is_back:
        return _("came back")
    if incoming.state == Incoming.State.TREATED:
        return _("passed on") if incoming.passed_on.all() else _("dealt with")
    return str(incoming.get_state_display())


def _passed_on(incoming: Incoming, readers: tuple[str, ...]) -> str:
    if readers:
        return _("to %(people)s") % {"people": ", ".join(readers)}
    return str(incoming.get_reason_display()) if incoming.state == Incoming.State.ASIDE else ""


def read_lines(keys: Iterable[tuple[datetime, str, int]], journey: Journey, user: User) -> list[Line]:
    """These lines in their order; as many queries as there are tables among them, and one for who read the replies."""
    ordered = [(source, pk) for _at, source, pk in keys]
    ids: dict[str, list[int]] = {LETTER: [], ANSWER: [], REPLY: []}
    for source, pk in ordered:
        ids[source].append(pk)
    reader, found = Reader(user, journey), {}
    letters = Email.objects.filter(pk__in=ids[LETTER]).select_related("to_user").defer(*UNSEEN)
    urls = addresses("mail:email_detail", ids[LETTER])
    for email in letters.order_by():
        found[LETTER, email.pk] = reader.letter(email, urls[email.pk])
    answers = InviteAnswer.objects.filter(pk__in=ids[ANSWER]).select_related("invite", "attendee__user")
    for answer in answers.order_by():
        found[ANSWER, answer.pk] = reader.answer(answer)
    passed = Email.objects.select_related("to_user").defer(*UNSEEN).order_by("pk")
    replies = (
        Incoming.objects.filter(pk__in=ids[REPLY])
        .select_related("letter__to_user")
        .defer("raw", *(f"letter__{name}" for name in UNSEEN))
        .prefetch_related(Prefetch("passed_on", queryset=passed))
    )
    urls = addresses("mail:incoming_detail", ids[REPLY])
    for incoming in replies.order_by():
        found[REPLY, incoming.pk] = reader.reply(incoming, urls[incoming.pk])
    return [found[key] for key in ordered if key in found]


def person_choices(letters: Correspondence) -> list[tuple[str, str]]:
    """Everybody who was written to, for the filter; empty where there is nobody to choose between."""
    rows = letters.people()
    named = [(pk, f"{first} {last}".strip() or _("somebody without a name here")) for pk, first, last in rows if pk]
    named.sort(key=lambda one: one[1].casefold())
    if any(not pk for pk, _first, _last in rows):
        named.append((NO_ACCOUNT, _("People without an account")))
    return [("", _("Everybody")), *named] if len(named) > 1 else []


def letters_page(letters: Correspondence, asked: Asked, number: str) -> dict[str, Any]:
    """What the page shows: one page of lines, by day."""
    journey, user = letters.journey, letters.user
    page: Page[Any] = Paginator(letters.lines(asked), PER_PAGE).get_page(number)
    lines = read_lines(page.object_list, journey, user)
    here = reverse("journeys:journey_letters", args=[journey.pk])
    kept = f"&person={asked.person}" if asked.person else ""
    shown = (("", _("All")), (LETTERS, _("Letters")), (ANSWERS, _("Answers")))
    return {
        "journey": journey,
        "page": page,
        "days": [(day(on), list(rows)) for on, rows in groupby(lines, key=lambda one: one.day)],
        "tabs": [(words, f"{here}?show={code}{kept}", code == asked.show) for code, words in shown],
        "is_narrowed": bool(asked.show or asked.person),
        "here": here,
    }
