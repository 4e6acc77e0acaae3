"""Addresses of one's own account."""

from django.urls import path

from backend.accounts import views

app_name = "accounts"
urlpatterns = [
    path("tokens/", views.token_list, name="token_list"),
    path("tokens/<str:digest>/revoke/", views.token_revoke, name="token_revoke"),
]
