"""A cohort matched on a phone: another choice kept at its price, let go again, and the pairs that are ticked made."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import Organisation, User
from mentoring import actions
from mentoring.models import Mentorship
from tests.factories.journeys import make_journey
from tests.factories.mentoring import make_mentor

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_lead_keeps_another_choice_lets_it_go_and_pairs_all(
    page: Page, site: str, organisation: Organisation, lead: User, sign_in: Callable[[User], None],
    assert_axe_clean: Callable[[Page], None],
) -> None:  # fmt: skip
    choosy, easy = make_journey(organisation), make_journey(organisation)
    actions.say_need(choosy, themes=["funding"], by=None)
    actions.say_need(easy, themes=["funding", "team"], by=None)
    expert = make_mentor(organisation, capacity=1, expertise=["funding"])
    wide = make_mentor(organisation, capacity=1, expertise=["team"])
    sign_in(lead)
    page.goto(f"{site}/mentors/match/")
    line = page.locator(f"#journey-{easy.pk}")
    expect(line.get_by_role("link", name=str(wide), exact=True).first).to_be_visible()
    line.locator("summary").click()
    line.get_by_text("Coûte 33 points à l’ensemble").wait_for()
    line.locator("button[name=keep]").last.click()
    expect(line.locator("input[name=pick]")).to_be_checked()
    expect(line.locator("input[name=pick]")).to_have_value(f"{easy.pk}:{expert.pk}")
    assert page.url.endswith(f"#journey-{easy.pk}")
    assert_axe_clean(page)
    line.locator("button[name=drop]").click()
    expect(line.locator("input[name=pick]")).to_have_value(f"{easy.pk}:{wide.pk}")
    page.locator("[data-tick-every]").check()
    page.get_by_role("button", name="Proposer les binômes cochés (2)").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Les binômes que vous proposez")
    made = set(Mentorship.objects.values_list("journey", "mentor"))
    assert made == {(choosy.pk, expert.pk), (easy.pk, wide.pk)}
