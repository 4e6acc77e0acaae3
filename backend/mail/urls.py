from django.urls import path

from backend.mail.views import choices, outbox, own, received, samples

app_name = "mail"
urlpatterns = [
    path("letters/", outbox.outbox, name="outbox"),
    path("letters/<int:pk>/", outbox.email_detail, name="email_detail"),
    path("letters/<int:pk>/body/", outbox.email_body, name="email_body"),
    path("letters/<int:pk>/invite.ics", outbox.email_invite, name="email_invite"),
    path("letters/<int:pk>/retry/", outbox.email_retry, name="email_retry"),
    path("letters/retry/", outbox.emails_retry, name="emails_retry"),
    path("letters/rules/<int:organisation>/", outbox.letter_rules, name="letter_rules"),
    path("letters/samples/<int:organisation>/", samples.letter_samples, name="letter_samples"),
    path("letters/samples/<int:organisation>/<slug:app>/<slug:name>/", samples.letter_sample, name="letter_sample"),
    path(
        "letters/samples/<int:organisation>/<slug:app>/<slug:name>/body/",
        samples.letter_sample_body,
        name="letter_sample_body",
    ),
    path("letters/own/", own.letters_own, name="letters_own"),
    path("letters/mine/", choices.letter_choices, name="letter_choices"),
    path("letters/mine/<str:token>/", choices.letter_choices_link, name="letter_choices_link"),
    path("letters/stop/<slug:kind>/<str:token>/", choices.letters_stop, name="letters_stop"),
    path("letters/received/", received.received, name="received"),
    path("letters/received/<int:pk>/", received.incoming_detail, name="incoming_detail"),
    path("letters/received/<int:pk>/settle/", received.incoming_settle, name="incoming_settle"),
    path("letters/addresses/<int:pk>/clear/", received.address_clear, name="address_clear"),
    path("mail/in/", received.incoming_take, name="incoming_take"),
    path("people/invite/", outbox.person_invite, name="person_invite"),
    path("invitations/<str:token>/", outbox.invitation_accept, name="invitation_accept"),
]
