"""Who may see what was asked and answered, and who may read the figures."""

from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from evaluation.policies.publishing import (
    may_check_campaign as may_check_campaign,
)
from evaluation.policies.publishing import (
    may_create_campaign as may_create_campaign,
)
from evaluation.policies.publishing import (
    may_create_schedule as may_create_schedule,
)
from evaluation.policies.publishing import (
    may_discard_campaign as may_discard_campaign,
)
from evaluation.policies.publishing import (
    may_drop_schedule as may_drop_schedule,
)
from evaluation.policies.publishing import (
    may_pause_schedule as may_pause_schedule,
)
from evaluation.policies.publishing import (
    may_publish_campaign as may_publish_campaign,
)
from evaluation.policies.publishing import (
    may_reopen_campaign as may_reopen_campaign,
)
from evaluation.policies.publishing import (
    may_resume_schedule as may_resume_schedule,
)
from evaluation.policies.publishing import (
    may_review_campaign as may_review_campaign,
)
from evaluation.policies.publishing import (
    may_update_campaign as may_update_campaign,
)
from evaluation.policies.publishing import (
    may_update_schedule as may_update_schedule,
)
from evaluation.policies.publishing import (
    may_verify_snapshot as may_verify_snapshot,
)
from evaluation.policies.publishing import (
    may_withdraw_campaign as may_withdraw_campaign,
)
from evaluation.policies.publishing import (
    visible_campaigns as visible_campaigns,
)
from evaluation.policies.publishing import (
    visible_schedules as visible_schedules,
)
from evaluation.policies.publishing import (
    visible_snapshots as visible_snapshots,
)

if TYPE_CHECKING:
    from backend.accounts.models import User
    from evaluation.models import Indicator, Questionnaire, QuestionnaireVersion, Request, Wave
    from journeys.models import Journey, Programme


def visible_questionnaires(user: "User") -> Q:
    """What was published, of the shared ones and of her organisation's (of all, for a steward); whoever designs them
    also sees those that never were."""
    versions = apps.get_model("evaluation", "QuestionnaireVersion").objects
    published = Q(Exists(versions.filter(questionnaire=OuterRef("pk"), published_at__isnull=False)))
    theirs = Q(organisation=None) | Q(organisation__in=user.organisation_ids())
    return Q(organisation__in=user.organisation_ids("lead")) | (
        published if user.has_role("steward") else published & theirs
    )


def may_list_questionnaires(user: "User") -> bool:
    """The instruments and their versions are for leads to read."""
    return user.has_role("lead")


def may_create_questionnaire(user: "User", organisation_id: int | None) -> bool:
    """A lead, for her organisation."""
    return user.leads(organisation_id)


def may_copy_questionnaire(user: "User", organisation_id: int | None) -> bool:
    """A lead, into her organisation."""
    return user.leads(organisation_id)


def may_import_questionnaire(user: "User", organisation_id: int | None) -> bool:
    """A lead, into her organisation."""
    return user.leads(organisation_id)


def may_update_questionnaire(user: "User", questionnaire: "Questionnaire") -> bool:
    """A lead of the organisation whose it is; nobody changes a shared one."""
    return user.leads(questionnaire.organisation_id)


def may_retire_questionnaire(user: "User", questionnaire: "Questionnaire") -> bool:
    return may_update_questionnaire(user, questionnaire)


def may_restore_questionnaire(user: "User", questionnaire: "Questionnaire") -> bool:
    return may_update_questionnaire(user, questionnaire)


def may_draft_version(user: "User", questionnaire: "Questionnaire") -> bool:
    return may_update_questionnaire(user, questionnaire)


def may_update_draft(user: "User", version: "QuestionnaireVersion") -> bool:
    """Who may change the questionnaire designs its draft."""
    return may_update_questionnaire(user, version.questionnaire)


def may_discard_draft(user: "User", version: "QuestionnaireVersion") -> bool:
    return may_update_draft(user, version)


def may_publish_version(user: "User", version: "QuestionnaireVersion") -> bool:
    return may_update_draft(user, version)


def may_withdraw_version(user: "User", version: "QuestionnaireVersion") -> bool:
    return may_update_draft(user, version)


def may_save_section(user: "User", version: "QuestionnaireVersion") -> bool:
    return may_update_draft(user, version)


