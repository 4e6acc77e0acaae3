"""Which rows exist for a person.

A lead sees her organisation; a steward every organisation, read only; a holder her own journeys; a mentor the
journeys she is active on, for as long as she is. An observer sees no rows: published indicators only.
"""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Q

from backend.accounts.policies import in_organisations
from journeys.policies.snoozes import UNTOLD_TO_THE_PAIR

if TYPE_CHECKING:
    from backend.accounts.models import User


def _journey_ids(user: "User") -> Any:
    """A subquery: ids of the journeys she may see. Used by everything that hangs on a journey."""
    journeys = apps.get_model("journeys", "Journey")
    return journeys.objects.filter(visible_journeys(user)).order_by().values("pk")


def may_count_people(user: "User", organisation_id: int) -> bool:
    """An observer reads no count of people: one under five may name somebody. The figures hide theirs by themselves."""
    return user.has_role("steward") or user.active_roles.get(organisation_id) != {"observer"}


def visible_journeys(user: "User") -> Q:
    """Her organisation's for a lead, all for a steward, her own for a holder, those she is active on for a mentor.

    Three short lists of keys, and no join: whatever hangs on a journey asks for this subquery, some of it ten times.
    """
    if user.has_role("steward"):
        return Q()
    programmes, holders, companions = (apps.get_model("journeys", n) for n in ("Programme", "Holder", "Companion"))
    led = programmes.objects.filter(organisation__in=user.organisation_ids("lead"))
    own = holders.objects.filter(user=user.pk)
    accompanied = companions.objects.filter(user=user.pk, ended_at=None)
    return (
        Q(programme__in=led.order_by().values("pk"))
        | Q(holder__in=own.order_by().values("pk"))
        | Q(pk__in=accompanied.order_by().values("journey"))
    )


def visible_steps(user: "User") -> Q:
    return Q(journey__in=_journey_ids(user))


def visible_commitments(user: "User") -> Q:
    """Those of the journeys she sees: her own too, for as long as she is around."""
    return Q(journey__in=_journey_ids(user))


def visible_deliveries(user: "User") -> Q:
    return Q(journey__in=_journey_ids(user))


def visible_delivery_messages(user: "User") -> Q:
    """The words of a thread: the holder, whoever declared the line while she sees the journey, the leads."""
    declared = Q(delivery__declared_by=user.pk, delivery__journey__in=_journey_ids(user))
    return (
        Q(delivery__journey__programme__organisation__in=user.organisation_ids("lead"))
        | Q(delivery__journey__holder__user=user.pk)
        | declared
    )


def visible_milestones(user: "User") -> Q:
    return Q(step__journey__in=_journey_ids(user))


def visible_immersions(user: "User") -> Q:
    return Q(step__journey__in=_journey_ids(user))


def visible_enrolments(user: "User") -> Q:
    return Q(step__journey__in=_journey_ids(user))


def visible_holders(user: "User") -> Q:
    """People as holders: oneself, and those whose journey one sees."""
    journeys = apps.get_model("journeys", "Journey")
    seen = journeys.objects.filter(visible_journeys(user)).order_by().values("holder")
    return in_organisations(user, "organisation", "lead") | Q(user=user.pk) | Q(pk__in=seen)


def visible_projects(user: "User") -> Q:
    """Those of a lead's organisation, and those of every journey one may see."""
    journeys = apps.get_model("journeys", "Journey")
    seen = journeys.objects.filter(visible_journeys(user)).order_by().values("project")
    return in_organisations(user, "organisation", "lead") | Q(pk__in=seen)


def visible_programmes(user: "User") -> Q:
    """The offer is readable by every member of the organisation that makes it."""
    return in_organisations(user, "organisation")


def visible_programme_versions(user: "User") -> Q:
    """A published version is part of the offer; a draft is its leads' work table."""
    published = in_organisations(user, "programme__organisation") & Q(published_at__isnull=False)
    return published | Q(programme__organisation__in=user.organisation_ids("lead"))


def visible_template_steps(user: "User") -> Q:
    """Those of the versions she may read."""
    versions = apps.get_model("journeys", "ProgrammeVersion")
    return Q(version__in=versions.objects.filter(visible_programme_versions(user)).order_by().values("pk"))


def visible_modules(user: "User") -> Q:
    return in_organisations(user, "organisation")


def visible_module_dates(user: "User") -> Q:
    return in_organisations(user, "module__organisation")


def visible_companies(user: "User") -> Q:
    """Hosts and their contacts: those who plan stays with them, and whoever is or was received there."""
    immersions = apps.get_model("journeys", "Immersion")
    received = immersions.objects.filter(visible_immersions(user)).order_by().values("company")
    return in_organisations(user, "organisation", "lead", "mentor") | Q(pk__in=received)


