"""What the style guide shows: invented people and figures, every component in every state."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms as django_forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.web import forms, html, line, reading
from backend.web.dots import Dot

TOKENS = (
    "paper surface sunken ink ink-soft rule rule-strong brand brand-strong brand-soft sun rail rail-raised rail-track "
    "module mentoring immersion milestone good info warn bad series-1 series-2 series-3 series-4 series-5"
).split()


class SampleForm(forms.Form):
    """One field of each kind."""

    title = django_forms.CharField(label=gettext_lazy("Subject"), help_text=gettext_lazy("In a few words."))
    email = django_forms.EmailField(label=gettext_lazy("E-mail"))
    day = forms.DateField(label=gettext_lazy("Day"))
    starts_at = forms.MomentField(label=gettext_lazy("Begins"))
    minutes = forms.MinutesField(label=gettext_lazy("Length"), min_value=5, max_value=600)
    medium = django_forms.ChoiceField(
        label=gettext_lazy("How"),
        choices=[
            ("person", gettext_lazy("In person")),
            ("video", gettext_lazy("Video")),
            ("phone", gettext_lazy("Phone")),
        ],
        widget=forms.RadioCards(notes={"person": gettext_lazy("The place goes into the invite.")}),
    )
    commune = django_forms.ChoiceField(
        label=gettext_lazy("Commune"), choices=[("44109", "Nantes"), ("44162", "Saint-Herblain")], required=False
    )
    note = django_forms.CharField(label=gettext_lazy("Note"), widget=forms.Paragraph(), required=False)
    score = forms.ScaleField(
        label=gettext_lazy("I spot opportunities around me."),
        low=gettext_lazy("Not at all"),
        high=gettext_lazy("Fully"),
    )
    agreed = django_forms.BooleanField(label=gettext_lazy("I have told the holder"), required=False)


class SampleFilter(forms.Form):
    q = django_forms.CharField(label=gettext_lazy("Name"), required=False)
    state = django_forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("Every state")), ("active", gettext_lazy("Under way"))],
        required=False,
    )


def sample_stops() -> list[line.Stop]:
    """One journey with every kind and every state."""
    today = timezone.localdate()

    def on(days: int) -> str:
        return reading.day(today + timedelta(days=days), weekday=False)

    return [
        line.Stop(_("Welcome and posture"), "module", "done", on(-80), url="#stop"),
        line.Stop(_("First session with your mentor"), "mentoring", "done", on(-62)),
        line.Stop(_("Business model"), "module", "done", on(-41)),
        line.Stop(_("Business plan validated"), "milestone", "done", on(-20), note=_("Read by two mentors.")),
        line.Stop(_("Immersion in a cooperative"), "immersion", "in_progress", on(-1), url="#stop", is_current=True,
                  note=_("Three days out of five.")),
        line.Stop(_("Session 4"), "mentoring", "scheduled", reading.relative_day(today + timedelta(days=6))),
        line.Stop(_("Funding files"), "module", "scheduled", on(12)),
        line.Stop(_("Negotiation"), "module", "waived", note=_("Has sold for ten years.")),
        line.Stop(_("Second immersion"), "immersion", "abandoned"),
        line.Stop(_("First client"), "milestone", "planned", on(40)),
        line.Stop(_("Exit interview"), "mentoring", "planned", on(60)),
    ]  # fmt: skip


def sample_rows() -> list[SimpleNamespace]:
    states = (
        ("active", _("Under way")), ("proposed", _("Proposed")), ("no_show", _("No-show")), ("planned", _("Planned")),
        ("scheduled", _("Date set")),
    )  # fmt: skip
    names = ("Awa Diallo", "Maëlle Le Goff", "Youssef Benali", "Inès Caradec-Bouvier", "Tom Riou")
    return [
        SimpleNamespace(
            name=name,
            state=state,
            get_state_display=lambda words=words: words,
            minutes=90 * i + 30,
            starts_at=timezone.now(),
        )
        for i, (name, (state, words)) in enumerate(zip(names, states, strict=True))
    ]


def sample_charts() -> dict[str, Any]:
    return {
        "kinds": [_("Modules"), _("Mentoring"), _("Immersions")],
        "dots": [Dot("circle", "Awa", 4), Dot("square", "Marc", 7), Dot("triangle", "Paule", 7)],
        "bars": [
            ("Nantes", 31, "#behind"),
            ("Rezé", 9),
            ("Saint-Herblain", 7),
            ("Les Sorinières", 0),
            ("Mauves-sur-Loire", None),
        ],
        "ledger_series": [_("Signed"), _("Confirmed"), _("Declared"), _("Planned"), _("Disputed")],
        "ledger": [
            (_("Modules"), [1800, 5400, 900, 2400, 0]),
            (_("Mentoring"), [600, 4050, 1350, 1800, 90]),
            (_("Immersions"), [0, 4200, 2100, 2100, 0]),
        ],
        "gains": [
            (_("All areas"), 1.1, 0.6, 1.6, _("38 answered of 60 asked")),
            (_("Ideas and opportunities"), 0.9, 0.2, 1.6, ""),
            (_("Resources"), 1.4, 0.8, 2.0, ""),
            (_("Into action"), 0.3, -0.4, 1.0, ""),
            (_("Priority neighbourhoods"), None, None, None, _("4 answered")),
        ],
        "months": [("01", 4), ("02", 9), ("03", 12), ("04", None), ("05", 22), ("06", 28), ("07", 31)],
        "spark": [2, 3, 3, 5, 4, 6, 8],
    }


def sample_radars() -> dict[str, Any]:
    return {
        "areas": [_("Ideas and opportunities"), _("Resources"), _("Into action")],
        "voices": [
            (_("now"), [6.2, 5.4, 6.8]),
            (_("at the start"), [4.4, 5.0, 3.6]),
            (_("my mentor"), [6.6, 4.2, 5.8]),
            (_("my tutor"), [5.2, None, 6.0]),
        ],
        "competences": [
            _("Spotting opportunities"),
            _("Creativity"),
            _("Vision"),
            _("Valuing ideas"),
            _("Ethical thinking"),
            _("Self-awareness"),
            _("Motivation"),
            _("Gathering means"),
            _("Money matters"),
            _("Taking others along"),
        ],
        "strengths": [
            (_("now"), [6, 7, 5, 6, 7, 5, 8, 4, 3, 6]),
            (_("at the start"), [4, 6, 4, 5, 7, 4, 7, 2, 2, 5]),
        ],
    }


def sample_events() -> list[dict[str, str]]:
    now = timezone.now()
    days = [reading.relative_day(now - timedelta(days=away)) for away in (0, 1, 9)]
    return [
        {"when": days[0], "title": _("Hours confirmed"), "tone": "good", "icon": "check", "by": "Awa Diallo"},
        {"when": days[1], "title": _("Session logged"), "text": _("Next step: call the bank."), "icon": "pencil"},
        {"when": days[2], "title": _("Invite declined"), "tone": "bad", "icon": "x-mark", "url": "#event"},
    ]


def specimens(request: HttpRequest) -> dict[str, Any]:
    """The context of the style guide."""
    now = timezone.now()
    wrong = SampleForm({"title": "", "email": "awa@", "starts_at_0": "", "minutes_0": "", "medium": "person"})
    return {
        "tokens": TOKENS,
        "tones": html.TONES,
        "stops": sample_stops(),
        "rows": sample_rows(),
        "page": Paginator(range(60), 20).get_page(request.GET.get("page", 2)),
        "tab_entries": [
            (_("To log"), "#", True, 3),
            (_("Held sessions"), "#held", False, 12),
            (_("All sessions"), "#all", False),
        ],
        "import_steps": [_("File"), _("Preview"), _("Done")],
        "events": sample_events(),
        "form": SampleForm(auto_id="sample_%s"),
        "wrong_form": wrong,
        "filters": SampleFilter(auto_id="filter_%s"),
        "in_three_days": now + timedelta(days=3),
        "yesterday": now - timedelta(days=1),
        "mail": SimpleNamespace(title_fr="Bonjour", title_en="Hello"),
        **sample_charts(),
        **sample_radars(),
    }  # fmt: skip
