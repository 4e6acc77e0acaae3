"""Forms speak in sentences, keep what was typed, and tie every error to its field."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django import forms as django_forms
from django.template import Context, Template

from backend.accounts.models import Organisation
from backend.web import forms


class Booking(forms.Form):
    title = django_forms.CharField(help_text="Few words")
    day = django_forms.DateField(initial=date(2026, 12, 1))
    starts_at = forms.MomentField()
    minutes = forms.MinutesField(min_value=5, max_value=600)
    how = django_forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioCards(notes={"a": "Here"}))
    score = forms.ScaleField(low="Low", high="High")
    note = django_forms.CharField(required=False, widget=forms.Paragraph(rows=2))
    sure = django_forms.BooleanField(required=False)


GOOD = {
    "title": "Bank", "day": "01/12/2026", "starts_at_0": "2026-12-01", "starts_at_1": "14h30", "minutes_0": "1",
    "minutes_1": "30", "how": "b", "score": "7",
}  # fmt: skip


def render(source: str, form: django_forms.BaseForm) -> str:
    return Template(source).render(Context({"form": form, "csrf_token": "abc"}))


def test_what_people_type_becomes_values() -> None:
    form = Booking(GOOD)
    assert form.errors == {}
    assert form.cleaned_data == {
        "title": "Bank",
        "day": date(2026, 12, 1),
        "starts_at": datetime(2026, 12, 1, 14, 30, tzinfo=ZoneInfo("Europe/Paris")),
        "minutes": 90,
        "how": "b",
        "score": 7,
        "note": "",
        "sure": False,
    }


@pytest.mark.parametrize(("typed", "read"), [("9:05", time(9, 5)), ("9h05", time(9, 5)), ("9h", time(9))])
def test_times_are_read_as_french_people_write_them(typed: str, read: time) -> None:
    assert forms.TimeField().clean(typed) == read


MOST = "Indiquez 59 minutes au plus."
BETWEEN = "Indiquez une durée comprise entre 5\u00a0min et 10\u00a0h."


@pytest.mark.parametrize(
    ("given", "said"),
    [(("0", "3"), BETWEEN), (("11", "0"), BETWEEN), (("", "4"), BETWEEN), (("1", "70"), MOST)],
)
def test_a_length_out_of_bounds_is_refused_in_a_sentence(given: tuple[str, str], said: str) -> None:
    form = Booking({**GOOD, "minutes_0": given[0], "minutes_1": given[1]})
    assert form.errors["minutes"] == [said]


def test_what_is_missing_is_said_in_sentences() -> None:
    form = Booking({})
    assert {name: errors[0] for name, errors in form.errors.items()} == {
        "title": "Remplissez ce champ pour continuer.",
        "day": "Remplissez ce champ pour continuer.",
        "starts_at": "Remplissez ce champ pour continuer.",
        "minutes": "Remplissez ce champ pour continuer.",
        "how": "Choisissez une réponse.",
        "score": "Choisissez une réponse.",
    }


def test_days_are_given_to_the_browser_in_iso_form() -> None:
    assert render("{% field form.day %}", Booking()).count('<input type="date" name="day" value="2026-12-01"') == 1


def test_a_field_ties_help_and_errors_to_its_input() -> None:
    shown = render("{% field form.title %}", Booking({}))
    assert 'aria-invalid="true" aria-describedby="id_title_helptext id_title_error"' in shown
    assert shown.count('id="id_title_helptext"') == shown.count('id="id_title_error"') == 1
    assert '<label for="id_title">' in shown


def test_a_group_is_a_fieldset_with_a_legend_and_no_id_twice() -> None:
    shown = render("{% field form.how %}{% field form.score %}{% field form.starts_at %}", Booking({}))
    ids = [part.split('"')[0] for part in shown.split(' id="')[1:]]
    assert len(ids) == len(set(ids))
    assert shown.count("<legend>") == 3
    assert "Here" in shown


def test_optional_fields_say_so_and_required_ones_do_not() -> None:
    assert "(facultatif)" in render("{% field form.note %}", Booking())
    assert "(facultatif)" not in render("{% field form.title %}", Booking())


def test_the_summary_leads_to_each_wrong_field() -> None:
    form = Booking({**GOOD, "title": "", "starts_at_0": ""})
    form.add_error(None, "The mentor is full.")
    shown = render("{% form_errors form %}", form)
    assert "3 points à corriger" in shown
    assert '<a href="#id_title">' in shown
    assert '<a href="#id_starts_at_0">' in shown
    assert "<li>The mentor is full.</li>" in shown
    assert render("{% form_errors form %}", Booking(GOOD)) == ""


def test_a_whole_form_has_its_token_its_fields_and_keeps_what_was_typed() -> None:
    shown = render('{% post_form form submit="Go" cancel_url="/x" %}{% endpost_form %}', Booking({"title": "<Bank>"}))
    assert shown.count('name="csrfmiddlewaretoken" value="abc"') == 1
    assert 'value="&lt;Bank&gt;"' in shown
    assert [
        f'name="{name}' in shown for name in ("title", "day", "starts_at_0", "minutes_1", "how", "score", "note")
    ] == [True] * 7
    assert '<a class="button button-plain" href="/x"><span>Annuler</span></a>' in shown
    assert "multipart" not in shown


def test_a_form_with_a_file_is_sent_as_files_are() -> None:
    class Upload(forms.Form):
        file = django_forms.FileField()

    assert 'enctype="multipart/form-data"' in render("{% post_form form %}{% endpost_form %}", Upload())


def test_a_chosen_content_takes_the_place_of_the_fields() -> None:
    shown = render('{% post_form form %}{% form_fields form only="note title" %}{% endpost_form %}', Booking())
    assert shown.index('name="note"') < shown.index('name="title"')
    assert 'name="day"' not in shown
    shown = render('{% form_fields form exclude="note title" %}', Booking())
    assert 'name="note"' not in shown and 'name="day"' in shown


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_slip_in_the_year_is_told_and_breaks_nothing(day: str) -> None:
    form = Booking({**GOOD, "starts_at_0": day})
    assert form.errors == {"starts_at": ["Vérifiez l’année."]}
    with pytest.raises(django_forms.ValidationError):
        forms.DateField().clean(day)


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["9223372036854775808", "1" * 400, "x" * 400, "-9"])
def test_a_number_that_no_database_holds_is_nobodys(number: str) -> None:
    field = forms.ManyField(Organisation.objects.order_by("pk"))
    with pytest.raises(django_forms.ValidationError):
        field.clean([number])


class Asked(forms.Form):
    sometimes = ("place",)
    seats = django_forms.IntegerField(min_value=1, max_value=9)
    place = django_forms.CharField(required=False)
    paper = django_forms.FileField()


def test_bounds_and_files_are_asked_for_in_plain_words_and_what_is_sometimes_needed_is_not_called_optional() -> None:
    low, high = Asked({"seats": "0"}), Asked({"seats": "10"})
    assert low.errors == {"seats": ["Indiquez 1 ou plus."], "paper": ["Choisissez un fichier."]}
    assert high.errors["seats"] == ["Indiquez 9 au plus."]
    assert "(facultatif)" not in render("{% form_fields form %}", low)


def test_beside_a_dangerous_act_the_way_out_says_that_nothing_changes() -> None:
    shown = render(
        '{% post_form form submit="Annuler la date" tone="danger" cancel_url="/x" %}{% endpost_form %}', Asked()
    )
    assert '<a class="button button-plain" href="/x"><span>Ne rien changer</span></a>' in shown
