"""Addresses of journeys. Each noun has its own place below; keep them apart."""

from django.urls import path

app_name = "journeys"
urlpatterns = [
    # --- Journeys, steps, commitments, programmes ---
    # --- The ledger of hours ---
    # --- Import of holders ---
    # --- Modules and their dates ---
    # --- Companies and immersions ---
    # --- Milestones ---
]
