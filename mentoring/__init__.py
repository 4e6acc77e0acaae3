"""Mentors, the pairs they form with holders, and their sessions."""
