from django.urls import path

from backend.web import views

app_name = "web"
urlpatterns = [
    path("language/", views.set_language, name="set_language"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
