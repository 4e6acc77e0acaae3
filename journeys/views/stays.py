"""Doors onto what a stay teaches, signed in: questions, observations, check-in, assessment, lessons."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib.doors import find, require, succeeded
from backend.web.keeping import may_be_kept, worker
from backend.web.reading import moment
from journeys import actions
from journeys.forms import stays as forms
from journeys.models import Assessment, CheckIn, Immersion, Lesson
from journeys.policies import stays as policies
from journeys.queries import stays as queries
from journeys.views.answers import one_tap

WITH = (
    "company", "step__journey__holder__user", "step__journey__project", "step__journey__programme__organisation",
)  # fmt: skip
SENT_BY_SCRIPT = "note"


def _immersion(request: HttpRequest, pk: int) -> Immersion:
    return find(Immersion.objects.visible_to(request.user).select_related(*WITH), pk=pk)


def _page(immersion: Immersion) -> str:
    return reverse("journeys:immersion_detail", args=[immersion.pk])


def _of(immersion: Immersion, **more: Any) -> dict[str, Any]:
    return {
        "immersion": immersion,
        "journey": immersion.step.journey,
        "base": "web/base.html",
        "back_url": _page(immersion),
        **more,
    }


@require_http_methods(["GET", "POST"])
def stay_questions(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = _immersion(request, pk)
    require(policies.may_write_questions(request.user, immersion))
    form = forms.QuestionsForm(request.POST or None, immersion=immersion)
    if form.is_valid() and succeeded(form, actions.write_questions, immersion, **form.said(), by=request.user):
        messages.success(request, _("Your questions are kept."))
        return redirect(_page(immersion))
    return render(request, "journeys/stay_questions.html", _of(immersion, form=form))


@never_cache
@require_http_methods(["GET", "POST"])
def stay_notes(request: HttpRequest, pk: int) -> HttpResponse:
    """One text box. The script of the page sends what waits on the phone; without it, a plain form."""
    immersion = _immersion(request, pk)
    require(policies.may_note_observation(request.user, immersion))
    form = forms.ObservationForm(request.POST or None, initial={"key": uuid4()}, immersion=immersion)
    is_done = form.is_valid() and succeeded(
        form, actions.note_observation, immersion, by=request.user, **form.cleaned_data
    )
    if request.headers.get("X-Requested-With") == SENT_BY_SCRIPT:
        if is_done:
            kept = form.outcome
            return JsonResponse({"kept": str(kept.key), "text": kept.text, "when": moment(kept.noted_at)})
        return JsonResponse({"refused": " ".join(map(" ".join, form.errors.values()))}, status=422)
    if is_done:
        messages.success(request, _("Noted."))
        return redirect("journeys:stay_notes", immersion.pk)
    questions, rows = immersion.questions.all(), queries.observations_of(immersion)
    context = _of(immersion, form=form, observations=rows, questions=questions)
    return may_be_kept(render(request, "journeys/stay_notes.html", context), of=request.user.pk)


@login_not_required
@never_cache
@require_safe
def notes_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows the notes pages without network: it holds no data."""
    return worker(request, name="notes", pages=r"^\/immersions\/\d+\/notes\/$")


@require_http_methods(["GET", "POST"])
def stay_check_in(request: HttpRequest, pk: int) -> HttpResponse:
    """The holder says how it goes: one tap, then words if she likes."""
    immersion = _immersion(request, pk)
    require(policies.may_answer_check_in(request.user, immersion))
    side = CheckIn.Side.HOLDER
    row = immersion.check_ins.filter(side=side).first()
    form = forms.CheckInForm(request.POST or None, row=row)
    if form.is_valid() and succeeded(
        form, actions.answer_check_in, immersion, side=side, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("Thank you: it is noted."))
        if form.cleaned_data["words"]:
            return redirect(_page(immersion))
        return redirect("journeys:stay_check_in", immersion.pk)
    context = _of(immersion, form=form, row=row, moods=CheckIn.Mood.choices, is_holder=True)
    return render(request, "journeys/stay_check_in.html", context)


