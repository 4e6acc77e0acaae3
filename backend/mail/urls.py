from django.urls import path

from backend.mail import views

app_name = "mail"
urlpatterns = [
    path("letters/", views.outbox, name="outbox"),
    path("letters/<int:pk>/", views.email_detail, name="email_detail"),
    path("letters/<int:pk>/body/", views.email_body, name="email_body"),
    path("letters/<int:pk>/invite.ics", views.email_invite, name="email_invite"),
    path("letters/<int:pk>/retry/", views.email_retry, name="email_retry"),
    path("people/invite/", views.person_invite, name="person_invite"),
    path("invitations/<str:token>/", views.invitation_accept, name="invitation_accept"),
]
