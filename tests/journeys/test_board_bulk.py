"""One act on many journeys: whom it concerns, what it says before, what came of each, twice is once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib import clock
from backend.mail.models import Email
from journeys import actions
from journeys.models import Journey, ProgrammeVersion, StepTemplate
from tests.factories.accounts import make_member
from tests.factories.journeys import make_journey, make_project

Browser = Callable[[User], Client]
MESSAGE = "/journeys/message/"
LETTER = {"subject": "Réunion <b>jeudi</b>", "text": "Rendez-vous à 9 h.\n\n<script>x</script>", "key": "cle1"}


def somebody(organisation: Organisation, first: str, **fields: Any) -> Journey:
    return make_journey(organisation, make_member(organisation, "holder", first_name=first, last_name=first), **fields)


def letters() -> list[str]:
    return list(
        Email.objects.filter(template__endswith="board_message").order_by("pk").values_list("to_name", flat=True)
    )


def send(browser: Client, url: str, **data: Any) -> Any:
    """As a person does: type, read the preview, send."""
    preview = browser.post(url, LETTER | data)
    return browser.post(url, LETTER | data | {"send": "1", "mark": preview.context["chosen"].mark})


# --- A letter to many -------------------------------------------------------------------------------
def test_a_message_is_read_again_with_its_count_before_anything_leaves(
    organisation: Organisation, lead: User, client_of: Browser
) -> None:
    ana, bob = somebody(organisation, "Ana"), somebody(organisation, "Bob")
    url = f"{MESSAGE}?pick={ana.pk}&pick={bob.pk}"
    page = client_of(lead).post(url, LETTER)
    assert (page.context["is_preview"], [str(one) for one in page.context["chosen"].people]) == (
        True,
        ["Ana Ana", "Bob Bob"],
    )
    assert "Envoyer les 2 courriers" in page.content.decode()
    assert letters() == []
    done = send(client_of(lead), url)
    assert (len(done.context["outcome"].done), letters()) == (2, ["Ana Ana", "Bob Bob"])


def test_the_letter_is_hers_in_her_language_and_is_answered_to_the_lead(
    organisation: Organisation, lead: User, client_of: Browser
) -> None:
    ana = somebody(organisation, "Ana")
    User.objects.filter(pk=ana.holder.user_id).update(language="en")
    send(client_of(lead), f"{MESSAGE}?pick={ana.pk}")
    email = Email.objects.get(template="journeys/letters/board_message")
    assert (email.subject, email.language, email.about) == ("Réunion <b>jeudi</b>", "en", ana)
    assert email.text.startswith("Hello Ana,\n\nRendez-vous à 9 h.")
    assert "Answer this letter to write to Léa." in email.text
    assert ("<script>x" in email.html, "&lt;script&gt;x" in email.html) == (False, True)
    assert b"Reply-To: lead@example.org" in bytes(email.message)
    assert Entry.objects.filter(verb="message_holder", by=lead).count() == 1


def test_the_same_message_sent_twice_leaves_once(organisation: Organisation, lead: User, client_of: Browser) -> None:
    ana = somebody(organisation, "Ana")
    url = f"{MESSAGE}?pick={ana.pk}"
    send(client_of(lead), url)
    again = send(client_of(lead), url)
    assert ([len(again.context["outcome"].done), len(again.context["outcome"].same)], letters()) == (
        [0, 1],
        ["Ana Ana"],
    )
    send(client_of(lead), url, key="autre")
    assert letters() == ["Ana Ana", "Ana Ana"]


def test_a_person_with_two_journeys_gets_one_letter(organisation: Organisation, lead: User) -> None:
    ana = somebody(organisation, "Ana")
    other = make_journey(organisation, ana.holder.user, project=make_project(organisation, ana.holder))
    outcome = actions.message_holders([ana, other], subject="Bonjour", text="Oui", key="k", by=lead)
    assert (outcome.done, outcome.same, letters()) == ([ana], [other], ["Ana Ana"])


def test_ended_journeys_are_left_out_unless_the_filters_ask_for_them(
    organisation: Organisation, lead: User, client_of: Browser
) -> None:
    ana, bob = somebody(organisation, "Ana"), somebody(organisation, "Bob")
    actions.leave_journey(bob, reason="moved", by=None)
    picks = f"pick={ana.pk}&pick={bob.pk}"
    page = client_of(lead).get(f"{MESSAGE}?{picks}")
    assert ([str(one) for one in page.context["chosen"].people], page.context["chosen"].left_out) == (["Ana Ana"], 1)
    page = client_of(lead).get(f"{MESSAGE}?{picks}&state=all")
    assert [str(one) for one in page.context["chosen"].people] == ["Ana Ana", "Bob Bob"]


def test_all_that_fit_the_filters(organisation: Organisation, lead: User, client_of: Browser) -> None:
    for first, phase in (("Ana", "creation"), ("Bob", "emergence"), ("Cid", "creation")):
        somebody(organisation, first, phase=phase)
    send(client_of(lead), f"{MESSAGE}?phase=creation&all=1")
    assert letters() == ["Ana Ana", "Cid Cid"]


def test_what_is_confirmed_is_what_was_shown(organisation: Organisation, lead: User, client_of: Browser) -> None:
    somebody(organisation, "Ana")
    browser, url = client_of(lead), f"{MESSAGE}?all=1"
    mark = browser.post(url, LETTER).context["chosen"].mark
    somebody(organisation, "Bob")
    page = browser.post(url, LETTER | {"send": "1", "mark": mark})
    assert (page.context["is_preview"], letters()) == (True, [])
    assert "La liste a changé entre-temps" in page.content.decode()


def test_more_than_five_hundred_are_refused_with_a_sentence(
    organisation: Organisation, lead: User, client_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("journeys.queries.bulk.MOST", 1)
    for first in ("Ana", "Bob"):
        somebody(organisation, first)
    page = client_of(lead).post(f"{MESSAGE}?all=1", LETTER)
    assert (page.context["chosen"].too_many, page.context["chosen"].journeys, letters()) == (2, [], [])


def test_nobody_ticked_says_what_to_do(lead: User, client_of: Browser) -> None:
    assert "Cochez les parcours" in client_of(lead).get(MESSAGE).content.decode()


def test_rows_of_others_are_left_as_they_are(
    organisation: Organisation, other_organisation: Organisation, lead: User, client_of: Browser
) -> None:
    from tests.factories.journeys import make_companion

    mine, seen, unseen = (
        somebody(place, first)
        for place, first in ((organisation, "Ana"), (other_organisation, "Eve"), (other_organisation, "Fay"))
    )
    make_companion(seen, lead)
    picks = "&".join(f"pick={one.pk}" for one in (mine, seen, unseen))
    page = send(client_of(lead), f"{MESSAGE}?{picks}")
    assert (page.context["chosen"].others, letters()) == (1, ["Ana Ana"])


@pytest.mark.parametrize("persona", ["mentor", "steward", "holder", "observer"])
def test_only_leads_act_on_many(persona: str, client_of: Browser, request: pytest.FixtureRequest) -> None:
    assert client_of(request.getfixturevalue(persona)).get(MESSAGE).status_code == 403


def test_a_closed_account_is_refused_by_name_and_stops_nobody_else(organisation: Organisation, lead: User) -> None:
    ana, bob = somebody(organisation, "Ana"), somebody(organisation, "Bob")
    ana.holder.user.is_active = False
    outcome = actions.message_holders([ana, bob], subject="Bonjour", text="Oui", key="k", by=lead)
    assert (outcome.done, [one for one, _why in outcome.refused]) == ([bob], [ana])
    assert outcome.refused[0][1] == "Ce compte est fermé\xa0: aucun courrier ne peut être envoyé."


def test_the_api_writes_to_many(organisation: Organisation, lead: User, client_of: Browser) -> None:
    ana = somebody(organisation, "Ana")
    somebody(organisation, "Bob", phase="creation")
    browser = client_of(lead)

    def post(address: str, **body: Any) -> Any:
        return browser.post(address, LETTER | body, content_type="application/json")

    assert post("/api/v1/board/message/", journeys=[ana.pk]).json() == {"done": [ana.pk], "same": [], "refused": []}
    assert post("/api/v1/board/message/", journeys=[ana.pk]).json() == {"done": [], "same": [ana.pk], "refused": []}
    assert len(post("/api/v1/board/message/?phase=creation", all=True).json()["done"]) == 1
    assert letters() == ["Ana Ana", "Bob Bob"]
    assert post("/api/v1/board/message/").status_code == 400


# --- The newest version for many ----------------------------------------------------------------------
def publish(journey: Journey) -> ProgrammeVersion:
    """A second version, with the steps of the first."""
    version = ProgrammeVersion.objects.create(programme=journey.programme, number=2, published_at=clock.now())
    for step in StepTemplate.objects.filter(version=journey.version).order_by("position"):
        step.pk, step.version, step.weight = None, version, step.weight + 1
        step.save(force_insert=True)
    return version


def test_many_take_up_the_newest_version_and_twice_is_once(
    organisation: Organisation, lead: User, client_of: Browser
) -> None:
    ana, bob, cid = (somebody(organisation, first) for first in ("Ana", "Bob", "Cid"))
    actions.leave_journey(cid, reason="moved", by=None)
    version = publish(ana)
    url = "/journeys/update/?" + "&".join(f"pick={one.pk}" for one in (ana, bob, cid))
    page = client_of(lead).get(url)
    [update] = page.context["updates"]
    assert (update.behind, update.from_numbers, update.same, page.context["chosen"].left_out) == ([ana, bob], "1", 0, 1)
    done = client_of(lead).post(url, {"mark": page.context["mark"]}).context["outcome"]
    assert (done.done, done.refused) == ([ana, bob], [])
    assert [one.version for one in Journey.objects.order_by("pk")] == [version, version, cid.version]
    again = client_of(lead).post(url, {"mark": page.context["mark"]}).context["outcome"]
    assert (again.done, again.same) == ([], [ana, bob])


def test_a_version_published_meanwhile_is_shown_before_it_is_taken_up(
    organisation: Organisation, lead: User, client_of: Browser
) -> None:
    ana = somebody(organisation, "Ana")
    url = f"/journeys/update/?pick={ana.pk}"
    mark = client_of(lead).get(url).context["mark"]
    publish(ana)
    page = client_of(lead).post(url, {"mark": mark})
    assert ("outcome" in page.context, page.context["behind"]) == (False, 1)
    ana.refresh_from_db()
    assert ana.version.number == 1


# --- One referent for many ------------------------------------------------------------------------------
REFERENT = "/journeys/assign-referent/"


def test_a_referent_is_given_to_many_after_saying_what_changes(
    organisation: Organisation, lead: User, client_of: Browser
) -> None:
    ana, bob = somebody(organisation, "Ana"), somebody(organisation, "Bob", referent=lead)
    browser, url = client_of(lead), f"{REFERENT}?pick={ana.pk}&pick={bob.pk}"
    page = browser.post(url, {"referent": lead.pk})
    assert (page.context["is_preview"], page.context["others"], page.context["same"]) == (True, 1, 1)
    assert "1 l’a déjà." in page.content.decode()
    assert Journey.objects.filter(referent=lead).count() == 1
    told = {"referent": lead.pk, "confirm": "1", "mark": page.context["chosen"].mark}
    outcome = browser.post(url, told).context["outcome"]
    assert (outcome.done, outcome.same) == ([ana], [bob])
    assert list(ana.companions.current().values_list("user", "role")) == [(lead.pk, "referent")]
    again = browser.post(url, told).context["outcome"]
    assert (again.done, again.same) == ([], [ana, bob])


def test_one_refusal_stops_nobody_else_and_is_named(organisation: Organisation, lead: User, client_of: Browser) -> None:
    own = make_journey(organisation, lead)
    bob = somebody(organisation, "Bob")
    outcome = actions.assign_referent_to_many([own, bob], lead, by=lead)
    assert outcome.done == [bob]
    assert outcome.refused == [(own, "Personne ne peut être son propre référent.")]


def test_only_leads_of_these_organisations_can_be_chosen(
    organisation: Organisation, lead: User, outsider: User, mentor: User, client_of: Browser
) -> None:
    ana = somebody(organisation, "Ana")
    page = client_of(lead).get(f"{REFERENT}?pick={ana.pk}")
    assert list(page.context["form"].fields["referent"].queryset) == [lead]
    body = {"journeys": [ana.pk], "referent": outsider.pk}
    url = "/api/v1/board/assign-referent/"
    assert client_of(lead).post(url, body, content_type="application/json").status_code == 400
    done = client_of(lead).post(url, body | {"referent": lead.pk}, content_type="application/json")
    assert done.json() == {"done": [ana.pk], "same": [], "refused": []}
