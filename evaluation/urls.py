"""Addresses of questionnaires, their follow-up, and the figures."""

from django.urls import path

from evaluation.views import answering, indicators, requests
from evaluation.views.answering import by_account, by_link

app_name = "evaluation"
urlpatterns = [
    path("q/<str:token>/", by_link(answering.open_request), name="link"),
    path("q/<str:token>/save/", by_link(answering.save_item), name="link_save"),
    path("q/<str:token>/review/", by_link(answering.review_request), name="link_review"),
    path("q/<str:token>/refuse/", by_link(answering.refuse_request), name="link_refuse"),
    path("q/<str:token>/<int:number>/", by_link(answering.answer_area), name="link_area"),
    path("questionnaires/<int:pk>/", by_account(answering.open_request), name="request"),
    path("questionnaires/<int:pk>/save/", by_account(answering.save_item), name="request_save"),
    path("questionnaires/<int:pk>/review/", by_account(answering.review_request), name="request_review"),
    path("questionnaires/<int:pk>/refuse/", by_account(answering.refuse_request), name="request_refuse"),
    path("questionnaires/<int:pk>/<int:number>/", by_account(answering.answer_area), name="request_area"),
    path("my-posture/", requests.my_posture, name="my_posture"),
    path("surveys/", requests.request_list, name="request_list"),
    path("surveys/<int:pk>/", requests.wave, name="wave"),
    path("surveys/<int:pk>/ask/<int:journey>/", requests.request_send, name="request_send"),
    path("surveys/requests/<int:pk>/remind/", requests.request_remind, name="request_remind"),
    path("surveys/requests/<int:pk>/bounce/", requests.request_bounce, name="request_bounce"),
    path("indicators/", indicators.indicators, name="indicators"),
    path("indicators/<slug:code>/", indicators.figure_rows, name="figure_rows"),
]
