"""Which calendar program came by, as far as its name tells. Pure."""

SIGNS = (
    ("google", ("google-calendar", "googlebot", "google")),
    ("outlook", ("outlook", "microsoft", "exchange", "msoffice")),
    ("thunderbird", ("thunderbird", "lightning")),
    ("nextcloud", ("nextcloud", "owncloud")),
    ("android", ("icsx5", "davx5", "android")),
    ("apple", ("dataaccessd", "calendaragent", "calendar/", "ios/", "macos/", "mac os x/", "darwin")),
    ("browser", ("mozilla", "curl", "wget")),
)


def program_of(agent: str) -> str:
    """A code of Feed.Program for this User-Agent; its version and machine are nobody's business."""
    said = agent.lower()
    return next((code for code, signs in SIGNS if any(sign in said for sign in signs)), "other")
