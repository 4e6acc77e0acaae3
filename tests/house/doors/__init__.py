"""Every door of the house (url name × method) and what each persona finds behind it.

`tests/house/test_permission_matrix.py` reads the real URL map and the API routes and tries each door as each of the
thirteen PERSONAS. A door without its row fails, and so does a row without its door.

To add a row, append one line to `ROWS` in the file of your app (`tests/house/doors/<app>.py`):

    row("mentoring:session_cancel", "GET POST", MENTOR_OR_LEAD, a_session)

- The **name** is the url name with its namespace; API routes are `api:<basename>-<list|detail|action>`.
- The **methods** are those the view accepts (`@require_http_methods`, `@require_safe` = GET, `@require_POST`, or the
  viewset's action). A view that declares none is refused: say what it accepts.
- The **pattern** says what each persona finds. Words, not numbers:
    OK         got past `may`: 2xx, a redirect that is not to sign-in, or 400 / 409 / 422 for what was sent
    SIGN_IN    redirected to sign-in; 401 from the API
    FORBIDDEN  403, a member without the right
    HIDDEN     404, a stranger who is told nothing
  Use a named pattern below, change one with `LEAD_ONLY | {"observer": HIDDEN}`, or build one with `allow(...)`.
- The **sample** makes the door's arguments: a function of the `World`, memoised for that door. It returns a row (its
  pk is used as `pk`), or a dict of url arguments. `link=` is a second sample for the bearer of a signed link, whose url
  carries a good token; everybody else then comes with the first sample's bad one.
- `data=` gives the body of the POST/PUT/PATCH (a dict, or a function of the World). Without it an empty one is sent: an
  allowed persona then gets her form back (200) or a 400, which is OK.

The `World` is one organisation and another, with one person per persona; see its fields. Every door is tried in a
transaction that is rolled back after each persona, so the order of personas changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from backend.accounts.models import Organisation, User
from tests.factories.accounts import end_role, make_member, make_organisation

OK, SIGN_IN, FORBIDDEN, HIDDEN = "ok", "sign in", "forbidden", "hidden"
ROLES = ("holder", "mentor", "lead", "observer", "steward")
OTHERS = tuple(f"other_{role}" for role in ROLES)
# link_bearer has no session: only the signed link of the door, if it has one.
PERSONAS = ("anonymous", *ROLES, *OTHERS, "ended_mentor", "link_bearer")

Pattern = dict[str, str]
Sample = Callable[["World"], Any]


def allow(*personas: str, rest: str = FORBIDDEN, strangers: str = HIDDEN, nobody: str = SIGN_IN) -> Pattern:
    """OK for `personas`; `rest` for the organisation's other roles; `strangers` for the other organisation and the
    ended mentor; `nobody` for those without a session."""
    pattern = dict.fromkeys(ROLES, rest) | dict.fromkeys((*OTHERS, "ended_mentor"), strangers)
    pattern |= dict.fromkeys(("anonymous", "link_bearer"), nobody)
    return pattern | dict.fromkeys(personas, OK)


OPEN = dict.fromkeys(PERSONAS, OK)
"""Anybody, signed in or not."""
SIGNED_IN = allow(*ROLES, *OTHERS, "ended_mentor")
"""Anybody with an account; each sees her own."""
NOBODY = allow(strangers=FORBIDDEN)
"""None of the personas: staff only, say."""
STAFF_HIDDEN = allow(rest=HIDDEN)
"""Staff only, and nobody else is told that it exists."""
ANY_LEAD = allow("lead", "other_lead", strangers=FORBIDDEN)
"""A page without a row in its address, for leads (each sees her organisation)."""
LEAD_ONLY = allow("lead")
"""A row of the lead's organisation that members see but only she acts on."""
LEAD_HIDDEN = allow("lead", rest=HIDDEN)
"""A row of the lead's organisation that nobody else is told about."""
MENTOR_OR_LEAD = allow("mentor", "lead")
HOLDER_MENTOR_LEAD = allow("holder", "mentor", "lead")
WITH_LINK_ONLY = dict.fromkeys(PERSONAS, HIDDEN) | {"link_bearer": OK}
"""A signed link opens it, signed in or not; without a good token there is nothing."""


@dataclass(frozen=True)
class Row:
    """One line of the matrix: a door, the methods, what each persona finds, how to make its arguments."""

    name: str
    methods: tuple[str, ...]
    pattern: Pattern
    sample: Sample | None = None
    link: Sample | None = None
    data: Mapping[str, Any] | Callable[["World"], Mapping[str, Any]] = field(default_factory=dict)


def row(
    name: str,
    methods: str,
    pattern: Pattern,
    sample: Sample | None = None,
    *,
    link: Sample | None = None,
    data: Mapping[str, Any] | Callable[["World"], Mapping[str, Any]] | None = None,
) -> Row:
    """One row; `methods` separated by spaces."""
    assert set(pattern) == set(PERSONAS), f"{name}: {set(PERSONAS) ^ set(pattern)}"
    return Row(name, tuple(methods.split()), pattern, sample, link, data or {})


class World:
    """Two organisations and one person per persona. Apps add cached rows in their own file through `world.of(make)`."""

    def __init__(self) -> None:
        self.organisation: Organisation = make_organisation("Les Écossolies", slug="ecossolies")
        self.other: Organisation = make_organisation("La Ruche d’à côté", slug="ruche")
        self._made: dict[Sample, Any] = {}
        self.people: dict[str, User | None] = {"anonymous": None, "link_bearer": None}
        for role in ROLES:
            self.people[role] = make_member(self.organisation, role, f"{role}@example.org")
            self.people[f"other_{role}"] = make_member(self.other, role, f"other-{role}@example.org")
        ended = make_member(self.organisation, "mentor", "ended-mentor@example.org")
        self.people["ended_mentor"] = end_role(ended, self.organisation, "mentor")

    def of(self, make: Sample) -> Any:
        """What `make(world)` gave the first time: `world.of(a_journey)` is the same journey for every sample."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]

    def _person(self, persona: str) -> User:
        person = self.people[persona]
        assert person is not None
        return person

    @cached_property
    def holder(self) -> User:
        return self._person("holder")

    @cached_property
    def mentor(self) -> User:
        return self._person("mentor")

    @cached_property
    def lead(self) -> User:
        return self._person("lead")

    @cached_property
    def ended_mentor(self) -> User:
        return self._person("ended_mentor")
