from django.urls import path

from backend.calendars import views

app_name = "calendars"
urlpatterns = [
    path("calendar/", views.feed_page, name="feed_page"),
    path("calendar/open/", views.feed_open, name="feed_open"),
    path("calendar/close/", views.feed_close, name="feed_close"),
    path("feeds/<str:token>/jalon.ics", views.feed, name="feed"),
]
