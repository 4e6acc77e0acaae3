"""Papers given a fingerprint that anybody may check, when a text goes out to be signed or a stay has taken place."""

from django.db import transaction
from django.utils.translation import gettext as _

from backend.lib import clock
from backend.lib.refusal import Refused
from journeys.models import Amendment, Immersion, Paper
from journeys.queries import paper_facts


@transaction.atomic
def seal_agreement(immersion: Immersion) -> Paper:
    """The agreement as it reads now has its fingerprint, on the immersion too; the one of a former text is replaced.

    Sealing the same text twice is sealing it once.
    """
    paper = _seal(immersion, Paper.Kind.AGREEMENT, paper_facts.fingerprint(paper_facts.agreement_facts(immersion)))
    if immersion.fingerprint != paper.fingerprint:
        immersion.fingerprint = paper.fingerprint
        immersion.save(update_fields=["fingerprint"])
    return paper


@transaction.atomic
def seal_amendment(amendment: Amendment) -> Paper:
    """The amendment as it reads now has its fingerprint; that of a former text of the same number is replaced."""
    digits = paper_facts.fingerprint(paper_facts.amendment_facts(amendment))
    paper = _seal(amendment.immersion, Paper.Kind.AMENDMENT, digits, amendment=amendment)
    if amendment.fingerprint != paper.fingerprint:
        amendment.fingerprint = paper.fingerprint
        amendment.save(update_fields=["fingerprint"])
    return paper


@transaction.atomic
def seal_attestation(immersion: Immersion) -> Paper:
    """What happened is attested and has its fingerprint. Refused before the stay is over, or when it did not happen."""
    over = (Immersion.State.COMPLETED, Immersion.State.ASSESSED)
    if immersion.state not in over or immersion.outcome == Immersion.Outcome.NOT_HAPPENED:
        raise Refused(_("An attestation is made once the stay has taken place."))
    return _seal(immersion, Paper.Kind.ATTESTATION, paper_facts.fingerprint(paper_facts.attestation_facts(immersion)))


def _seal(immersion: Immersion, kind: Paper.Kind, digits: str, *, amendment: Amendment | None = None) -> Paper:
    """The paper of this fingerprint, standing; every other of its kind (and number) is replaced from now on."""
    same = Paper.objects.select_for_update().filter(immersion=immersion, kind=kind, amendment=amendment).order_by("pk")
    others = [one.pk for one in same if one.fingerprint != digits and one.replaced_at is None]
    Paper.objects.filter(pk__in=others).update(replaced_at=clock.now())
    paper, is_new = Paper.objects.get_or_create(
        fingerprint=digits, defaults={"immersion": immersion, "kind": kind, "amendment": amendment}
    )
    if not is_new and paper.replaced_at is not None:  # the text came back to what it was
        paper.replaced_at = None
        paper.save(update_fields=["replaced_at"])
    return paper
