"""Indicators that count a question or a score, by its code: valued, opened, and kept as anonymous as it was asked."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from evaluation.models import Indicator, QuestionnaireVersion
from evaluation.queries.indicators.describing import said_of
from evaluation.queries.indicators.opened import parts_of
from evaluation.queries.indicators.pages import followed
from evaluation.queries.indicators.pool import Pool
from evaluation.queries.indicators.versions import at_work
from evaluation.queries.scope import Scope
from journeys.models import Programme
from tests.evaluation.test_survey_measures import SECTIONS, all_answer, answer, wave
from tests.factories.indicators import make_indicator, make_indicator_draft
from tests.factories.surveys import copy_of, make_questionnaire

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
YEAR = Scope(organisation=None, since=date(2026, 1, 1), until=date(2026, 12, 31))


@pytest.fixture
def version(organisation: Organisation) -> QuestionnaireVersion:
    return make_questionnaire(organisation, SECTIONS)


def made(organisation: Organisation, code: str, **facts: Any) -> Indicator:
    return make_indicator(organisation, title_fr=code, measure=code, **facts)


def values(user: User, organisation: Organisation, **scope: Any) -> dict[str, Any]:
    asked = YEAR.narrowed(organisation=organisation.pk, **scope)
    return {one.version.measure: one.found for one in followed(user, asked, Pool(asked))}


def test_a_mean_a_share_a_score_and_a_recommendation_in_the_unit_people_read(
    programme: Programme, version: QuestionnaireVersion, lead: User
) -> None:
    asked = wave(programme)
    for s1, s2, yes, would in ((1, 3, 1, 10), (2, 4, 1, 9), (4, 4, 0, 5), (5, 5, 1, 8)):
        answer(asked, S1=s1, S2=s2, Y1=yes, R1=would)
    codes = ("survey:essai:S1", "score:essai:A", "survey:essai:Y1", "survey:essai:R1")
    for code in codes:
        made(programme.organisation, code)
    found = values(lead, programme.organisation)
    assert {code: (one.value, one.shown) for code, one in found.items()} == {
        # means of (1, 2, 4, 5) and of (2, 3, 4, 5); 3 of 4; 2 of 4 would, 1 rather not
        "survey:essai:S1": (3, "3,0\u00a0points"), "score:essai:A": (3.5, "3,5\u00a0points"),
        "survey:essai:Y1": (75, "75\u00a0%"), "survey:essai:R1": (25, "+25,0\u00a0points"),
    }  # fmt: skip
    share = found["survey:essai:Y1"].figure
    assert (share.numerator, share.denominator) == (3, 4)
    # Wilson: (3/4 + z²/8 ± z √(3/16/4 + z²/64)) / (1 + z²/4)
    assert (round(share.low, 1), round(share.high, 1)) == (30.1, 95.4)
    assert share.note == "Réponses\u00a0: 4 sur 4"


def test_in_confidence_they_count_five_by_five_and_of_no_part(
    programme: Programme, version: QuestionnaireVersion, lead: User
) -> None:
    quiet = wave(programme, "confidential")
    all_answer(quiet, "Y1", [1, 1, 1, 0])
    organisation = programme.organisation
    made(organisation, "survey:essai:Y1")
    made(organisation, "survey:essai:C1:web", narrow={"commune": "44109"})
    assert values(lead, organisation)["survey:essai:Y1"].value is None
    all_answer(quiet, "Y1", [0])
    all_answer(quiet, "C1", [["web"]] * 6)
    found = values(lead, organisation)
    assert found["survey:essai:Y1"].value == 60 and found["survey:essai:C1:web"].value is None


def test_without_a_name_they_count_whole_or_not_at_all(
    client_of: ClientOf, programme: Programme, version: QuestionnaireVersion, lead: User
) -> None:
    all_answer(wave(programme, "anonymous"), "Y1", [1, 1, 0, 0, 1])
    indicator = made(programme.organisation, "survey:essai:Y1", breakdowns=["programme"])
    assert values(lead, programme.organisation)["survey:essai:Y1"].value == 60
    earlier = values(lead, programme.organisation, until=date(2026, 10, 31))
    assert earlier["survey:essai:Y1"].value is None
    client = client_of(lead)
    assert client.get(reverse("api:own-indicators-rows", args=[indicator.pk])).json()["count"] == 0
    told = client.get(reverse("api:own-indicators-value", args=[indicator.pk])).json()
    assert (told["current"]["value"], told["current"]["unit"], told["current"]["denominator"]) == (60, "%", 5)
    assert [part["value"] for part in told["breakdowns"][0]["parts"]] == [None]


def test_a_version_published_meanwhile_counts_at_once_in_each_part(
    programme: Programme, version: QuestionnaireVersion
) -> None:
    asked = wave(programme)
    all_answer(asked, "Y1", [1, 1])
    made(programme.organisation, "survey:essai:Y1")
    shown, scope = Indicator.objects.get().versions.get(), YEAR.narrowed(organisation=programme.organisation.pk)
    assert [part.value for part in parts_of(shown, scope, "programme")] == [100]
    copy_of(version, broken="", reason="")
    all_answer(asked, "Y1", [0, 0])
    assert [part.value for part in parts_of(shown, scope, "programme")] == [50]


def test_it_opens_with_its_rows_for_leads_and_stays_closed_to_others(
    client_of: ClientOf, programme: Programme, version: QuestionnaireVersion, lead: User, observer: User
) -> None:
    all_answer(wave(programme), "Y1", [1, 1, 0, 1, 1, 0])
    indicator = made(programme.organisation, "survey:essai:Y1", breakdowns=["programme"])
    page = client_of(lead).get(reverse("evaluation:indicator_detail", args=[indicator.pk]))
    shown = page.content.decode().replace("\u00a0", " ")
    assert "67 %" in shown and "Avez-vous vendu" in shown and "6 réponses" in shown
    assert sorted(line.value for line, _url in page.context["lines"]) == [0, 0, 1, 1, 1, 1]
    assert client_of(lead).get(reverse("evaluation:indicator_list")).status_code == 200
    file = client_of(lead).get(f"{reverse('evaluation:indicator_detail', args=[indicator.pk])}?file=csv")
    assert len(b"".join(file.streaming_content).decode().splitlines()) == 7  # type: ignore[arg-type]  # bytes
    for name in ("value", "rows"):
        assert client_of(observer).get(reverse(f"api:own-indicators-{name}", args=[indicator.pk])).status_code == 403


def test_where_published_figures_are_read_they_stay_closed(
    programme: Programme, version: QuestionnaireVersion, lead: User
) -> None:
    all_answer(wave(programme), "Y1", [1, 1, 0, 1, 1, 0])
    made(programme.organisation, "survey:essai:Y1")
    found = values(lead, programme.organisation, is_published=True)["survey:essai:Y1"]
    assert (found.value, found.figure.denominator, found.is_closed) == (None, None, True)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"measure": "survey:essai:T1"}, "measure"),
        ({"measure": "survey:essai:S1:a:b"}, "measure"),
        ({"measure": "survey:ailleurs:X1"}, "measure"),
        ({"measure": "survey:essai:S1", "shape": "ratio", "denominator": "people"}, "shape"),
        ({"measure": "people", "shape": "ratio", "denominator": "survey:essai:S1"}, "denominator"),
        ({"measure": "survey:essai:S1", "narrow": {"kind": "module"}}, "kind"),
    ],
)
def test_what_counts_nothing_sensible_is_refused(
    organisation: Organisation, other_organisation: Organisation, version: QuestionnaireVersion, facts: dict[str, Any],
    field: str,
) -> None:  # fmt: skip
    make_questionnaire(other_organisation, {"X": {"X1": {}}}, code="ailleurs")
    with pytest.raises(Refused) as refused:
        make_indicator_draft(organisation, **facts)
    assert refused.value.field == field and not Indicator.objects.exists()


def test_a_measure_is_looked_for_without_script_and_nothing_typed_is_lost(
    client_of: ClientOf, organisation: Organisation, version: QuestionnaireVersion, lead: User
) -> None:
    client, url = client_of(lead), reverse("evaluation:indicator_create")
    every = dict(client.get(url).context["form"].fields["measure"].choices)
    assert ("survey:essai:Y1", "Avez-vous vendu ?") in every["Questions\u00a0: Questionnaire essai"]
    assert every["Scores\u00a0: Questionnaire essai"] == [("score:essai:A", "score\u00a0: Mes appuis")]
    typed = {"title_fr": "Ventes", "find": "  VÉNDU essai", "search": "1", "measure": "people", "shape": "figure",
             "breakdowns": ["commune"], "matures_from": "started", "direction": "more"}  # fmt: skip
    looked = client.post(url, typed)
    form = looked.context["form"]
    codes = [code for label, pairs in form.fields["measure"].choices if label for code, _title in pairs]
    assert not form.errors and not Indicator.objects.exists()
    assert "people" in codes and len(codes) == 1 + form.found
    page = looked.content.decode()
    assert 'value="Ventes"' in page and 'value="commune" id="id_breakdowns_1" checked' in page.replace("  ", " ")
    assert [code for code in codes if code != "people"] == ["survey:essai:Y1"]
    del typed["search"]
    kept = client.post(url, {**typed, "measure": "survey:essai:Y1"})
    assert kept.status_code == 302
    version_kept = at_work(Indicator.objects.get())
    assert version_kept is not None and said_of(version_kept, "measure") == "Avez-vous vendu ? (Questionnaire essai)"


def test_many_of_them_are_found_with_as_many_queries(
    client_of: ClientOf, programme: Programme, version: QuestionnaireVersion, lead: User,
    assert_num_queries_same: Callable[..., int],
) -> None:  # fmt: skip
    made(programme.organisation, "survey:essai:S1")
    client = client_of(lead)

    def more() -> None:
        for code in ("survey:essai:S2", "survey:essai:Y1"):
            made(programme.organisation, code)

    for url in (reverse("evaluation:indicator_list"), reverse("api:own-indicators-list")):
        assert_num_queries_same(lambda url=url: client.get(url), more)  # type: ignore[misc]  # bound now