def may_move_section(user: "User", version: "QuestionnaireVersion") -> bool:
    return may_update_draft(user, version)


def may_remove_section(user: "User", version: "QuestionnaireVersion") -> bool:
    return may_update_draft(user, version)


def may_save_item(user: "User", version: "QuestionnaireVersion") -> bool:
    return may_update_draft(user, version)


def may_move_item(user: "User", version: "QuestionnaireVersion") -> bool:
    return may_update_draft(user, version)


def may_remove_item(user: "User", version: "QuestionnaireVersion") -> bool:
    return may_update_draft(user, version)


def may_restore_item(user: "User", version: "QuestionnaireVersion") -> bool:
    return may_update_draft(user, version)


def may_read_version(user: "User", version: "QuestionnaireVersion") -> bool:
    """Leads read what is published; a draft only those who design it."""
    return may_update_draft(user, version) if version.is_draft else may_list_questionnaires(user)


def visible_waves(user: "User") -> Q:
    """Those of the programmes she leads; all for a steward."""
    if user.has_role("steward"):
        return Q()
    return Q(programme__organisation__in=user.organisation_ids("lead"))


def visible_requests(user: "User") -> Q:
    """What was asked of oneself; for a lead, what was asked in her organisation.

    Of an anonymous wave she is told only who said no or was not reached: who has sent, beside results that grew by one
    sheet, would tell whose it is.
    """
    led = Q(journey__programme__organisation__in=user.organisation_ids("lead"))
    return Q(respondent=user.pk) | (led & (~Q(wave__mode="anonymous") | Q(state__in=["refused", "bounced"])))


def visible_responses(user: "User") -> Q:
    """The answers one gave; for a lead, the identified ones sent in her organisation."""
    return Q(request__respondent=user.pk) | Q(
        request__journey__programme__organisation__in=user.organisation_ids("lead"),
        request__wave__mode="identified",
        completed_at__isnull=False,
    )


def may_answer_request(user: "User", request: "Request") -> bool:
    """Only the person who was asked: nobody answers for another."""
    return request.respondent_id == user.pk


def may_begin_request(user: "User", request: "Request") -> bool:
    return may_answer_request(user, request)


def may_save_answers(user: "User", request: "Request") -> bool:
    return may_answer_request(user, request)


def may_enter_answers(user: "User", request: "Request") -> bool:
    """A lead of the programme, for another person than oneself; which waves take it, the action says."""
    return user.leads(request.journey.programme.organisation_id) and request.respondent_id != user.pk


def may_complete_request(user: "User", request: "Request") -> bool:
    return may_answer_request(user, request)


def may_refuse_request(user: "User", request: "Request") -> bool:
    """The person who was asked."""
    return may_answer_request(user, request)


def may_send_request(user: "User", journey: "Journey") -> bool:
    """A lead of the programme."""
    return user.leads(journey.programme.organisation_id)


def may_resend_request(user: "User", request: "Request") -> bool:
    """A lead of the programme."""
    return may_send_request(user, request.journey)


def may_remind_request(user: "User", request: "Request") -> bool:
    """A lead of the programme."""
    return may_send_request(user, request.journey)


def may_bounce_request(user: "User", request: "Request") -> bool:
    """A lead of the programme, who learned that the letter came back."""
    return may_send_request(user, request.journey)


def may_create_wave(user: "User", programme: "Programme") -> bool:
    """A lead of the programme."""
    return user.leads(programme.organisation_id)


def may_edit_wave(user: "User", wave: "Wave") -> bool:
    """A lead of the programme."""
    return user.leads(wave.programme.organisation_id)


def may_stop_wave(user: "User", wave: "Wave") -> bool:
    """A lead of the programme."""
    return may_edit_wave(user, wave)


def may_read_rates(user: "User", wave: "Wave") -> bool:
    """A lead of the programme: it compares people that she sees by name."""
    return may_edit_wave(user, wave)


def may_list_requests(user: "User") -> bool:
    """The follow-up list is for leads."""
    return user.has_role("lead")


def may_read_results(user: "User", wave: "Wave") -> bool:
    """A lead of the programme; what the mode of the wave hides stays hidden."""
    return user.leads(wave.programme.organisation_id)


