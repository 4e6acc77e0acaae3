"""What every page's frame needs: the menu by role, the theme, the other language."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# (label, url name, icon, roles that see it); "" stands for everyone signed in, "staff" for who runs the server.
MENU = (
    (_("Home"), "home", "map-pin", ("",)),
    (_("Journeys"), "journeys:journey_list", "map", ("lead", "mentor", "steward")),
    (_("Sessions"), "mentoring:session_list", "chat-bubble-left-right", ("lead", "mentor", "holder")),
    (_("My hours"), "journeys:ledger", "clock", ("holder",)),
    (_("My calendar"), "calendars:feed_page", "calendar-days", ("lead", "mentor", "holder")),
    (_("Modules"), "journeys:module_list", "academic-cap", ("lead", "holder")),
    (_("Mentors"), "mentoring:mentor_list", "user-group", ("lead",)),
    (_("Companies"), "journeys:company_list", "building-storefront", ("lead",)),
    (_("Find a host"), "journeys:offer_list", "building-storefront", ("holder",)),
    (_("Indicators"), "evaluation:indicators", "chart-bar", ("lead",)),
    (_("Publications"), "evaluation:snapshot_list", "document-chart-bar", ("observer", "steward")),
    (_("Territory"), "evaluation:territory", "chart-bar", ("steward",)),
    (_("Surveys"), "evaluation:request_list", "clipboard-document-list", ("lead",)),
    (_("Programmes"), "journeys:programme_list", "rectangle-group", ("lead", "steward")),
    (_("Letters"), "mail:outbox", "envelope", ("lead",)),
    (_("Letters received"), "mail:received", "inbox-arrow-down", ("steward",)),
    (_("Import"), "journeys:holder_import", "arrow-up-tray", ("lead",)),
    (_("Style guide"), "web:styleguide", "swatch", ("staff",)),
    (_("Server"), "admin:index", "wrench-screwdriver", ("staff",)),
)
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Entry:
    """One line of the menu."""

    label: str
    url: str
    icon: str
    is_current: bool = False


def safe_reverse(name: str) -> str:
    """The address of a page, or "" while nobody has mounted it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


class Shell:
    """Computed only when the page asks for it, so that error pages and fragments cost nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user = getattr(request, "user", None)
        self.is_known = bool(self.user is not None and self.user.is_authenticated)

    @cached_property
    def menu(self) -> list[Entry]:
        """The entries this person's roles open, the current page marked."""
        found = list(self._entries()) if self.is_known else []
        here = [entry.url for entry in found if self.request.path.startswith(entry.url)]
        home = safe_reverse("home")
        current = max((url for url in here if url != home or self.request.path == home), key=len, default="")
        return [Entry(entry.label, entry.url, entry.icon, entry.url == current) for entry in found]

    def _entries(self) -> Iterator[Entry]:
        user = self.user
        for label, name, icon, roles in MENU:
            if user is None or not any(self._holds(role) for role in roles):
                continue
            url = safe_reverse(name)
            if url:
                yield Entry(str(label), url, icon)

    def _holds(self, role: str) -> bool:
        user = self.user
        if user is None or role == "":
            return user is not None
        return bool(user.is_staff) if role == "staff" else bool(user.has_role(role))

    @property
    def theme(self) -> str:
        """ "light" or "dark" when this browser has chosen, "" to follow the system."""
        chosen = self.request.COOKIES.get("theme", "")
        return chosen if chosen in THEMES else ""

    @property
    def language(self) -> str:
        return (get_language() or settings.LANGUAGE_CODE)[:2]

    @property
    def other_languages(self) -> list[tuple[str, str]]:
        """(code, own name) of the languages that are not being read."""
        names = {"fr": "Français", "en": "English"}
        return [(code, names[code]) for code, _label in settings.LANGUAGES if code != self.language]

    @property
    def language_url(self) -> str:
        return safe_reverse("web:set_language") or safe_reverse("set_language")

    @property
    def home_url(self) -> str:
        return safe_reverse("home") or "/"

    @property
    def logout_url(self) -> str:
        return safe_reverse("account_logout") if self.is_known else ""

    @property
    def login_url(self) -> str:
        return "" if self.is_known else safe_reverse("account_login")

    @property
    def person(self) -> str:
        """The number of who is signed in, "" for nobody: what a browser keeps for another is thrown away."""
        return str(self.user.pk) if self.is_known and self.user else ""

    @property
    def user_name(self) -> str:
        return str(self.user) if self.is_known else ""

    @property
    def here(self) -> str:
        """Where the language switch comes back to: this page, if it can be asked for again."""
        return self.request.get_full_path() if self.request.method in ("GET", "HEAD") else self.request.path


def shell(request: HttpRequest) -> dict[str, Shell]:
    return {"shell": Shell(request)}
