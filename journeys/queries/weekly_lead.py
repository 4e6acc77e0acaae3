"""What a weekly letter tells leads: who needs them, what awaits their decision, what comes in the organisation."""

from collections.abc import Iterable
from functools import partial

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.models import User
from backend.accounts.queries import leads_of
from backend.mail.weekly import Line, Part, Week
from backend.web.reading import day, moment
from journeys.models import Enrolment, Extension, HostAsk, Immersion, Journey, ModuleDate
from journeys.queries.holes import WORDS, Sign
from journeys.queries.links import journey_url
from journeys.queries.sets import ENDED_STAYS
from journeys.queries.sign_rows import signs_in_words
from journeys.queries.signs import CODES, pressing

READ = 50
"""How far down the list of those who need somebody a letter looks for people it has not told of yet."""


def lead_lines(week: Week) -> list[Line]:
    """For the leads among these readers. A few queries for each of them, whatever the number of people they lead:
    what is told of a pair is not told to a lead who is of it.
    """
    leads = list(leads_of(week.organisation).filter(pk__in=week.people).order_by("pk"))
    if not leads:
        return []
    found = [line for lead in leads for line in _needs(week, lead)]
    readers = [lead.pk for lead in leads]
    return [*found, *_asked(week, readers), *_module_dates(week, readers), *_stays(week, readers)]


def _needs(week: Week, lead: User) -> Iterable[Line]:
    """How many have which sign, then those most in need whom she was not told of."""
    rows: QuerySet[Journey] = Journey.objects.filter(programme__organisation=week.organisation)
    found = pressing(rows, lead, limit=READ)
    if not found.codes:
        return
    page = reverse("journeys:needs")
    counts = [(code, found.counts[code]) for code in CODES if code in found.counts]
    stage = " ".join(f"{code}:{count}" for code, count in counts)
    yield Line(lead.pk, Part.NEEDS, "needs", partial(_many, found.everyone), page, partial(_signs, counts), stage)
    with translation.override(lead.language or week.organisation.language), timezone.override(lead.zone):
        words = signs_in_words(found.codes)
    people = rows.filter(pk__in=list(found.codes)).select_related("holder__user", "project").in_bulk()
    for pk, codes in found.codes.items():
        sign, journey = words[pk][0], people[pk]
        title = f"{journey.holder} · {journey.project.name}"
        url = sign.url or journey_url(journey)
        for place, code in enumerate(codes):
            yield Line(
                lead.pk, Part.NEEDS, f"need:{pk}:{code}", partial(str, title), url, partial(_why, sign),
                is_only_so=place > 0,
            )  # fmt: skip


def _many(count: int) -> str:
    words = ngettext("%(count)d person needs somebody", "%(count)d people need somebody", count)
    return words % {"count": count}


def _signs(counts: list[tuple[str, int]]) -> str:
    return " · ".join(f"{WORDS[code]} ({count})" for code, count in counts)


def _why(sign: Sign) -> str:
    return sign.reason


def _asked(week: Week, readers: list[int]) -> Iterable[Line]:
    """More time, or a company for a stay: a decision each."""
    asked = Extension.objects.filter(
        journey__programme__organisation=week.organisation, state=Extension.State.ASKED, journey__archived_at=None
    )
    wishes = HostAsk.objects.filter(company__organisation=week.organisation, state=HostAsk.State.WISHED)
    for one in asked.select_related("journey__holder__user").order_by("created_at", "pk"):
        for pk in readers:
            yield Line(
                pk, Part.DECIDE, f"extension:{one.pk}", partial(_more_time, one),
                reverse("journeys:extension_list"), partial(str, one.reason), thing=(one, one.created_at),
            )  # fmt: skip
    for wish in wishes.select_related("step__journey__holder__user", "company").order_by("created_at", "pk"):
        for pk in readers:
            yield Line(
                pk, Part.DECIDE, f"host_ask:{wish.pk}", partial(_wish, wish), reverse("journeys:host_ask_list"),
                thing=(wish, wish.created_at),
            )  # fmt: skip


def _more_time(one: Extension) -> str:
    facts = {"person": one.journey.holder, "day": day(one.until_on, weekday=False)}
    return _("%(person)s asks for more time, until %(day)s") % facts


def _wish(wish: HostAsk) -> str:
    return _("%(person)s would like a stay at %(company)s") % {
        "person": wish.step.journey.holder, "company": wish.company,
    }  # fmt: skip


def _module_dates(week: Week, readers: list[int]) -> Iterable[Line]:
    """What takes place in the coming week, and how full it is."""
    rows = ModuleDate.objects.filter(
        module__organisation=week.organisation, state=ModuleDate.State.PLANNED,
        starts_at__gte=week.now, starts_at__lt=week.until,
    ).annotate(enrolled=Count("enrolments", filter=Q(enrolments__state=Enrolment.State.ENROLLED)))  # fmt: skip
    for one in rows.select_related("module").order_by("starts_at", "pk"):
        for pk in readers:
            yield Line(
                pk, Part.COMING, f"module_date:{one.pk}", partial(getattr, one.module, "title"),
                reverse("journeys:module_detail", args=[one.module_id]), partial(_seats, one),
                str(one.starts_at), one.starts_at,
            )  # fmt: skip


def _seats(one: ModuleDate) -> str:
    taken = one.enrolled  # type: ignore[attr-defined]  # an annotation
    seats = ngettext("%(taken)d of %(count)d seat taken", "%(taken)d of %(count)d seats taken", one.seats)
    return f"{moment(one.starts_at)} · {seats % {'taken': taken, 'count': one.seats}}"


def _stays(week: Week, readers: list[int]) -> Iterable[Line]:
    rows = Immersion.objects.filter(
        step__journey__programme__organisation=week.organisation, starts_on__range=(week.first_on, week.last_on)
    ).exclude(state__in=ENDED_STAYS)
    found = rows.select_related("company", "step__journey__holder__user").order_by("starts_on", "pk")
    for one in found:
        for pk in readers:
            yield Line(
                pk, Part.COMING, f"stay:{one.pk}", partial(_begins, one),
                reverse("journeys:immersion_detail", args=[one.pk]), partial(_state, one), str(one.starts_on),
                one.starts_on,
            )  # fmt: skip


def _begins(one: Immersion) -> str:
    return _("%(person)s begins at %(company)s") % {"person": one.step.journey.holder, "company": one.company}


def _state(one: Immersion) -> str:
    return f"{day(one.starts_on)} · {one.get_state_display()}"
