"""What to mend before figures are published: each finding with how many, and where to go."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.lib import clock
from backend.web import reading
from backend.web.charts import number
from evaluation.models import Campaign
from evaluation.queries import rows
from evaluation.queries.measures import MEASURES, totals
from evaluation.queries.publishing.content import scope_of
from evaluation.queries.scope import Scope, midnight
from journeys.models import Delivery
from mentoring.models import Session

LOW_RESPONSE = 50
"""Percent: below it, those who answered may well differ from those who did not, and nobody can tell."""
LISTED = 10
MISSING = ("women", "qpv", "rate")
"""Measures whose missing facts are worth asking for."""


@dataclass(frozen=True)
class Check:
    """One finding: a sentence, and where it is mended: the rows of a figure (`code`, narrowed by `where`) or pages
    (name of the address, key, label)."""

    words: str
    code: str = ""
    where: dict[str, str] = field(default_factory=dict)
    pages: list[tuple[str, int, str]] = field(default_factory=list)


def checks(campaign: Campaign) -> list[Check]:
    """What is missing, not confirmed, not logged, hardly answered. Six queries; nothing: all is well."""
    scope = scope_of(campaign)
    where = _where(campaign)
    found = totals([MEASURES[code] for code in (*MISSING, "response")], scope)
    asked, answered = found["response"].rows, found["response"].value
    made = [
        *(Check(_missing(code, found[code].missing), code, where) for code in MISSING if found[code].missing),
        *_unconfirmed(scope, where),
        *_unlogged(scope),
    ]
    if asked and 100 * answered < LOW_RESPONSE * asked:
        words = _("%(complete)s complete of %(asked)s asked") % {"complete": number(answered), "asked": number(asked)}
        made.append(Check(_("Few have answered: %(words)s.") % {"words": words}, "response", where))
    if scope.until >= clock.today():
        made.append(Check(_("The period is not over: what happens until its last day will be missing.")))
    return made


def _where(campaign: Campaign) -> dict[str, str]:
    """The filters that open rows of the same scope."""
    found = {"organisation": str(campaign.organisation_id), "period": "dates", "until": campaign.until.isoformat()}
    if campaign.since:
        found["since"] = campaign.since.isoformat()
    return found | ({"programme": str(campaign.programme_id)} if campaign.programme_id else {})


def _missing(code: str, n: int) -> str:
    sentences = {
        "women": ngettext("The gender of %(n)s person is not known.", "The gender of %(n)s people is not known.", n),
        "qpv": ngettext(
            "Whether the project of %(n)s person is in a priority neighbourhood is not known.",
            "Whether the projects of %(n)s people are in a priority neighbourhood is not known.",
            n,
        ),
        "rate": ngettext(
            "The project of %(n)s person has no commune.", "The projects of %(n)s people have no commune.", n
        ),
    }
    return sentences[code] % {"n": number(n)}


def _unconfirmed(scope: Scope, where: dict[str, str]) -> list[Check]:
    """Hours that nobody has confirmed yet, or that somebody disputes."""
    found = []
    for state, words in (
        (Delivery.State.DECLARED, _("%(hours)s are declared and not yet confirmed by those who received them.")),
        (Delivery.State.DISPUTED, _("%(hours)s are disputed.")),
    ):
        minutes = sum(rows.contact_deliveries(scope.narrowed(state=state)).values_list("minutes", flat=True))
        if minutes:
            sentence = words % {"hours": reading.hours(minutes)}
            found.append(Check(sentence, "hours", where | {"state": str(state)}))
    return found


def _unlogged(scope: Scope) -> list[Check]:
    """Sessions whose time has passed, of which nobody has said whether they took place."""
    end = min(clock.now(), midnight(scope.until + timedelta(days=1)))
    found = Session.objects.filter(
        scope.journeys("mentorship__journey__"), state=Session.State.PLANNED, ends_at__lt=end
    ).order_by("ends_at", "pk")
    if scope.since:
        found = found.filter(ends_at__gte=midnight(scope.since))
    count = found.count()
    if not count:
        return []
    words = ngettext("%(n)s session is not logged.", "%(n)s sessions are not logged.", count) % {"n": number(count)}
    listed = found.select_related("mentorship__journey__holder__user")[:LISTED]
    pages = [
        ("mentoring:session", one.pk, f"{one.mentorship.journey.holder.user}, {reading.moment(one.starts_at)}")
        for one in listed
    ]
    return [Check(words, pages=pages)]
