"""What mentors, holders and sessions are described with: the same words, so that they can be compared."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LONGEST_NOTE = 20_000
"""Characters of one note of a session's log, however it comes."""
LONGEST_BIO = 5000


class Theme(models.TextChoices):
    """What a mentor is good at, and what a session was about: the same words, so that they can be compared."""

    BUSINESS_MODEL = "business_model", _("business model")
    MARKET = "market", _("market and customers")
    FUNDING = "funding", _("funding")
    MANAGEMENT = "management", _("management and figures")
    GOVERNANCE = "governance", _("governance")
    LEGAL = "legal", _("legal form")
    TEAM = "team", _("team and employment")
    COMMUNICATION = "communication", _("communication")
    NEGOTIATION = "negotiation", _("negotiation")
    DIGITAL = "digital", _("digital tools")
    IMPACT = "impact", _("social impact")
    POSTURE = "posture", _("posture of the entrepreneur")


class Competence(models.TextChoices):
    """The fifteen competences of EntreComp, under the codes of the posture questionnaire: what a session worked on."""

    SPOTTING_OPPORTUNITIES = "EC11", pgettext_lazy("competence", "Spotting opportunities")
    CREATIVITY = "EC12", pgettext_lazy("competence", "Creativity")
    VISION = "EC13", pgettext_lazy("competence", "Vision")
    VALUING_IDEAS = "EC14", pgettext_lazy("competence", "Valuing ideas")
    ETHICAL_THINKING = "EC15", pgettext_lazy("competence", "Ethical & sustainable thinking")
    SELF_AWARENESS = "EC21", pgettext_lazy("competence", "Self-awareness & self-efficacy")
    MOTIVATION_PERSEVERANCE = "EC22", pgettext_lazy("competence", "Motivation & perseverance")
    MOBILISING_RESOURCES = "EC23", pgettext_lazy("competence", "Mobilising resources")
    FINANCIAL_ECONOMIC_LITERACY = "EC24", pgettext_lazy("competence", "Financial & economic literacy")
    MOBILISING_OTHERS = "EC25", pgettext_lazy("competence", "Mobilising others")
    TAKING_THE_INITIATIVE = "EC31", pgettext_lazy("competence", "Taking the initiative")
    PLANNING_MANAGEMENT = "EC32", pgettext_lazy("competence", "Planning & management")
    COPING_WITH_UNCERTAINTY = "EC33", pgettext_lazy("competence", "Coping with uncertainty, ambiguity & risk")
    WORKING_WITH_OTHERS = "EC34", pgettext_lazy("competence", "Working with others")
    LEARNING_THROUGH_EXPERIENCE = "EC35", pgettext_lazy("competence", "Learning through experience")


class SpokenLanguage(models.TextChoices):
    """The languages a mentor may say she speaks."""

    FRENCH = "fr", pgettext_lazy("spoken", "French")
    ENGLISH = "en", pgettext_lazy("spoken", "English")
    ARABIC = "ar", pgettext_lazy("spoken", "Arabic")
    SPANISH = "es", pgettext_lazy("spoken", "Spanish")
    PORTUGUESE = "pt", pgettext_lazy("spoken", "Portuguese")
    TURKISH = "tr", pgettext_lazy("spoken", "Turkish")
    RUSSIAN = "ru", pgettext_lazy("spoken", "Russian")
    UKRAINIAN = "uk", pgettext_lazy("spoken", "Ukrainian")
    PERSIAN = "fa", pgettext_lazy("spoken", "Persian")
    CHINESE = "zh", pgettext_lazy("spoken", "Chinese")
    GERMAN = "de", pgettext_lazy("spoken", "German")
    BRETON = "br", pgettext_lazy("spoken", "Breton")
    SIGNS = "fsl", pgettext_lazy("spoken", "French Sign Language")


def words_for(codes: Iterable[str], choices: type[models.TextChoices]) -> list[str]:
    """The words of known codes; what is not a code is shown as it was written."""
    labels = dict(choices.choices)
    return [str(labels.get(code, code)) for code in codes]
