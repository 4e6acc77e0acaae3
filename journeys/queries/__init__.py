"""Reads shaped for pages and exports; never a write."""
