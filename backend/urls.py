"""Every address of Jalon: the pages of each app, the API, and what machines ask for."""

from importlib import import_module

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

from backend import pages

PAGES = (
    "backend.web.urls",
    "backend.accounts.urls",
    "backend.mail.urls",
    "backend.calendars.urls",
    "journeys.urls",
    "mentoring.urls",
    "evaluation.urls",
)
# Each lists its doors: `routes = [("sessions", SessionViewSet)]` is /api/v1/sessions/, named "api:sessions-list".
API = (
    "backend.accounts.api",
    "backend.mail.api",
    "backend.calendars.api",
    "backend.history.api",
    "journeys.api",
    "mentoring.api",
    "evaluation.api",
)


def api_patterns() -> list[URLPattern | URLResolver]:
    """One router for the routes of every app, and the document that describes them."""
    router = DefaultRouter()
    router.include_format_suffixes = False
    for module in API:
        for prefix, viewset in import_module(module).routes:
            router.register(prefix, viewset, basename=prefix)
    docs = SpectacularSwaggerSplitView
    return [
        path("schema/", SpectacularAPIView.as_view(), name="schema"),
        path("docs/", docs.as_view(url_name="api:schema", template_name="web/api_docs.html"), name="docs"),
        *router.urls,
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("healthz", pages.healthz, name="healthz"),
    path("readyz", pages.readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include((api_patterns(), "api"))),
    *(path("", include(module)) for module in PAGES),
]
if settings.DEMO:
    urlpatterns.append(path("demo/sign-in/<slug:role>/", pages.demo_sign_in, name="demo_sign_in"))
