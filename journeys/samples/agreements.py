"""Letters about an agreement of immersion: shared, signed, amended, in force or not."""

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.mail.gallery import Cast, sample
from journeys.models import Amendment, Immersion, Party
from journeys.samples import rows


def _context(cast: Cast, immersion: Immersion | None = None, **more: Any) -> dict[str, Any]:
    stay = immersion or rows.immersion(cast)
    return {
        "immersion": stay, "holder": stay.step.journey.holder, "company": stay.company, "page": cast.link("stay"),
        "awaited": [capfirst(str(Party.ORGANISATION.label)), f"{capfirst(str(Party.HOLDER.label))} ({cast.holder})"],
        "link": cast.link("sign"), **more,
    }  # fmt: skip


def _amendment(cast: Cast, **more: Any) -> dict[str, Any]:
    amendment = Amendment(
        pk=0, immersion=rows.immersion(cast), number=1, reason=_("The bakery is closed on Monday."),
        closing_reason=_("The days fit after all."),
    )  # fmt: skip
    return _context(cast, amendment=amendment, effect=cast.on(12), **more)


@sample(
    "journeys/letters/agreement_share",
    to="company",
    when=gettext_lazy("When a draft of an agreement is shared with the company."),
)
def agreement_share(cast: Cast, face: str) -> dict[str, Any]:
    stay = rows.immersion(cast)
    return {
        "immersion": stay, "holder": str(cast.holder), "company": stay.company.name, "until": cast.at(14, 12),
        "link": cast.link("agreement"),
    }  # fmt: skip


@sample(
    "journeys/letters/agreement_back",
    to="follower",
    when=gettext_lazy("When the company has completed its side of the draft."),
    faces={"whole": gettext_lazy("nothing is missing")},
)
def agreement_back(cast: Cast, face: str) -> dict[str, Any]:
    stay = rows.immersion(cast)
    return {
        "immersion": stay, "holder": str(cast.holder), "company": stay.company.name, "left": 0 if face else 2,
        "link": cast.link("agreement"),
    }  # fmt: skip


@sample(
    "journeys/letters/sign_ask",
    to="party",
    when=gettext_lazy("When an agreement, or an amendment to it, goes out to be signed."),
    faces={"amendment": gettext_lazy("an amendment")},
)
def sign_ask(cast: Cast, face: str) -> dict[str, Any]:
    more = _amendment(cast) if face else _context(cast, amendment=None)
    return {**more, "signature": rows.signature(cast, party="holder")}


@sample(
    "journeys/letters/sign_remind",
    to="party",
    when=gettext_lazy("Two working days before the first day, while a signature is awaited."),
)
def sign_remind(cast: Cast, face: str) -> dict[str, Any]:
    return _context(cast, amendment=None, signature=rows.signature(cast))


@sample("journeys/letters/sign_receipt", to="party", when=gettext_lazy("When somebody has signed."))
def sign_receipt(cast: Cast, face: str) -> dict[str, Any]:
    signature = rows.signature(cast, party="holder", name=str(cast.holder))
    return _context(cast, amendment=None, signature=signature, check=f"{cast.link('check')}")


@sample(
    "journeys/letters/sign_wiped",
    to="party",
    when=gettext_lazy("When an agreement changes after somebody has signed it."),
)
def sign_wiped(cast: Cast, face: str) -> dict[str, Any]:
    return _context(cast, signature=rows.signature(cast), changed=[_("place of the stay"), _("tutor")])


@sample(
    "journeys/letters/sign_refused",
    to="party follower",
    when=gettext_lazy("When somebody refuses to sign: to all who were asked to, and to whoever follows the journey."),
)
def sign_refused(cast: Cast, face: str) -> dict[str, Any]:
    return _context(cast, signature=rows.signature(cast, reason=_("We are short of people that week.")))


@sample("journeys/letters/sign_whole", to="follower", when=gettext_lazy("When every party has signed."))
def sign_whole(cast: Cast, face: str) -> dict[str, Any]:
    return _context(cast)


@sample(
    "journeys/letters/immersion_not_ready",
    to="follower",
    when=gettext_lazy("Three days and one day before the first, while the agreement is not validated."),
    faces={"draft": gettext_lazy("still a draft"), "signed": gettext_lazy("signed, not validated")},
)
def immersion_not_ready(cast: Cast, face: str) -> dict[str, Any]:
    state = Immersion.State.DRAFT if face == "draft" else Immersion.State.TO_SIGN
    more: dict[str, Any] = {"awaited": []} if face else {}
    return {**_context(cast, rows.immersion(cast, state=state, starts_on=cast.on(3)), left=3), **more}


@sample(
    "journeys/letters/immersion_blocked",
    to="follower party tutor",
    when=gettext_lazy("When the first day has come and the agreement is not in force."),
)
def immersion_blocked(cast: Cast, face: str) -> dict[str, Any]:
    return immersion_not_ready(cast, face)


@sample(
    "journeys/letters/immersion_validated",
    to="holder company tutor",
    when=gettext_lazy("When an agreement is validated."),
)
def immersion_validated(cast: Cast, face: str) -> dict[str, Any]:
    return _context(cast, **rows.days(cast))


@sample(
    "journeys/letters/amendment_news",
    to="party follower",
    when=gettext_lazy("When an amendment is signed by all, in force, changed since it was signed, or dropped."),
    faces={
        "whole": gettext_lazy("signed by all"),
        "wiped": gettext_lazy("changed since it was signed"),
        "closed": gettext_lazy("dropped"),
    },
)
def amendment_news(cast: Cast, face: str) -> dict[str, Any]:
    page = cast.link("amendment") if face in ("whole", "closed") else ""
    return {
        **_amendment(cast),
        "what": face or "in_force",
        "page": page,
        **({"invite": None} if face else rows.days(cast)),
    }


@sample(
    "journeys/letters/amendment_remind",
    to="party",
    when=gettext_lazy("Two working days before an amendment is to hold, while a signature is awaited."),
)
def amendment_remind(cast: Cast, face: str) -> dict[str, Any]:
    return _amendment(cast)


@sample(
    "journeys/letters/amendment_not_ready",
    to="follower",
    when=gettext_lazy("One working day before an amendment is to hold, while it is not in force."),
)
def amendment_not_ready(cast: Cast, face: str) -> dict[str, Any]:
    return _amendment(cast)