def may_read_agreement(user: "User", programme: "Programme") -> bool:
    """A lead of the programme: it is reckoned from sheets that leads read by name."""
    return user.leads(programme.organisation_id)


def may_export_wave(user: "User", wave: "Wave") -> bool:
    """A lead of the programme; who answered goes along only where the wave says who it is."""
    return may_read_results(user, wave)


def may_read_indicators(user: "User") -> bool:
    """Figures as they stand now, by right of access: leads, of their organisation.

    Whoever else reads figures reads those that were published (`visible_snapshots`): of figures that move, two days or
    two filters subtracted from one another tell of a few people, and nothing would hold them against each other.
    """
    return user.has_role("lead")


def may_read_publications(user: "User") -> bool:
    """Leads and observers of their organisation's, stewards of all: each was held against those before it."""
    return user.has_role("lead") or user.has_role("steward") or user.has_role("observer")


def may_read_territory(user: "User") -> bool:
    """As it stands now: leads; and stewards, who read every journey and its place by name anyway."""
    return user.has_role("lead") or user.has_role("steward")


def figure_organisation_ids(user: "User") -> set[int]:
    """The organisations whose figures she reads as they stand now."""
    return user.organisation_ids("lead")


def territory_organisation_ids(user: "User") -> set[int] | None:
    """The organisations whose territory she reads; None = all of them (a steward)."""
    return None if user.has_role("steward") else figure_organisation_ids(user)


def may_open_rows(user: "User", organisation_id: int | None) -> bool:
    """The rows behind a figure: by right of access, the leads of that one organisation."""
    return user.leads(organisation_id)


def visible_indicators(user: "User") -> Q:
    """What was published, of her organisations (of all, for a steward); leads also see what never was."""
    versions = apps.get_model("evaluation", "IndicatorVersion").objects
    published = Q(Exists(versions.filter(indicator=OuterRef("pk"), published_at__isnull=False)))
    theirs = Q() if user.has_role("steward") else Q(organisation__in=user.organisation_ids())
    return Q(organisation__in=user.organisation_ids("lead")) | (published & theirs)


def may_read_indicator(user: "User", indicator: "Indicator") -> bool:
    """Its value as it stands now: the leads of the organisation."""
    return user.leads(indicator.organisation_id)


def may_list_indicators(user: "User") -> bool:
    """The page where indicators are made is for leads."""
    return user.has_role("lead")


def may_create_indicator(user: "User", organisation_id: int | None) -> bool:
    """A lead, for her organisation."""
    return user.leads(organisation_id)


def may_update_indicator(user: "User", indicator: "Indicator") -> bool:
    """A lead of the organisation whose it is."""
    return user.leads(indicator.organisation_id)


def may_revise_indicator(user: "User", indicator: "Indicator") -> bool:
    return may_update_indicator(user, indicator)


def may_draft_indicator(user: "User", indicator: "Indicator") -> bool:
    return may_update_indicator(user, indicator)


def may_publish_indicator(user: "User", indicator: "Indicator") -> bool:
    return may_update_indicator(user, indicator)


def may_discard_indicator(user: "User", indicator: "Indicator") -> bool:
    return may_update_indicator(user, indicator)


def may_archive_indicator(user: "User", indicator: "Indicator") -> bool:
    return may_update_indicator(user, indicator)


def may_restore_indicator(user: "User", indicator: "Indicator") -> bool:
    return may_update_indicator(user, indicator)


def may_set_target(user: "User", indicator: "Indicator") -> bool:
    return may_update_indicator(user, indicator)


def may_drop_target(user: "User", indicator: "Indicator") -> bool:
    return may_update_indicator(user, indicator)


def may_set_baseline(user: "User", indicator: "Indicator") -> bool:
    return may_update_indicator(user, indicator)


def may_compare_voices(user: "User", journey: "Journey") -> bool:
    """The holder, the mentor who follows them at present, and the leads of the programme; when, `queries.voices` says.

    Whoever is else around the journey (a referent, a trainer) was not named in what everybody was told.
    """
    follows = any(
        one.role == "mentor" and one.user_id == user.pk and one.ended_at is None for one in journey.companions.all()
    )
    return follows or journey.holder.user_id == user.pk or user.leads(journey.programme.organisation_id)
