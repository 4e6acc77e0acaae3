"""Questionnaires, answers, and the indicators drawn from everything below."""
