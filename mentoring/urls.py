"""Addresses of mentoring."""

from django.urls import path

from mentoring.views import logs, matching, mentors, openings, pairs, photos, profiles, sessions

app_name = "mentoring"
urlpatterns = [
    path("mentors/", mentors.mentor_list, name="mentor_list"),
    path("mentors/new/", mentors.mentor_create, name="mentor_create"),
    path("mentors/<int:pk>/", mentors.mentor, name="mentor"),
    path("mentors/<int:pk>/edit/", mentors.mentor_update, name="mentor_update"),
    path("mentors/<int:pk>/charter/", profiles.charter_accept, name="charter_accept"),
    path("mentors/<int:pk>/photo/", photos.photo_keep, name="photo_keep"),
    path("mentors/<int:pk>/photo/remove/", photos.photo_remove, name="photo_remove"),
    path("mentors/<int:pk>/photo-<slug:digest>.webp", photos.mentor_photo, name="mentor_photo"),
    path("mentors/<int:pk>/trainings/new/", profiles.training_add, name="training_add"),
    path("mentors/<int:pk>/conflicts/new/", profiles.conflict_declare, name="conflict_declare"),
    path("mentor-trainings/<int:pk>/remove/", profiles.training_remove, name="training_remove"),
    path("mentor-conflicts/<int:pk>/lift/", profiles.conflict_lift, name="conflict_lift"),
    path("mentors/<int:pk>/openings/", openings.opening_list, name="opening_list"),
    path("mentors/<int:pk>/openings/new/", openings.opening_publish, name="opening_publish"),
    path("mentors/<int:pk>/absences/new/", openings.absence_declare, name="absence_declare"),
    path("mentor-openings/<int:pk>/edit/", openings.opening_update, name="opening_update"),
    path("mentor-openings/<int:pk>/end/", openings.opening_end, name="opening_end"),
    path("mentor-openings/<int:pk>/days/new/", openings.opening_day_change, name="opening_day_change"),
    path("mentor-opening-days/<int:pk>/restore/", openings.opening_day_restore, name="opening_day_restore"),
    path("mentor-absences/<int:pk>/lift/", openings.absence_lift, name="absence_lift"),
    path("mentors/match/", matching.mentor_match, name="mentor_match"),
    path("mentors/match/weights/", matching.weights_keep, name="weights_keep"),
    path("journeys/<int:pk>/mentor-need/", matching.need_say, name="need_say"),
    path("journeys/<int:pk>/mentor/", pairs.mentor_pair, name="mentor_pair"),
    path("mentorships/<int:pk>/", pairs.mentorship, name="mentorship"),
    path("mentorships/<int:pk>/end/", pairs.mentorship_end, name="mentorship_end"),
    path("mentorships/<int:pk>/book/", openings.opening_book, name="opening_book"),
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
