"""Hours seen otherwise by two people, and what a holder would like from her next session."""

from journeys import actions as journeys
from journeys.models import Delivery
from mentoring import actions as mentoring
from mentoring.models import Session

QUESTIONS = (
    "Faut-il signer le bail maintenant, ou attendre la réponse de la banque ?",
    "J’aimerais relire ensemble mon prévisionnel avant de l’envoyer.",
    "Comment annoncer mes prix à un premier client ?",
)


def begin(delivery: Delivery, words: str) -> None:
    """The holder gives another figure: her mentor is awaited."""
    minutes = delivery.minutes - 30
    journeys.dispute_delivery(delivery, comment=words, minutes=minutes, by=delivery.journey.holder.user)


def argue(delivery: Delivery) -> None:
    """Two rounds without agreeing: a lead is awaited."""
    holder, mentor, declared = delivery.journey.holder.user, delivery.declared_by, delivery.minutes
    if mentor is None:
        return
    begin(delivery, "Nous avons commencé en retard, cela a duré moins longtemps.")
    said = (
        (mentor, declared - 5, "Cinq minutes de retard, tout au plus."),
        (holder, declared - 25, "Plutôt vingt-cinq, j’avais l’heure sous les yeux."),
        (mentor, declared - 10, "Disons dix minutes, pour en finir."),
        (holder, declared - 25, "Je préfère que quelqu’un d’autre tranche."),
    )
    for person, minutes, text in said:
        journeys.answer_correction(delivery, text=text, minutes=minutes, by=person)


def wonder(session: Session, index: int) -> None:
    """What she would like from the session that comes."""
    holder = session.mentorship.journey.holder.user
    mentoring.write_question(session, text=QUESTIONS[index % len(QUESTIONS)], by=holder)
