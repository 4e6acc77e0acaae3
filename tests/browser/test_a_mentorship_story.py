"""A whole mentorship, told by the four phones it happens on: lead, holder, mentor, and the mentor who follows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

import pytest
from django.urls import reverse
from playwright.sync_api import Locator

from backend.lib import clock
from journeys.models import Commitment, Delivery, Journey
from journeys.tasks import sweep_commitments
from mentoring import actions, tasks
from mentoring.models import Mentor, Mentorship, Session
from tests.browser.walk import Walk
from tests.factories.accounts import make_member, make_organisation
from tests.factories.journeys import make_journey, make_programme
from tests.factories.mentoring import make_mentor, make_opening
from tests.factories.story import HEROINE, PARIS, Cast, PostOffice, at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

PLACE = "Solilab"


@dataclass
class Phones:
    """Four browsers that share nothing, and the post between them."""

    lead: Walk
    holder: Walk
    mentor: Walk
    next: Walk
    post: PostOffice
    profile: Mentor
    follower: Mentor

    @property
    def pair(self) -> Mentorship:
        return Mentorship.objects.get(mentor=self.profile)

    @property
    def first(self) -> Session:
        return self.pair.sessions.order_by("starts_at")[0]

    def from_letter(self, phone: Walk, part: str) -> None:
        """She opens the newest such link of her letters; nobody is signed in on this phone."""
        address = {id(self.holder): HEROINE, id(self.mentor): self.profile.user.email}[id(phone)]
        phone.sign_out()
        phone.open(self.post.link_for(address, part))

    def of_pair(self, phone: Walk) -> None:
        """She signs in and opens the page of the pair."""
        phone.become(phone.cast.holder if phone is self.holder else phone.cast.mentor)
        phone.open(reverse("mentoring:mentorship", args=[self.pair.pk]))


@pytest.fixture
def phones(new_phone: Callable[[Cast], Walk], post: PostOffice) -> Phones:
    """A cohort of two without mentors, and two mentors; the clock runs, and jumps when the story says so."""
    organisation = make_organisation("Les Écossolies", slug="ecossolies")
    lead = make_member(organisation, "lead", "lea@example.org", first_name="Léa", last_name="Riou")
    marc = make_member(organisation, "mentor", "marc@example.org", first_name="Marc", last_name="Tessier")
    nadia = make_member(organisation, "mentor", "nadia@example.org", first_name="Nadia", last_name="Guérin")
    zoe = make_member(organisation, "holder", HEROINE, first_name="Zoé", last_name="Lambert")
    programme = make_programme(organisation)
    journey = make_journey(organisation, zoe, programme=programme, referent=lead, name="L’épicerie du Ranzay")
    actions.say_need(journey, themes=["funding"], by=zoe)
    actions.say_need(make_journey(organisation, programme=programme), themes=["team"], by=None)
    profile = make_mentor(organisation, marc, expertise=["funding"])
    follower = make_mentor(organisation, nadia, expertise=["team"])
    make_opening(profile, starts_on=date(2026, 12, 10), from_time=time(14), to_time=time(16))
    cast = Cast(organisation, programme, lead, marc)
    return Phones(*(new_phone(cast) for _ in range(4)), post, profile, follower)


def by_keyboard(phone: Walk, wanted: Locator, keys: str = "") -> None:
    """Tab until this control has the focus, then these keys."""
    for _press in range(80):
        if wanted.evaluate("one => one === document.activeElement"):
            break
        phone.page.keyboard.press("Tab")
    else:
        raise AssertionError(f"the keyboard never reaches {wanted}")
    if keys:
        phone.page.keyboard.type(keys)


def sends_by_keyboard(phone: Walk) -> None:
    """The Tab key until the button that sends the form, then Enter; and the next page."""
    by_keyboard(phone, phone.main().locator(".form-actions button").first)
    with phone.page.expect_navigation():
        phone.page.keyboard.press("Enter")


def test_a_mentorship_from_match_to_the_next_mentor(phones: Phones) -> None:
    """Each phone opens what its letters lead to; the test calls the duties of the clock, and no action."""
    the_lead_matches_her_cohort(phones)
    both_accept_from_their_letters(phones)
    he_puts_times_forward_and_she_takes_one(phones)
    she_asks_and_he_takes(phones)
    she_books_an_hour_with_the_keyboard_alone(phones)
    he_moves_the_first(phones)
    she_writes_her_question_and_he_is_briefed(phones)
    he_logs_it_from_the_letter(phones)
    she_confirms_and_says_how_it_feels(phones)
    what_she_promised_is_done(phones)
    half_way_she_answers_with_the_keyboard_alone(phones)
    the_mentor_leaves(phones)
    the_next_mentor_reads_where_they_stood(phones)


# --- 1 --------------------------------------------------------------------------------------------
def the_lead_matches_her_cohort(phones: Phones) -> None:
    lead = phones.lead
    lead.become(lead.cast.lead)
    lead.open("/mentors/match/")
    lead.look("match")
    lead.page.locator("[data-tick-every]").check()
    lead.press("button:has-text('Proposer les binômes')")
    lead.look("match-done")
    assert set(Mentorship.objects.values_list("state", flat=True)) == {"proposed"}


# --- 2 --------------------------------------------------------------------------------------------
def both_accept_from_their_letters(phones: Phones) -> None:
    for phone, name in ((phones.mentor, "proposal-mentor"), (phones.holder, "proposal-holder")):
        phones.from_letter(phone, "/pair/")
        phone.look(name)
        phone.press("button:has-text('J’accepte')")
    pair = phones.pair
    assert (pair.state, pair.mentor.user, pair.journey.holder.user) == (
        "active", phones.mentor.cast.mentor, phones.holder.cast.holder
    )  # fmt: skip
    phones.of_pair(phones.holder)
    phones.holder.look("pair-holder")
    actions.set_objective(pair, text="Défendre mon budget", start=3, wanted=6, by=phones.holder.cast.holder)


# --- 3, 4, 5 --------------------------------------------------------------------------------------
def he_puts_times_forward_and_she_takes_one(phones: Phones) -> None:
    mentor, holder = phones.mentor, phones.holder
    phones.of_pair(mentor)
    mentor.follow("/times/")
    mentor.look("find-a-time")
    mentor.follow("/times/new/")
    mentor.type(first_0=date(2026, 11, 26), first_1=time(10), second_0=date(2026, 11, 27), second_1=time(14))
    mentor.type(minutes_0=1, minutes_1=0, medium="in_person", place=PLACE)
    mentor.look("put-forward")
    mentor.press()
    phones.from_letter(holder, "/times/")
    holder.look("times-from-letter")
    holder.press("button[name=time]")
    holder.says("jeudi 26 novembre à 10 h", PLACE)


def she_asks_and_he_takes(phones: Phones) -> None:
    mentor, holder = phones.mentor, phones.holder
    phones.of_pair(holder)
    holder.follow("/times/")
    holder.follow("/times/new/")
    holder.type(first_0=date(2026, 12, 4), first_1=time(9), minutes_0=1, minutes_1=0, medium="in_person", place=PLACE)
    holder.press()
    phones.from_letter(mentor, "/times/")
    mentor.press("button[name=time]")
    mentor.says("vendredi 4 décembre à 9 h")


def she_books_an_hour_with_the_keyboard_alone(phones: Phones) -> None:
    holder = phones.holder
    phones.of_pair(holder)
    holder.follow("/book/")
    by_keyboard(holder, holder.main().locator("[name=starts_at]").first, " ")
    by_keyboard(holder, holder.main().locator("[name=agenda]"), "Mon budget")
    holder.look("book")
    sends_by_keyboard(holder)
    starts = list(phones.pair.sessions.order_by("starts_at").values_list("starts_at", flat=True))
    assert starts == [at("2026-11-26", "10:00"), at("2026-12-04", "09:00"), at("2026-12-10", "14:00")]


# --- 6 --------------------------------------------------------------------------------------------
def he_moves_the_first(phones: Phones) -> None:
    mentor = phones.mentor
    mentor.become(mentor.cast.mentor)
    mentor.open(reverse("mentoring:session", args=[phones.first.pk]))
    mentor.look("session-planned")
    mentor.follow("/move/")
    mentor.type(time=time(11))
    mentor.look("move")
    mentor.press()
    for address in (HEROINE, mentor.cast.mentor.email):
        first, *_others, last = phones.post.invites_to(address)
        assert last == ("REQUEST", first[1], 1, at("2026-11-26", "11:00"))


# --- 7 --------------------------------------------------------------------------------------------
def she_writes_her_question_and_he_is_briefed(phones: Phones) -> None:
    mentor, holder = phones.mentor, phones.holder
    holder.travel("2026-11-24", "12:00")
    tasks.sweep_questions()
    phones.from_letter(holder, "/question/")
    holder.type(text="Combien demander à la banque ?")
    holder.look("question")
    holder.press()
    mentor.travel("2026-11-25", "12:00")
    tasks.sweep_briefings()
    mentor.become(mentor.cast.mentor)
    mentor.open(phones.post.link_for(mentor.cast.mentor.email, "/briefing/"))
    mentor.says("Combien demander à la banque ?")
    mentor.look("briefing")


# --- 8 --------------------------------------------------------------------------------------------
def he_logs_it_from_the_letter(phones: Phones) -> None:
    mentor = phones.mentor
    mentor.travel("2026-11-26", "12:10")
    tasks.sweep_sessions_to_log()
    phones.from_letter(mentor, "/log/")
    mentor.look("log")
    mentor.press("button:has-text('Tenue comme prévu')")
    mentor.unfold()
    mentor.look("log-held")
    mentor.type(summary="Le plan de trésorerie est prêt.", private_note="Hésite encore.")
    mentor.type(next_text="Appeler la banque", next_owner="holder", next_due_on=date(2026, 12, 1))
    mentor.press("#log-details button[type=submit]")
    session = phones.first
    assert (session.state, session.summary, session.private_note) == (
        "held", "Le plan de trésorerie est prêt.", "Hésite encore."
    )  # fmt: skip


# --- 9 --------------------------------------------------------------------------------------------
def she_confirms_and_says_how_it_feels(phones: Phones) -> None:
    holder = phones.holder
    phones.from_letter(holder, "/confirm/")
    holder.look("confirm")
    holder.press()
    assert list(Delivery.objects.values_list("state", "minutes")) == [("confirmed", 60)]
    holder.look("confirmed")
    holder.type(answer="good")
    holder.press("form[action*='/pair-fit/'] button")
    assert [(one.nth, one.side, one.answer) for one in phones.pair.fits.all()] == [(1, "holder", "good")]


# --- 10 -------------------------------------------------------------------------------------------
def what_she_promised_is_done(phones: Phones) -> None:
    holder = phones.holder
    holder.travel("2026-11-30", "12:00")
    sweep_commitments()
    phones.from_letter(holder, "/commitments/link/")
    holder.look("commitments")
    holder.press("button:has-text('Fait')")
    assert Commitment.objects.get().done_at is not None


# --- 11 -------------------------------------------------------------------------------------------
def half_way_she_answers_with_the_keyboard_alone(phones: Phones) -> None:
    holder, pair, journey = phones.holder, phones.pair, Journey.objects.get(holder__user__email=HEROINE)
    half = pair.started_on + (journey.planned_end_on - pair.started_on) / 2
    holder.clock.move_to(datetime.combine(half, time(12), PARIS))
    tasks.sweep_pairs()
    phones.from_letter(holder, "/pair-words/")
    by_keyboard(holder, holder.main().locator("[name=went_well]"), "On avance.")
    by_keyboard(holder, holder.main().locator("[name=to_change]"), "Plus court.")
    objective = pair.objectives.get()
    by_keyboard(holder, holder.main().locator(f"[name=objective_{objective.pk}]").first)
    for _step in range(4):
        holder.page.keyboard.press("ArrowRight")
    holder.look("review")
    sends_by_keyboard(holder)
    objective.refresh_from_db()
    assert (pair.reviews.get().went_well, objective.midway) == ("On avance.", 5)


# --- 12 -------------------------------------------------------------------------------------------
def the_mentor_leaves(phones: Phones) -> None:
    lead = phones.lead
    lead.become(lead.cast.lead)
    lead.open(reverse("mentoring:mentor", args=[phones.profile.pk]))
    lead.look("mentor")
    lead.follow("/leave/")
    lead.look("leave")
    pair = phones.pair
    lead.type(**{f"to_{pair.pk}": phones.follower.pk, f"words_{pair.pk}": "Elle va vite.", "last_day": clock.today()})
    lead.press(".form-actions button")
    lead.look("left")
    assert [one.mentor for one in Mentorship.objects.filter(follows=pair)] == [phones.follower]


# --- 13 -------------------------------------------------------------------------------------------
def the_next_mentor_reads_where_they_stood(phones: Phones) -> None:
    follower, user = phones.next, phones.follower.user
    follower.become(user)
    follower.open(phones.post.link_for(user.email, "/mentorships/"))
    follower.says("Le plan de trésorerie est prêt.", "Elle va vite.")
    follower.look("pair-followed")
    assert "Hésite encore." not in follower.page.content()