def visible_sites(user: "User") -> Q:
    """Those of the companies she sees."""
    companies = apps.get_model("journeys", "Company")
    return Q(company__in=companies.objects.filter(visible_companies(user)).order_by().values("pk"))


def visible_offers(user: "User") -> Q:
    """What hosts offer: those who plan stays, and each holder with a journey under way in that organisation."""
    journeys = apps.get_model("journeys", "Journey")
    own = journeys.objects.filter(holder__user=user.pk, state__in=("active", "paused")).order_by()
    is_offered = Q(is_open=True, company__is_set_aside=False)
    mine = Q(company__organisation__in=own.values("programme__organisation"))
    return in_organisations(user, "company__organisation", "lead", "mentor") | (is_offered & mine)


def visible_host_asks(user: "User") -> Q:
    return Q(step__journey__in=_journey_ids(user))


def visible_amendments(user: "User") -> Q:
    return Q(immersion__step__journey__in=_journey_ids(user))


def visible_signatures(user: "User") -> Q:
    return Q(immersion__step__journey__in=_journey_ids(user))


def visible_lessons(user: "User") -> Q:
    """What the holder draws from a stay: hers, her group's and her leads'; a steward only looks on."""
    journey = "immersion__step__journey"
    around = {f"{journey}__companions__user": user.pk, f"{journey}__companions__ended_at": None}
    seen = apps.get_model("journeys", "Lesson").objects.filter(**around).order_by().values("pk")
    own = Q(**{f"{journey}__holder__user": user.pk}) | Q(pk__in=seen)
    led = Q(**{f"{journey}__programme__organisation__in": user.organisation_ids("lead")})
    return led | own


def visible_companions(user: "User") -> Q:
    """Who is and was around the journeys she sees."""
    return Q(journey__in=_journey_ids(user))


def visible_carriers(user: "User") -> Q:
    """The team of a project of hers, or of a journey she sees."""
    projects = apps.get_model("journeys", "Project")
    return Q(project__in=projects.objects.filter(visible_projects(user)).order_by().values("pk"))


def visible_extensions(user: "User") -> Q:
    return Q(journey__in=_journey_ids(user))


def visible_bridges(user: "User") -> Q:
    """Those that leave or reach a journey she sees."""
    return Q(from_journey__in=_journey_ids(user)) | Q(to_journey__in=_journey_ids(user))


def visible_statements(user: "User") -> Q:
    return Q(journey__in=_journey_ids(user))


def visible_milestone_proposals(user: "User") -> Q:
    return Q(step__journey__in=_journey_ids(user))


def visible_evidence_files(user: "User") -> Q:
    """Those of the journeys she sees, once they are proposed or show a milestone; before, her own only."""
    shown = Q(proposal__isnull=False) | Q(step__milestone__isnull=False) | Q(added_by=user.pk)
    return Q(step__journey__in=_journey_ids(user)) & shown


def visible_outcomes(user: "User") -> Q:
    """What came of the journeys she sees; what was withdrawn is for their leads and the holder to read."""
    journey = Q(journey__in=_journey_ids(user))
    own = Q(journey__programme__organisation__in=user.organisation_ids("lead")) | Q(journey__holder__user=user.pk)
    return journey & (~Q(state="withdrawn") | own)


def visible_follow_ups(user: "User") -> Q:
    """Who was asked what came of it: the leads, and the person herself."""
    led = Q(journey__programme__organisation__in=user.organisation_ids("lead"))
    return led | Q(journey__holder__user=user.pk)


def visible_snoozes(user: "User") -> Q:
    """What leads set aside is between leads, but for what is said of a lead's own pair."""
    mentors = apps.get_model("journeys", "Companion").objects.filter(user=user.pk, role="mentor", ended_at=None)
    hers = Q(journey__holder__user=user.pk) | Q(journey__in=mentors.order_by().values("journey"))
    led = Q(journey__programme__organisation__in=user.organisation_ids("lead"))
    return led & ~(Q(code__in=UNTOLD_TO_THE_PAIR) & hers)


def visible_saved_views(user: "User") -> Q:
    """Those she keeps for herself, and those shared between the leads of an organisation that she leads, for as long
    as she does: what she shared stays with them."""
    return Q(user=user.pk, organisation=None) | Q(organisation__in=user.organisation_ids("lead"))


def visible_imports(user: "User") -> Q:
    return Q(programme__organisation__in=user.organisation_ids("lead"))
