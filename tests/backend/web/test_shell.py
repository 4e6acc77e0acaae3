"""The frame of every page: menu by role, languages, theme, error pages, sign-in, style guide."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from backend.accounts.models import User
from backend.web.context_processors import MENU, Shell
from tests.factories.accounts import make_staff, make_user

SignIn = Callable[[User], Client]


def request_of(user: User, path: str = "/nowhere/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = user
    return request


def names_for(user: User) -> set[str]:
    shell = Shell(request_of(user))
    return {name for _label, name, _icon, roles in MENU if any(shell._holds(role) for role in roles)}


def test_each_role_has_its_menu(lead: User, mentor: User, holder: User, observer: User, steward: User) -> None:
    hers = {"mentoring:session_list", "journeys:ledger", "calendars:feed_page"}
    assert names_for(holder) == {"home", "journeys:module_list", "journeys:offer_list"} | hers
    assert names_for(mentor) == {"home", "mentoring:session_list", "journeys:journey_list", "calendars:feed_page"}
    assert names_for(observer) == {"home", "evaluation:snapshot_list"}
    reads = {"evaluation:snapshot_list", "evaluation:territory", "journeys:journey_list", "journeys:programme_list"}
    reads.add("mail:received")
    assert names_for(steward) == {"home"} | reads
    not_for_leads = {"journeys:ledger", "journeys:offer_list", "mail:received", "web:styleguide", "admin:index"}
    not_for_leads |= {"evaluation:snapshot_list", "evaluation:territory"}
    assert names_for(lead) == {name for _label, name, _icon, _roles in MENU} - not_for_leads
    assert names_for(make_user()) == {"home"}


def test_the_entry_of_the_page_is_marked_once(lead: User) -> None:
    url = reverse("web:styleguide")
    staff = make_staff()
    shell = Shell(request_of(staff, f"{url}part/"))
    assert [entry.url for entry in shell.menu if entry.is_current] == [url]


def test_the_menu_costs_one_query(holder: User, django_assert_num_queries: Callable[[int], object]) -> None:
    fresh = User.objects.get(pk=holder.pk)
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        assert Shell(request_of(fresh)).menu is not None


def test_a_stranger_has_no_menu(anonymous: Client) -> None:
    page = anonymous.get(reverse("account_login"))
    assert page.status_code == 200
    assert 'class="rail"' not in page.text
    assert page.text.count("<h1>") == 1


@pytest.mark.parametrize(
    ("cookie", "attribute"), [("dark", ' data-theme="dark"'), ("light", ' data-theme="light"'), ("<x>", "")]
)
def test_the_theme_of_this_browser_is_in_the_page(anonymous: Client, cookie: str, attribute: str) -> None:
    anonymous.cookies["theme"] = cookie
    page = anonymous.get(reverse("account_login"))
    assert f'<html lang="fr"{attribute}>' in page.text


def test_a_stranger_changes_the_language_of_her_browser(anonymous: Client) -> None:
    answer = anonymous.post(reverse("web:set_language"), {"language": "en", "next": "/accounts/login/?next=/x"})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/x")
    assert "Send me a code" in anonymous.get(reverse("account_login")).text


def test_a_person_keeps_her_language_everywhere(holder: User, client_of: SignIn) -> None:
    client_of(holder).post(reverse("web:set_language"), {"language": "en", "next": "/"})
    holder.refresh_from_db()
    assert holder.language == "en"


@pytest.mark.parametrize("data", [{"language": "xx", "next": "https://evil.example/"}, {}])
def test_an_unknown_language_or_a_foreign_address_goes_home(anonymous: Client, data: dict[str, str]) -> None:
    answer = anonymous.post(reverse("web:set_language"), data)
    assert (answer["Location"], "django_language" in answer.cookies) == ("/", False)
    assert anonymous.get(reverse("web:set_language")).status_code == 405


def test_the_style_guide_is_for_staff(lead: User, client_of: SignIn, anonymous: Client) -> None:
    assert client_of(lead).get(reverse("web:styleguide")).status_code == 404
    assert anonymous.get(reverse("web:styleguide")).status_code == 302
    page = client_of(make_staff()).get(reverse("web:styleguide"))
    assert page.status_code == 200
    ids = re.findall(r'\sid="([^"]+)"', page.text)
    assert [one for one in ids if ids.count(one) > 1] == []
    assert page.text.count("<h1>") == 1
    assert re.search(r'\sstyle="', page.text) is None


@pytest.mark.parametrize("template", ["404.html", "403.html", "403_csrf.html"])
def test_error_pages_say_what_and_how_to_go_on(template: str, anonymous: Client) -> None:
    page = render_to_string(template, request=anonymous.get(reverse("account_login")).wsgi_request)
    assert page.count("<h1>") == 1
    assert "button-main" in page


def test_the_page_of_a_crash_needs_nothing() -> None:
    page = render_to_string("500.html")
    assert 'lang="en"' in page and "Quelque chose s’est arrêté" in page


def test_an_unknown_address_is_a_stop_off_the_line(holder: User, client_of: SignIn) -> None:
    answer = client_of(holder).get("/no/such/page/")
    assert answer.status_code == 404
    assert "Cet arrêt n’est pas sur la ligne" in answer.text


def test_the_icon_of_the_tab_is_found(anonymous: Client) -> None:
    answer = anonymous.get("/favicon.ico")
    assert (answer.status_code, answer["Location"]) == (302, "/static/web/favicon.svg")


def test_signing_in_takes_an_address_then_a_code(holder: User, anonymous: Client) -> None:
    answer = anonymous.post(reverse("account_login"), {"login": holder.email})
    assert answer["Location"] == reverse("account_confirm_login_code")
    page = anonymous.get(answer["Location"]).text
    assert 'autocomplete="one-time-code" inputmode="numeric"' in page
    assert holder.email in page
    wrong = anonymous.post(answer["Location"], {"code": "000-wrong"}).text
    assert "Ce n’est pas le code envoyé." in wrong
    assert 'aria-invalid="true" aria-describedby="id_code_error"' in wrong


def test_an_unknown_address_is_told_the_same(anonymous: Client, holder: User) -> None:
    known, unknown = Client(), Client()
    pages = []
    for browser, email in ((known, holder.email), (unknown, "nobody@example.org")):
        answer = browser.post(reverse("account_login"), {"login": email}, follow=True)
        pages.append(re.sub(r'value="\w{24,64}"|\S+@example\.org|\{&quot;.*?\}|"X-CSRFToken": "\w+"', "", answer.text))
    assert pages[0] == pages[1]


def test_an_address_that_is_not_one_is_refused_beside_its_field(anonymous: Client) -> None:
    page = anonymous.post(reverse("account_login"), {"login": "awa@"}).text
    assert 'aria-invalid="true"' in page
    assert mail.outbox == []


def test_signing_out_asks_first(holder: User, client_of: SignIn) -> None:
    client = client_of(holder)
    assert "Se déconnecter" in client.get(reverse("account_logout")).text
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session
