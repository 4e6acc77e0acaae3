"""What an item and a choice may be called, whether somebody writes the code or a file brings it."""

import re

from evaluation.models import Answer

ITEM = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,19}")
CHOICE = re.compile(r"[A-Za-z0-9_-]{1,20}")
KEPT_WORDS = {
    *("back", "clear", "keep", "once", "more", "next", "number", "revision", "section", "shown", "csrfmiddlewaretoken"),
    *("action", "dataset", "elements", "method", "submit"),
}
"""What the screens of a questionnaire post besides answers, and what a form is asked by its script: no item is called
so."""
MISSING = set(Answer.Missing.values)


def is_item_code(code: str) -> bool:
    return bool(ITEM.fullmatch(code)) and code.lower() not in KEPT_WORDS | MISSING


def is_choice_code(code: str) -> bool:
    return bool(CHOICE.fullmatch(code)) and code not in MISSING
