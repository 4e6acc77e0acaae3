"""Every setting of Jalon, read top to bottom; what differs between machines comes from the environment."""

from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
if (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")

# --- Who and where we are -------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
# The demo shows sign-in links and whole letters to everyone: never set it on real data.
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="demo-only-secret-key-never-used-with-real-data" if DEMO or DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is empty: set it in the environment, or start the demo with `make demo`.")
# Former keys: what they encrypted or signed still opens, until it is written anew.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])
IS_HTTPS = SITE_URL.startswith("https://")

# --- The apps, ground floor last ------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "evaluation",
    "mentoring",
    "journeys",
    "backend.web",
    "backend.calendars",
    "backend.mail",
    "backend.history",
    "backend.accounts",
    "backend.lib",
    "allauth",
    "allauth.account",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_q",
    "django_linear_migrations",
]
FIRST_PARTY_APPS = [
    "evaluation",
    "mentoring",
    "journeys",
    "backend.web",
    "backend.calendars",
    "backend.mail",
    "backend.history",
    "backend.accounts",
    "backend.lib",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "backend.lib.middleware.security_headers",
    "backend.lib.middleware.bare_answers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "backend.lib.middleware.PersonLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "backend.lib.middleware.person_preferences",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "backend.urls"
WSGI_APPLICATION = "backend.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "backend.web.context_processors.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "template_partials.templatetags.partials",
                "backend.web.templatetags.ui",
            ],
        },
    }
]

FORM_RENDERER = "backend.web.rendering.Renderer"

# --- Database -------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'jalon.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        # FULL: a letter that was promised is on the disk before we say so.
        # Secure: what is deleted is overwritten, so that the file keeps nothing of anonymous answers.
        # Mapped: what the system keeps of the file is read where it lies, not copied anew for each question.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        " PRAGMA secure_delete=ON; PRAGMA mmap_size=268435456;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Compiling a statement takes PostgreSQL longer than running it: with it the positive exits of 100,000 journeys took
    # thirteen times as long (`make bench-indicators`).
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
# Only tests stop the clock of the application, and then the triggers of PostgreSQL are told what it says.
CLOCK_MAY_TRAVEL = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits live in the cache, so every process must share it; what the worker says of itself twice a second need not.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "process"},
}

# --- People and doors -----------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "backend.mail.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}  # a phone offers the keypad
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "request_login_code": "20/m/ip,5/10m/key"}
INVITATION_DAYS = 14
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]

SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "backend.lib.doors.csrf_failure"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=False)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if IS_HTTPS else 0)
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)

# --- Languages and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "backend" / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

# --- Files ----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if DEMO:  # a newcomer waits for it: `manage.py demo` compresses only what our pages load
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
# Source maps are for who debugs a library: not worth their minutes of compression.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("jpg", "jpeg", "png", "gif", "webp", "gz", "br", "woff", "woff2", "map")
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(VAR_DIR / "media"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- Letters --------------------------------------------------------------------------------------
_email = env.email_url("EMAIL_URL", default="smtp://localhost:25")
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email["EMAIL_HOST"]
EMAIL_PORT = _email["EMAIL_PORT"]
EMAIL_HOST_USER = _email["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Jalon <rdv@jalon.localhost>")
MAIL_ADDRESS = parseaddr(DEFAULT_FROM_EMAIL)[1]
MAIL_DOMAIN = MAIL_ADDRESS.rpartition("@")[2]
# Where rdv-<token>@… is received, one address a person invited; empty: calendars answer to MAIL_ADDRESS.
ANSWERS_DOMAIN = env.str("ANSWERS_DOMAIN", default="")
# How long the letter about a changed date waits for the next change, so that several are one letter; the demo shows it
# at once.
INVITE_SETTLING = timedelta(seconds=env.int("INVITE_SETTLING_SECONDS", default=0 if DEMO else 120))
# Letters that come in: from a mailbox that is read each minute, or from a mail service that hands them over, signed.
INBOUND_IMAP_URL = env.str("INBOUND_IMAP_URL", default="")
INBOUND_WEBHOOK_SECRET = env.str("INBOUND_WEBHOOK_SECRET", default="")
# The name by which the server that receives for us signs its Authentication-Results; empty: no From is taken as proved.
INBOUND_AUTHSERV_ID = env.str("INBOUND_AUTHSERV_ID", default="")
# With both a domain and a way in, an answer to any letter comes to re-<token>@… and is passed on.
TAKES_REPLIES = bool(ANSWERS_DOMAIN and (INBOUND_IMAP_URL or INBOUND_WEBHOOK_SECRET))

# --- Calendars on people's own servers --------------------------------------------------------------
# Hosts ("cloud.intranet" or "10.0.0.5:5232") that may be reached although their network is private, and over http.
CALDAV_PRIVATE_HOSTS = env.list("CALDAV_PRIVATE_HOSTS", default=[])

# --- Jobs: the queue is a bell, the rows are the truth --------------------------------------------
Q_CLUSTER = {
    "name": "jalon",
    "orm": "default",
    "cache": "process",
    "workers": 1 if DATABASES["default"]["ENGINE"].endswith("sqlite3") else 2,
    "bulk": 1,
    "queue_limit": 2,
    "timeout": 60,
    "retry": 300,  # backend/lib/checks.py knows the least
    "max_attempts": 5,
    "ack_failures": False,
    "catch_up": False,
    "recycle": 200,
    "max_rss": 300_000,
    "poll": 0.5,
    "save_limit": -1,
}

# --- API ------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": [
        "django_filters.rest_framework.DjangoFilterBackend",
        "rest_framework.filters.OrderingFilter",
    ],
    "DEFAULT_PAGINATION_CLASS": "backend.lib.paging.Pages",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "backend.lib.schema.HouseSchema",
    "EXCEPTION_HANDLER": "backend.lib.api.explain",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {
    "SECURE_HASH_ALGORITHM": "hashlib.sha512",
    "AUTH_HEADER_PREFIX": "Bearer",
    "TOKEN_TTL": timedelta(days=365),
    "TOKEN_LIMIT_PER_USER": 20,
    "AUTO_REFRESH": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Jalon",
    "DESCRIPTION": "Journeys, mentoring, immersions, letters, surveys and indicators: the same rules as the pages.",
    "VERSION": "1",
    "DEFAULT_GENERATOR_CLASS": "backend.lib.schema.OnceGenerator",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None, "filter": True, "docExpansion": "none"},
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "POSTPROCESSING_HOOKS": [],  # choices stand where they are used: many fields are called "state"
}
KNOX_TOKEN_MODEL = "accounts.ApiToken"
MIGRATION_MODULES = {"knox": None}  # its own table would stand empty, and block TRUNCATE on PostgreSQL

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "backend.lib.journal.Line", "format": "{asctime} {levelname} {name}: {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    # Django's own handlers would write the same once more, secrets included.
    "loggers": {
        "jalon": {"level": "INFO"},
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
    },
}
