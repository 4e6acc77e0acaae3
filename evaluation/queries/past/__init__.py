"""Figures of the past: why one has changed since."""
