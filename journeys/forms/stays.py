"""What is written about a stay: questions, an observation, how it goes, how it went, a lesson and what follows."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.lib import clock
from backend.web.forms import DateField, Form, MinutesField, Paragraph, RadioCards, ScaleField
from journeys.forms.immersions import MOST_MINUTES, words
from journeys.models import Assessment, CheckIn, Immersion, Lesson, StayQuestion, Step
from journeys.queries.stays import milestones_for

TOLD = (Immersion.State.COMPLETED, Immersion.State.ASSESSED)


class QuestionsForm(Form):
    """Up to three; once the stay has begun, what she found for each."""

    def __init__(self, *args: Any, immersion: Immersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {one.position: one for one in immersion.questions.all()}
        self.is_over = immersion.state in TOLD
        begun = immersion.validated_at is not None and immersion.starts_on <= clock.today()
        for n in range(1, 4):
            row = known.get(n)
            if not self.is_over:
                self.fields[f"question_{n}"] = forms.CharField(
                    label=gettext("Question %(n)s") % {"n": n}, max_length=240, required=False,
                    initial=row.text if row else "", widget=Paragraph(rows=2),
                )  # fmt: skip
            if row and begun:
                label = row.text if self.is_over else gettext("What you found, question %(n)s") % {"n": n}
                self.fields[f"answer_{n}"] = forms.CharField(
                    label=label, max_length=4000, required=False, initial=row.answer, widget=Paragraph(rows=2)
                )

    def said(self) -> dict[str, list[str] | None]:
        """As the action wants it."""
        data = self.cleaned_data
        texts = [data.get(f"question_{n}", "") for n in range(1, 4)]
        answers = [data.get(f"answer_{n}", "") for n in range(1, 4)]
        has_answers = any(name.startswith("answer_") for name in self.fields)
        return {"questions": None if self.is_over else texts, "answers": answers if has_answers else None}


class ObservationForm(Form):
    """One text; the key and the moment are made where it was written."""

    text = forms.CharField(label=_("What do you notice?"), max_length=4000, widget=Paragraph(rows=5))
    question = forms.ModelChoiceField(
        StayQuestion.objects.none(), label=_("About which question?"), required=False, empty_label=_("None of them")
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    noted_at = forms.DateTimeField(
        required=False, widget=forms.HiddenInput, input_formats=["%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%SZ"]
    )

    def __init__(self, *args: Any, immersion: Immersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = immersion.questions.all()
        self.fields["question"].queryset = rows
        if not rows.exists():
            del self.fields["question"]


class CheckInForm(Form):
    """One tap; words after it."""

    mood = forms.ChoiceField(label=_("How does the stay go?"), choices=CheckIn.Mood.choices, widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("In a few words, if you like"), max_length=2000, required=False, widget=Paragraph(rows=3)
    )

    def __init__(self, *args: Any, row: CheckIn | None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"mood": row.mood if row else ""}, **kwargs)


class AssessmentForm(Form):
    """How one side says it went, against the objective."""

    outcome = forms.ChoiceField(label=_("How did it go?"), choices=words(Immersion.Outcome), widget=RadioCards)
    minutes = MinutesField(
        label=_("Real hours"), required=False, min_value=1, max_value=MOST_MINUTES,
        help_text=_("Hours of presence in the company. Leave them out if the stay did not happen."),
    )  # fmt: skip
    last_day_on = DateField(label=_("Last day of presence"), required=False, help_text=_("If it was partly completed."))
    reason = forms.CharField(
        label=_("Why"), required=False, max_length=240, widget=Paragraph(rows=2),
        help_text=_("If it stopped before the end, or did not happen."),
    )  # fmt: skip
    whose = forms.ChoiceField(
        label=_("On whose side does the reason lie?"), required=False, widget=RadioCards,
        choices=words(Immersion.Side),
        help_text=_("If it stopped before the end, or did not happen."),
    )  # fmt: skip
    reached = ScaleField(
        label=_("Was the objective reached?"), end=4, low=_("Not at all"), high=_("Entirely"), required=False
    )
    learned = forms.CharField(
        label=_("What was learned, what was shown?"), required=False, max_length=4000, widget=Paragraph(rows=3)
    )
    followed = forms.ChoiceField(
        label=_("What follows?"), choices=words(Assessment.Followed), initial=Assessment.Followed.NOTHING,
        widget=RadioCards,
    )  # fmt: skip
    words = forms.CharField(label=_("Anything else"), required=False, max_length=4000, widget=Paragraph(rows=3))

    def __init__(self, *args: Any, immersion: Immersion, **kwargs: Any) -> None:
        super().__init__(*args, initial={"minutes": immersion.minutes_planned}, **kwargs)
        self.fields["reached"].help_text = immersion.get_objective_display()


class DecisionForm(Form):
    """What is decided from a lesson, and who does it."""

    decision = forms.CharField(
        label=_("What do you decide from it?"), max_length=240, required=False, widget=Paragraph(rows=2),
        help_text=_("It can wait: come back to it when you know."),
    )  # fmt: skip
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Who does it?"), required=False, empty_label=_("Nobody yet: only a decision"),
        help_text=_("With a name, it becomes a commitment of the journey."),
    )  # fmt: skip
    due_on = DateField(label=_("By when?"), required=False)

    def __init__(self, *args: Any, immersion: Immersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        journey = immersion.step.journey
        people = [journey.holder.user_id, *(one.user_id for one in journey.companions.all() if one.ended_at is None)]
        if journey.referent_id:
            people.append(journey.referent_id)
        self.fields["owner"].queryset = User.objects.filter(pk__in=people).order_by("last_name", "first_name", "pk")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if (data.get("owner") or data.get("due_on")) and not data.get("decision") and "decision" not in self.errors:
            self.add_error("decision", gettext("Say what is decided."))
        if data.get("due_on") and not data.get("owner"):
            self.add_error("owner", gettext("Say who does it."))
        return data


class NoteLessonForm(DecisionForm):
    """A lesson, and maybe the decision that it leads to."""

    text = forms.CharField(label=_("What did you learn there?"), max_length=4000, widget=Paragraph(rows=3))
    field_order = ("text", "decision", "owner", "due_on")


class DecideLessonForm(DecisionForm):
    """The decision alone, later."""

    def __init__(self, *args: Any, lesson: Lesson, **kwargs: Any) -> None:
        super().__init__(*args, immersion=lesson.immersion, initial={"decision": lesson.decision}, **kwargs)
        self.fields["decision"].required = True


class ShowLessonForm(Form):
    """Which milestone the lesson is evidence for."""

    milestone = forms.ModelChoiceField(
        Step.objects.none(), label=_("Evidence of which milestone?"), widget=RadioCards, empty_label=None
    )
    reached_on = DateField(label=_("Reached on"))

    def __init__(self, *args: Any, lesson: Lesson, **kwargs: Any) -> None:
        super().__init__(*args, initial={"reached_on": clock.today()}, **kwargs)
        self.fields["milestone"].queryset = milestones_for(lesson)
