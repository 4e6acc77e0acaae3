"""Every letter with sample data, for leads: who gets it, when, and how it looks."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from backend.accounts.models import Organisation
from backend.accounts.queries import organisations_of
from backend.lib.doors import find, require
from backend.mail import gallery, policies
from backend.mail.gallery import Sample
from backend.mail.kinds import KINDS, Kind
from backend.mail.letters import masked
from backend.mail.models import AREAS
from backend.mail.views.outbox import FRAMING_CSP, LETTER_CSP, me

WIDE, PHONE, TEXT = "wide", "phone", "text"
"""How a letter can be looked at: 600 px wide, on a phone, as plain text."""

Tab = tuple[str, str, bool]


@dataclass(frozen=True)
class Line:
    """A letter in the list."""

    sample: Sample
    subject: str
    area: str


def ours(request: HttpRequest, organisation: int) -> Organisation:
    """The organisation in the address, for a lead of it: 404 for a stranger, 403 for a member."""
    found: Organisation = find(organisations_of(me(request)), pk=organisation)
    require(policies.may_see_letter_samples(me(request), found))
    return found


def _asked(request: HttpRequest, name: str, known: tuple[str, ...], usual: str) -> str:
    """What the address says, if it is one of the known words."""
    said = request.GET.get(name, "")
    return said if said in known else usual


def _language(request: HttpRequest) -> str:
    codes = tuple(code for code, _name in settings.LANGUAGES)
    return _asked(request, "language", codes, (get_language() or settings.LANGUAGE_CODE)[:2])


def _languages(chosen: dict[str, str]) -> list[Tab]:
    return _tabs(chosen, "language", [(code, capfirst(str(name))) for code, name in settings.LANGUAGES])


def _tabs(chosen: dict[str, str], name: str, words: list[tuple[str, str]]) -> list[Tab]:
    """A tab for each value that `name` may have, the rest staying as chosen."""
    return [(word, f"?{urlencode({**chosen, name: code})}", chosen[name] == code) for code, word in words]


@require_safe
def letter_samples(request: HttpRequest, organisation: int) -> HttpResponse:
    """Every letter, kind by kind: who gets it, when it leaves, and whether one may do without it."""
    house, language = ours(request, organisation), _language(request)
    groups: dict[Kind, list[Line]] = {kind: [] for kind in KINDS.values()}
    for one in gallery.samples():
        line = Line(one, gallery.subject_of(one, house, language), str(AREAS.get(one.app, AREAS["dates"])))
        groups[one.kind].append(line)
    context = {
        "organisation": house, "language": language, "languages": _languages({"language": language}),
        "groups": list(groups.items()), "count": len(gallery.SAMPLES),
    }  # fmt: skip
    return render(request, "mail/letter_samples.html", context)


def _sample(app: str, name: str) -> Sample:
    found = gallery.find_sample(f"{app}/letters/{name}")
    if found is None:
        raise Http404
    return found


@require_safe
def letter_sample(request: HttpRequest, organisation: int, app: str, name: str) -> HttpResponse:
    """One letter as it would be read: wide, on a phone, as plain text; in each language, with each thing it may say."""
    house, one = ours(request, organisation), _sample(app, name)
    chosen = {
        "language": _language(request),
        "face": _asked(request, "face", tuple(one.faces), ""),
        "view": _asked(request, "view", (PHONE, TEXT), WIDE),
    }
    letter = gallery.shown(one, house, chosen["language"], chosen["face"])
    views = [(WIDE, _("Wide")), (PHONE, _("On a phone")), (TEXT, _("Plain text"))]
    faces = [("", _("Usual")), *((code, capfirst(str(word))) for code, word in one.faces.items())]
    context: dict[str, Any] = {
        "organisation": house, "sample": one, "letter": letter, "text": masked(letter.text), **chosen,
        "languages": _languages(chosen), "views": _tabs(chosen, "view", views),
        "faces": _tabs(chosen, "face", faces),
        "query": urlencode({"language": chosen["language"], "face": chosen["face"]}),
    }  # fmt: skip
    response = render(request, "mail/letter_sample.html", context)
    response["Content-Security-Policy"] = FRAMING_CSP
    return response


@require_safe
@xframe_options_sameorigin
def letter_sample_body(request: HttpRequest, organisation: int, app: str, name: str) -> HttpResponse:
    """The page of the letter alone, for the frame that shows it; its links lead nowhere."""
    house, one = ours(request, organisation), _sample(app, name)
    face = _asked(request, "face", tuple(one.faces), "")
    response = HttpResponse(gallery.harmless(gallery.shown(one, house, _language(request), face).html))
    response["Content-Security-Policy"] = LETTER_CSP
    return response
