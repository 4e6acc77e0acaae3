"""Dated things in people's own calendars: the Invite rows, the bytes that describe them, and their letters."""
