"""What people are told about signing: asked, thanked, told that the text changed, that it is in force, or blocked."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from backend.accounts.models import User
from backend.mail import actions as mail
from journeys.models import Immersion, Signature
from journeys.queries.agreements import label_of
from journeys.queries.signing import awaited_words

ASK = "sign_ask"
REMIND = "sign_remind"


def post(
    letter: str, immersion: Immersion, *, to: User | str, key: str, name: str = "", about: Any = None, **context: Any
) -> None:
    """One letter about this stay, with what every one of them names."""
    journey = immersion.step.journey
    mail.post(
        f"journeys/letters/{letter}",
        to=to,
        name=name,
        key=key,
        context={
            "immersion": immersion,
            "holder": journey.holder,
            "company": immersion.company,
            "awaited": SimpleLazyObject(lambda: awaited_words(immersion)),  # in the language of the reader
            "page": settings.SITE_URL + reverse("journeys:immersion_detail", args=[immersion.pk]),
            **context,
        },
        about=about or immersion,
        organisation=journey.programme.organisation,
        language=immersion.language if isinstance(to, str) else None,
    )


def reader(signature: Signature) -> User | str:
    """The holder by her account, in her language; others by their address."""
    is_holder = signature.party == Signature.Party.HOLDER
    return signature.immersion.step.journey.holder.user if is_holder else signature.email


def ask(signature: Signature, token: str, *, letter: str, key: str, **context: Any) -> None:
    """The letter whose link opens this text for this party, to sign or to refuse."""
    post(
        letter, signature.immersion, to=reader(signature), name=signature.name, key=key, about=signature,
        signature=signature, amendment=signature.amendment,
        link=settings.SITE_URL + reverse("journeys:signing_link", args=[token]), **context,
    )  # fmt: skip


def thank(signature: Signature) -> None:
    """The receipt: what was signed, when, by whom, and the fingerprint that checks it."""
    if signature.email:
        post(
            "sign_receipt", signature.immersion, to=reader(signature), name=signature.name,
            key=f"sign_receipt:{signature.pk}", about=signature, signature=signature, amendment=signature.amendment,
            check=settings.SITE_URL + reverse("journeys:paper_check"),
        )  # fmt: skip


def tell_wiped(signature: Signature, fields: list[str]) -> None:
    """To somebody who had signed: the text has changed, her signature no longer counts, a new letter will come."""
    if signature.email:
        post(
            "sign_wiped", signature.immersion, to=reader(signature), name=signature.name,
            key=f"sign_wiped:{signature.pk}", about=signature, signature=signature,
            changed=SimpleLazyObject(lambda: [label_of(name) for name in fields]),
        )  # fmt: skip


def tell_refused(immersion: Immersion, signature: Signature, people: list[User]) -> None:
    """To those who had signed, or were asked to, and to the team: a party refuses, and why."""
    told = set()
    asked = immersion.signatures.filter(amendment=signature.amendment).exclude(state=Signature.State.WIPED)
    for one in asked.exclude(pk=signature.pk).exclude(email="").order_by("pk"):
        told.add(one.email)
        post(
            "sign_refused", immersion, to=reader(one), name=one.name, key=f"sign_refused:{signature.pk}:{one.pk}",
            signature=signature,
        )  # fmt: skip
    for person in people:
        if person.email.lower() not in told:
            key = f"sign_refused:{signature.pk}:user:{person.pk}"
            post("sign_refused", immersion, to=person, key=key, signature=signature)


def tell_team(letter: str, immersion: Immersion, people: list[User], *, key: str, **context: Any) -> None:
    """One letter to each of the team who follows this stay."""
    for person in people:
        post(letter, immersion, to=person, key=f"{key}:{person.pk}", **context)


def tell_asked(letter: str, immersion: Immersion, *, key: str, **context: Any) -> None:
    """One letter to each address that was asked to sign the agreement; nobody when a party refused: they know."""
    told: set[str] = set()
    asked = list(immersion.signatures.filter(amendment=None).exclude(email="").order_by("pk"))
    if any(one.state == Signature.State.REFUSED for one in asked):
        return
    for one in asked:
        address = one.email.lower()
        if address not in told:
            told.add(address)
            post(letter, immersion, to=reader(one), name=one.name, key=f"{key}:{address}", **context)


def tell_sides(letter: str, immersion: Immersion, *, key: str, but: Collection[str] = (), **context: Any) -> None:
    """One letter to the holder, one to the company’s signatory and one to the tutor if she is somebody else.

    `but`: addresses of those who were told by another letter.
    """
    holder = immersion.step.journey.holder.user
    if holder.email.lower() not in but:
        post(letter, immersion, to=holder, key=f"{key}:holder", **context)
    sent = {holder.email.lower(), "", *but}
    for email, name in (
        (immersion.signatory_email.lower(), immersion.signatory_name),
        (immersion.tutor_email.lower(), immersion.tutor_name),
    ):
        if email not in sent:
            sent.add(email)
            post(letter, immersion, to=email, name=name, key=f"{key}:{email}", **context)
