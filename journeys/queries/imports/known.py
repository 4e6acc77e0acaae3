"""Who and what is already here, loaded for many lines at once: queries grow with batches, not with lines."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import TypeVar

from django.db.models.functions import Lower

from backend.accounts.models import User
from backend.accounts.queries import leads_of
from journeys.models import Carrier, Holder, Journey, Programme, Project
from journeys.queries.imports.lines import Line, person_key
from journeys.queries.imports.places import Territory
from journeys.queries.imports.words import key

BATCH = 500
NAMES = ("email", "first_name", "last_name")
Item = TypeVar("Item")


def in_batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """The items, `size` at a time."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


class Known:
    """People, projects and journeys that the lines of one import may be about, in one programme's organisation."""

    def __init__(self, programme: Programme, territory: Territory, *, by_name: bool = True) -> None:
        self.programme = programme
        self.by_name = by_name
        self.territory = territory
        self.users: dict[str, User] = {}
        self.holders: dict[int, Holder] = {}
        self.holder_of_user: dict[int, int] = {}
        self.projects: dict[int, Project] = {}
        self.projects_of: dict[int, list[int]] = defaultdict(list)
        self.journeys_of: dict[int, list[Journey]] = defaultdict(list)

    def forget(self) -> None:
        """Let go of the last lines' people; what is known of the whole organisation stays."""
        for held in (self.users, self.holders, self.holder_of_user, self.projects, self.projects_of, self.journeys_of):
            held.clear()

    def meet(self, lines: Sequence[Line]) -> None:
        """Load whoever these lines may be about: by e-mail, then by name and project."""
        for some in in_batches({line.values["email"] for line in lines if "email" in line.values}):
            found = User.objects.annotate(address=Lower("email")).filter(address__in=some).only(*NAMES).order_by("pk")
            self.users.update({user.email.lower(): user for user in found})
        here = {user.pk: user for user in self.users.values()}
        for ids in in_batches(here):
            holders = list(
                Holder.objects.filter(organisation=self.programme.organisation_id, user__in=ids).order_by("pk")
            )
            for holder in holders:
                holder.user = here[holder.user_id]
            self._keep(holders)
        strangers = [line for line in lines if self.holder_by_email(line) is None and all(line.person_key)]
        if strangers and self.by_name:
            named = {self._by_name[line.person_key] for line in strangers if line.person_key in self._by_name}
            for ids in in_batches(named - self.holders.keys()):
                self._keep(Holder.objects.filter(pk__in=ids).select_related("user").order_by("pk"))
        self._load_what_they_carry()
        self.load_projects({like for line in lines if not self._carries_it(line) and (like := self.project_like(line))})

    def _carries_it(self, line: Line) -> bool:
        holder = self.holder_by_email(line) or self.holder_by_name(line)
        hers = self.projects_of.get(holder.pk, []) if holder else []
        return any(key(self.projects[pk].name) == line.project_key[0] for pk in hers)

    def _keep(self, holders: Iterable[Holder]) -> None:
        for holder in holders:
            self.holders[holder.pk] = holder
            self.holder_of_user[holder.user_id] = holder.pk

    def _load_what_they_carry(self) -> None:
        for ids in in_batches(list(self.holders)):
            pairs = list(
                Carrier.objects.current().filter(holder__in=ids).order_by("pk").values_list("holder_id", "project_id")
            )
            for holder_id, project_id in pairs:
                if project_id not in self.projects_of[holder_id]:
                    self.projects_of[holder_id].append(project_id)
            self.load_projects({project_id for _holder, project_id in pairs})
            for journey in Journey.objects.filter(programme=self.programme, holder__in=ids).order_by("pk"):
                if journey.pk not in {one.pk for one in self.journeys_of[journey.holder_id]}:
                    self.journeys_of[journey.holder_id].append(journey)

    def load_projects(self, ids: Iterable[int]) -> None:
        """Have these projects at hand, one object each."""
        for some in in_batches(set(ids) - self.projects.keys()):
            self.projects.update({one.pk: one for one in Project.objects.filter(pk__in=some).order_by("pk")})

    # --- Answers ----------------------------------------------------------------------------------
    def holder_by_email(self, line: Line) -> Holder | None:
        user = self.users.get(line.values.get("email", ""))
        return self.holders.get(self.holder_of_user.get(user.pk, 0)) if user else None

    def holder_by_name(self, line: Line) -> Holder | None:
        """By both names and the project's, however they are written; nobody when e-mails alone count."""
        if not self.by_name:
            return None
        return self.holders.get(self._by_name.get(line.person_key, 0)) if all(line.person_key) else None

    def project_like(self, line: Line) -> int | None:
        """A project of the organisation with this name and commune, whoever carries it."""
        return self.project_index.get(line.project_key) if line.project_key[0] else None

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], int]:
        rows = (
            Carrier.objects.current()
            .filter(project__organisation=self.programme.organisation_id)
            .order_by("-pk")
            .values_list("holder_id", "project__name", "holder__user__first_name", "holder__user__last_name")
        )
        return {(person_key(first, last), key(name)): holder for holder, name, first, last in rows.iterator()}

    @cached_property
    def project_index(self) -> dict[tuple[str, str], int]:
        """{(name, commune): project}, the oldest when there are several."""
        rows = Project.objects.filter(organisation=self.programme.organisation_id).order_by("-pk")
        return {
            (key(name), commune or ""): pk
            for pk, name, commune in rows.values_list("pk", "name", "commune_id").iterator()
        }

    @cached_property
    def leads(self) -> dict[str, User]:
        """The organisation's leads by e-mail, and by name."""
        leads = list(leads_of(self.programme.organisation).order_by("pk"))
        return {person_key(lead.first_name, lead.last_name): lead for lead in leads} | {
            lead.email.lower(): lead for lead in leads
        }
