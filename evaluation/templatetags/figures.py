"""How changes are written in the tables of figures."""

from django import template

from evaluation.queries.words import signed

register = template.Library()
register.filter("signed", signed)
