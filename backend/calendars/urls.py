from django.urls import path

from backend.calendars.views import answers, feeds

app_name = "calendars"
urlpatterns = [
    path("calendar/", feeds.feed_page, name="feed_page"),
    path("calendar/<int:pk>/", feeds.feed_update, name="feed_update"),
    path("calendar/<int:pk>/renew/", feeds.feed_renew, name="feed_renew"),
    path("calendar/<int:pk>/close/", feeds.feed_close, name="feed_close"),
    path("answers/<str:token>/", answers.answer_link, name="answer_link"),
    path("answers/<str:token>/invite.ics", answers.answer_link_file, name="answer_link_file"),
    path("invites/<int:pk>/answer/", answers.invite_answer, name="invite_answer"),
    path("feeds/<str:token>/jalon.ics", feeds.feed, name="feed"),
]
