"""Reads shaped for a page, a letter or an export."""
