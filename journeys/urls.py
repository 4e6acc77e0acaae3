"""Addresses of journeys. Each noun has its own place below; keep them apart."""

from django.urls import path, re_path

from journeys.views import (
    companies,
    immersions,
    imports,
    journeys,
    ledger,
    milestones,
    modules,
    programmes,
    statements,
    steps,
)

app_name = "journeys"
urlpatterns = [
    # --- Journeys, steps, commitments, programmes ---
    path("journeys/", journeys.journey_list, name="journey_list"),
    re_path(r"^journeys/export\.(?P<form>csv|xlsx)$", journeys.journey_export, name="journey_export"),
    path("journeys/<int:pk>/", journeys.journey_detail, name="journey_detail"),
    path("journeys/<int:pk>/pause/", journeys.journey_pause, name="journey_pause"),
    path("journeys/<int:pk>/resume/", journeys.journey_resume, name="journey_resume"),
    path("journeys/<int:pk>/complete/", journeys.journey_complete, name="journey_complete"),
    path("journeys/<int:pk>/leave/", journeys.journey_leave, name="journey_leave"),
    path("journeys/<int:pk>/commitments/add/", journeys.commitment_add, name="commitment_add"),
    path("commitments/<int:pk>/complete/", journeys.commitment_complete, name="commitment_complete"),
    path("steps/<int:pk>/advance/", steps.step_advance, name="step_advance"),
    path("steps/<int:pk>/waive/", steps.step_waive, name="step_waive"),
    path("programmes/", programmes.programme_list, name="programme_list"),
    path("programmes/<int:pk>/", programmes.programme_detail, name="programme_detail"),
    # --- The ledger of hours ---
    path("hours/", ledger.ledger, name="ledger"),
    path("journeys/<int:pk>/hours/", ledger.journey_ledger, name="journey_ledger"),
    path("journeys/<int:pk>/hours/declare/", ledger.delivery_declare, name="delivery_declare"),
    path("hours/<int:pk>/confirm/", ledger.delivery_confirm, name="delivery_confirm"),
    path("hours/<int:pk>/dispute/", ledger.delivery_dispute, name="delivery_dispute"),
    path("hours/<int:pk>/void/", ledger.delivery_void, name="delivery_void"),
    path("hours/<int:pk>/replace/", ledger.delivery_replace, name="delivery_replace"),
    path("confirm/<str:token>/", ledger.delivery_confirm_link, name="delivery_confirm_link"),
    # --- Statements of hours ---
    path("journeys/<int:pk>/hours/period/", statements.period_hours, name="period_hours"),
    re_path(r"^journeys/(?P<pk>\d+)/hours/period\.(?P<form>pdf|xlsx)$", statements.period_export, name="period_export"),
    path("journeys/<int:pk>/statements/prepare/", statements.statement_prepare, name="statement_prepare"),
    path("statements/<int:pk>/", statements.statement_detail, name="statement_detail"),
    re_path(r"^statements/(?P<pk>\d+)\.(?P<form>pdf|xlsx)$", statements.statement_export, name="statement_export"),
    path("statements/<int:pk>/sign/", statements.statement_sign, name="statement_sign"),
    path("statements/<int:pk>/withdraw/", statements.statement_withdraw, name="statement_withdraw"),
    path("programmes/<int:pk>/hours/", statements.programme_hours, name="programme_hours"),
    re_path(
        r"^programmes/(?P<pk>\d+)/hours\.(?P<form>pdf|xlsx)$",
        statements.programme_hours_export,
        name="programme_hours_export",
    ),
    path("programmes/<int:pk>/statements/prepare/", statements.statements_prepare, name="statements_prepare"),
    # --- Import of holders ---
    path("imports/", imports.holder_import, name="holder_import"),
    path("imports/model/", imports.import_model, name="import_model"),
    path("imports/<int:pk>/", imports.import_preview, name="import_preview"),
    path("imports/<int:pk>/correct/", imports.import_correct, name="import_correct"),
    path("imports/<int:pk>/skip/", imports.import_skip, name="import_skip"),
    path("imports/<int:pk>/confirm/", imports.import_confirm, name="import_confirm"),
    path("imports/<int:pk>/discard/", imports.import_discard, name="import_discard"),
    # --- Modules and their dates ---
    path("modules/", modules.module_list, name="module_list"),
    path("modules/<int:pk>/", modules.module_detail, name="module_detail"),
    path("modules/<int:pk>/dates/add/", modules.module_date_create, name="module_date_create"),
    path("module-dates/<int:pk>/", modules.module_date_detail, name="module_date_detail"),
    path("module-dates/<int:pk>/move/", modules.module_date_move, name="module_date_move"),
    path("module-dates/<int:pk>/cancel/", modules.module_date_cancel, name="module_date_cancel"),
    path("module-dates/<int:pk>/enrol/", modules.people_enrol, name="people_enrol"),
    path("module-dates/<int:pk>/attendance/", modules.attendance, name="attendance"),
    path("enrolments/<int:pk>/withdraw/", modules.enrolment_withdraw, name="enrolment_withdraw"),
    # --- Companies and immersions ---
    path("companies/", companies.company_list, name="company_list"),
    path("companies/add/", companies.company_create, name="company_create"),
    path("companies/<int:pk>/", companies.company_detail, name="company_detail"),
    path("companies/<int:pk>/edit/", companies.company_update, name="company_update"),
    path("immersions/", immersions.immersion_list, name="immersion_list"),
    path("steps/<int:pk>/immersion/", immersions.immersion_plan, name="immersion_plan"),
    path("immersions/<int:pk>/", immersions.immersion_detail, name="immersion_detail"),
    path("immersions/<int:pk>/edit/", immersions.immersion_update, name="immersion_update"),
    path("immersions/<int:pk>/send/", immersions.immersion_send_to_sign, name="immersion_send_to_sign"),
    path("immersions/<int:pk>/signatures/add/", immersions.signature_record, name="signature_record"),
    path("immersions/<int:pk>/validate/", immersions.immersion_validate, name="immersion_validate"),
    path("immersions/<int:pk>/complete/", immersions.immersion_complete, name="immersion_complete"),
    path("immersions/<int:pk>/reject/", immersions.immersion_reject, name="immersion_reject"),
    path("immersions/<int:pk>/cancel/", immersions.immersion_cancel, name="immersion_cancel"),
    # --- Milestones ---
    path("steps/<int:pk>/milestone/", milestones.milestone_reach, name="milestone_reach"),
    path("milestones/<int:pk>/undo/", milestones.milestone_undo, name="milestone_undo"),
]
