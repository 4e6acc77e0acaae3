"""What will be written in the coming week by itself, and when it would leave. No tables are read here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import ngettext

from backend.mail.kinds import KINDS, Kind, kind_of
from backend.mail.pace import ToOpen, Wish, leaving


@dataclass(frozen=True)
class Ahead:
    """A letter that a duty on the clock will write: to whom (her number), when, from which template; not needed after
    `over`."""

    reader: int
    at: datetime
    template: str
    over: datetime | None = None
    is_urgent: bool = False

    @property
    def kind(self) -> Kind:
        return kind_of(self.template)


@dataclass(frozen=True)
class KindAhead:
    """How many letters of one kind: in all, later than they should, and not at all."""

    kind: Kind
    letters: int = 0
    later: int = 0
    lost: int = 0


@dataclass(frozen=True)
class Forecast:
    """The coming week of an organisation's letters. `over`: people who would be asked more than allowed; `last`: until
    when the letters put off wait."""

    rows: list[KindAhead] = field(default_factory=list)
    over: int = 0
    last: datetime | None = None

    @property
    def letters(self) -> int:
        return sum(row.letters for row in self.rows)

    @property
    def later(self) -> int:
        return sum(row.later for row in self.rows)

    @property
    def lost(self) -> int:
        return sum(row.lost for row in self.rows)

    @property
    def words(self) -> str:
        """All of it in a line."""
        return " · ".join([self.count, *self.limits])

    @property
    def count(self) -> str:
        """How many letters."""
        return ngettext("%(count)d letter", "%(count)d letters", self.letters) % {"count": self.letters}

    @property
    def limits(self) -> list[str]:
        """What the rules keep from leaving as it is wanted: whom it would ask too much, what is put off or not sent."""
        said = []
        if self.over:
            words = ngettext(
                "%(count)d person would be asked more than allowed in a week",
                "%(count)d people would be asked more than allowed in a week",
                self.over,
            )
            said.append(words % {"count": self.over})
        if self.later and self.last:
            words = ngettext("%(count)d put off, until %(day)s", "%(count)d put off, until %(day)s at most", self.later)
            said.append(words % {"count": self.later, "day": formats.date_format(timezone.localtime(self.last), "j F")})
        if self.lost:
            said.append(ngettext("%(count)d not sent", "%(count)d not sent", self.lost) % {"count": self.lost})
        return said


def forecast(
    letters: Iterable[Ahead], taken: Mapping[int, Sequence[datetime]], most: int, hours: Mapping[int, ToOpen]
) -> Forecast:
    """By the rules that will hold when they are written, one after the other; `taken`: {person: when she is asked
    already}, `hours`: {person: her next open moment}."""
    asked = {pk: list(moments) for pk, moments in taken.items()}
    rows: dict[str, KindAhead] = {}
    over: set[int] = set()
    last: datetime | None = None
    for one in sorted(letters, key=lambda letter: (letter.at, letter.reader, letter.template)):
        wish = Wish(one.at, one.over, one.kind.is_ask, one.is_urgent)
        own = asked.setdefault(one.reader, [])
        found = leaving(wish, own, most, hours[one.reader])
        if wish.is_ask and not found.is_dropped:
            own.append(found.at)
        row = rows.get(one.kind.code, KindAhead(one.kind))
        is_later = found.why == "budget" and not found.is_dropped
        rows[one.kind.code] = replace(
            row, letters=row.letters + 1, later=row.later + is_later, lost=row.lost + found.is_dropped
        )
        if found.why == "budget":
            over.add(one.reader)
            last = max(last or found.at, found.at) if is_later else last
    return Forecast([rows[code] for code in KINDS if code in rows], len(over), last)