@require_http_methods(["GET", "POST"])
def stay_assess(request: HttpRequest, pk: int) -> HttpResponse:
    """The holder says how it went; then she reads the tutor's view, if it is in."""
    immersion = _immersion(request, pk)
    require(policies.may_answer_assessment(request.user, immersion))
    side = Assessment.Side.HOLDER
    if queries.own_assessment(immersion, side):
        messages.info(request, _("You have said how it went: thank you."))
        return redirect(_page(immersion))
    form = forms.AssessmentForm(request.POST or None, immersion=immersion)
    if form.is_valid() and succeeded(
        form, actions.answer_assessment, immersion, side=side, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("Thank you: your view is noted."))
        return redirect(_page(immersion))
    return render(request, "journeys/stay_assess.html", _of(immersion, form=form, is_holder=True))


@require_POST
def check_in_resend(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = _immersion(request, pk)
    require(policies.may_resend_check_in(request.user, immersion))
    done = _("A letter is on its way to the tutor, with a fresh link.")
    return one_tap(request, actions.resend_check_in, immersion, done=done, default=_page(immersion))


@require_POST
def assessment_resend(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = _immersion(request, pk)
    require(policies.may_resend_assessment(request.user, immersion))
    done = _("A letter is on its way to the tutor, with a fresh link.")
    return one_tap(request, actions.resend_assessment, immersion, done=done, default=_page(immersion))


@require_POST
def assessment_close(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = _immersion(request, pk)
    require(policies.may_close_assessment(request.user, immersion))
    done = _("The assessment is closed; who did not answer is noted.")
    return one_tap(request, actions.close_assessment, immersion, done=done, default=_page(immersion))


@require_http_methods(["GET", "POST"])
def lesson_note(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = _immersion(request, pk)
    require(policies.may_note_lesson(request.user, immersion))
    form = forms.NoteLessonForm(request.POST or None, immersion=immersion)
    if form.is_valid() and succeeded(form, actions.note_lesson, immersion, by=request.user, **form.cleaned_data):
        messages.success(request, _("The lesson is noted."))
        return redirect(_page(immersion))
    is_hers = policies.may_note_observation(request.user, immersion)
    rows = queries.observations_of(immersion) if is_hers else []
    return render(request, "journeys/lesson_form.html", _of(immersion, form=form, observations=rows))


def _lesson(request: HttpRequest, pk: int) -> Lesson:
    rows = Lesson.objects.visible_to(request.user).select_related(*(f"immersion__{name}" for name in WITH))
    return find(rows, pk=pk)


@require_http_methods(["GET", "POST"])
def lesson_decide(request: HttpRequest, pk: int) -> HttpResponse:
    lesson = _lesson(request, pk)
    require(policies.may_decide_lesson(request.user, lesson))
    form = forms.DecideLessonForm(request.POST or None, lesson=lesson)
    if form.is_valid() and succeeded(form, actions.decide_lesson, lesson, by=request.user, **form.cleaned_data):
        messages.success(request, _("The decision is noted."))
        return redirect(_page(lesson.immersion))
    return render(request, "journeys/lesson_form.html", _of(lesson.immersion, form=form, lesson=lesson))


@require_http_methods(["GET", "POST"])
def lesson_show(request: HttpRequest, pk: int) -> HttpResponse:
    """The lesson becomes evidence of a milestone, which is proposed with it."""
    lesson = _lesson(request, pk)
    require(policies.may_show_lesson(request.user, lesson))
    form = forms.ShowLessonForm(request.POST or None, lesson=lesson)
    if form.is_valid() and succeeded(form, actions.show_lesson, lesson, by=request.user, **form.cleaned_data):
        messages.success(request, _("Proposed: you will be told as soon as it is read."))
        return redirect(_page(lesson.immersion))
    has_some = form.fields["milestone"].queryset.exists()
    return render(
        request, "journeys/lesson_show.html", _of(lesson.immersion, form=form, lesson=lesson, has_some=has_some)
    )
