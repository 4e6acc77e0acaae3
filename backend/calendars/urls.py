from django.urls import path

from backend.calendars.views import answers, feeds, own

app_name = "calendars"
urlpatterns = [
    path("calendar/", feeds.feed_page, name="feed_page"),
    path("calendar/<int:pk>/", feeds.feed_update, name="feed_update"),
    path("calendar/<int:pk>/renew/", feeds.feed_renew, name="feed_renew"),
    path("calendar/<int:pk>/close/", feeds.feed_close, name="feed_close"),
    path("calendar/own/", own.calendar_connect, name="calendar_connect"),
    path("calendar/own/<int:pk>/", own.calendar_page, name="calendar_page"),
    path("calendar/own/<int:pk>/choose/", own.calendar_choose, name="calendar_choose"),
    path("calendar/own/<int:pk>/search/", own.calendar_search, name="calendar_search"),
    path("calendar/own/<int:pk>/password/", own.calendar_password, name="calendar_password"),
    path("calendar/own/<int:pk>/retry/", own.calendar_retry, name="calendar_retry"),
    path("calendar/own/<int:pk>/kinds/", own.calendar_update, name="calendar_update"),
    path("calendar/own/<int:pk>/disconnect/", own.calendar_disconnect, name="calendar_disconnect"),
    path("answers/<str:token>/", answers.answer_link, name="answer_link"),
    path("answers/<str:token>/invite.ics", answers.answer_link_file, name="answer_link_file"),
    path("invites/<int:pk>/answer/", answers.invite_answer, name="invite_answer"),
    path("invites/<int:pk>/invite.ics", answers.invite_file, name="invite_file"),
    path("feeds/<str:token>/jalon.ics", feeds.feed, name="feed"),
]
