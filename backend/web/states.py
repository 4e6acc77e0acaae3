"""Every state a row can be in → the tone that shows it. The word is always written: tone is never the only sign."""

GOOD = (
    "done completed confirmed signed validated held accepted granted assessed reached complete sent attended"
    " present active in_force treated kept"
)
INFO = "scheduled in_progress declared opened started partial partly_signed sending asked updated wished"
WARN = (
    "to_sign to_validate proposed paused late unanswered waiting excused retry to_update unsigned silent full"
    " kept_back aside choosing"
)
BAD = "abandoned left disputed rejected bounced no_show failed refused absent error overdue dead stopped"

TONE_OF: dict[str, str] = {
    **dict.fromkeys(GOOD.split(), "good"),
    **dict.fromkeys(INFO.split(), "info"),
    **dict.fromkeys(WARN.split(), "warn"),
    **dict.fromkeys(BAD.split(), "bad"),
}
ICON_OF = {
    "good": "check-circle",
    "info": "arrow-right-circle",
    "warn": "exclamation-triangle",
    "bad": "x-circle",
    "neutral": "minus-circle",
}


def tone_of(state: object) -> str:
    """The tone of a state; whatever is only planned, closed or unknown is neutral."""
    return TONE_OF.get(str(state), "neutral")
