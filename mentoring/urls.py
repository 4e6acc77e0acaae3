"""Addresses of mentoring."""

from django.urls import path

from mentoring.views import logs, mentors, pairs, sessions

app_name = "mentoring"
urlpatterns = [
    path("mentors/", mentors.mentor_list, name="mentor_list"),
    path("mentors/new/", mentors.mentor_create, name="mentor_create"),
    path("mentors/<int:pk>/", mentors.mentor, name="mentor"),
    path("mentors/<int:pk>/edit/", mentors.mentor_update, name="mentor_update"),
    path("journeys/<int:pk>/mentor/", pairs.mentor_pair, name="mentor_pair"),
    path("mentorships/<int:pk>/", pairs.mentorship, name="mentorship"),
    path("mentorships/<int:pk>/end/", pairs.mentorship_end, name="mentorship_end"),
    path("mentorships/<int:pk>/sessions/new/", sessions.session_plan, name="session_plan"),
    path("mentorships/<int:pk>/sessions/record/", sessions.session_record, name="session_record"),
    path("sessions/", sessions.session_list, name="session_list"),
    path("sessions/<int:pk>/", sessions.session, name="session"),
    path("sessions/<int:pk>/invite.ics", sessions.session_ics, name="session_ics"),
    path("sessions/<int:pk>/move/", sessions.session_move, name="session_move"),
    path("sessions/<int:pk>/cancel/", sessions.session_cancel, name="session_cancel"),
    path("sessions/<int:pk>/log/", logs.session_log, name="session_log"),
    path("log/<str:token>/", logs.session_log_link, name="session_log_link"),
]
