"""Settings, all by environment, safe when unset.

`PORTAL_MODE` is `production` (default), `demo` (what `make run` sets) or `test`. DEBUG is off in all three.
Production refuses to start without its own secret key and host names.
"""

import os
from pathlib import Path

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("PORTAL_VAR", BASE_DIR / "var"))
VAR_DIR.mkdir(parents=True, exist_ok=True)

PORTAL_MODE = os.environ.get("PORTAL_MODE", "production")
if PORTAL_MODE not in {"production", "demo", "test"}:
    raise ImproperlyConfigured("PORTAL_MODE is production, demo or test.")
IS_PRODUCTION = PORTAL_MODE == "production"
DEBUG = False


def _env_list(name: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def _secret_key() -> str:
    """Return the secret key: from the environment, or in demo and test mode from a file made on the first start."""
    key = os.environ.get("PORTAL_SECRET_KEY", "")
    if IS_PRODUCTION:
        if len(key) < 50:
            raise ImproperlyConfigured("Production needs PORTAL_SECRET_KEY, at least 50 random characters.")
        return key
    path = VAR_DIR / "secret-key"
    if not key and path.exists():
        key = path.read_text().strip()
    if not key:
        key = os.urandom(40).hex()
        path.touch(mode=0o600)
        path.write_text(key)
    return key


SECRET_KEY = _secret_key()


def _local_address() -> str:
    """Return where this clone's demo is reached: at PORT, or where `make run` serves it now (it writes so there)."""
    running = VAR_DIR / "run.lock"
    if "PORT" not in os.environ and running.exists():
        written = running.read_text().strip()
        if written:
            return written
    return f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"


# The address under which people reach the site; links in mails and certificates start with it.
PORTAL_BASE_URL = (os.environ.get("PORTAL_BASE_URL") or _local_address()).rstrip("/")
ALLOWED_HOSTS = _env_list("PORTAL_HOSTS") or ([] if IS_PRODUCTION else ["127.0.0.1", "localhost", "testserver"])
if IS_PRODUCTION and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS or not PORTAL_BASE_URL.startswith("https://")):
    raise ImproperlyConfigured(
        "Production needs PORTAL_HOSTS, by name, and a PORTAL_BASE_URL that starts with https://."
    )
CSRF_TRUSTED_ORIGINS = [PORTAL_BASE_URL] if IS_PRODUCTION else []

PORTAL_SITE_NAME = os.environ.get("PORTAL_SITE_NAME", "Common Thread")
# Who runs the site and how to write to them: at the foot of every page, where the privacy page points to.
_is_demo = PORTAL_MODE == "demo"
PORTAL_OPERATOR = os.environ.get("PORTAL_OPERATOR", "Common Thread demo" if _is_demo else "")
PORTAL_CONTACT_EMAIL = os.environ.get("PORTAL_CONTACT_EMAIL", "operator@learn.example" if _is_demo else "")


def _keys_dir() -> Path | None:
    """Return the folder of the keys that sign badges; None on a real site that set none: nothing is signed there.

    On a real site it is neither in the code's folder nor in PORTAL_VAR: a copy of those must not hold secrets.
    """
    written = os.environ.get("PORTAL_KEYS_DIR", "")
    if not written:
        return None if IS_PRODUCTION else VAR_DIR / "keys"
    folder = Path(written).resolve()
    if IS_PRODUCTION and any(folder.is_relative_to(place.resolve()) for place in (BASE_DIR, VAR_DIR)):
        raise ImproperlyConfigured("PORTAL_KEYS_DIR must lie outside of the code and of PORTAL_VAR.")
    return folder


PORTAL_KEYS_DIR = _keys_dir()
# Each day's head of the log of certificates is left there: the only call to another host, and off unless this is set.
PORTAL_LOG_WITNESS_URL = os.environ.get("PORTAL_LOG_WITNESS_URL", "")
if PORTAL_LOG_WITNESS_URL and not PORTAL_LOG_WITNESS_URL.startswith("https://"):
    raise ImproperlyConfigured("PORTAL_LOG_WITNESS_URL must start with https://.")

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "home",
    "cockpit",
    "certificates",
    "progress",
    "case_studies",
    "courses",
    "accounts",
    "foundation",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "accounts.apps.CmsUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "portal.middleware.VisitorCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionEndMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.middleware.ContentSecurityPolicyMiddleware",
    "courses.middleware.OneEditionMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context_processors.site",
            ],
        },
    },
]

# Database: SQLite in var/ unless DATABASE_URL names a PostgreSQL (driver psycopg2).
if os.environ.get("DATABASE_URL"):
    DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=60)}
    # Of the lists of managers PostgreSQL compiled far longer than it read: nearly all of the time, where it was measured.
    _OPTIONS = DATABASES["default"].setdefault("OPTIONS", {})
    _OPTIONS["options"] = f"{_OPTIONS.get('options', '')} -c jit=off".strip()
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ.get("PORTAL_SQLITE", str(VAR_DIR / "portal.sqlite3")),
            "TEST": {"NAME": str(VAR_DIR / "test.sqlite3")},  # a file, so that a worker in its own process sees it
            "OPTIONS": {
                # IMMEDIATE: a transaction that will write takes its lock at once and waits its turn,
                # instead of failing half-way when two of them upgrade a read lock.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL", "")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(VAR_DIR / "cache"),
        }
    }

# Worker. The embedded broker is a SQLite file of its own; what must happen is a row in the database first.
CELERY_BROKER_URL = REDIS_URL or f"sqla+sqlite:///{VAR_DIR / 'broker.sqlite3'}"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_DEFAULT_QUEUE = "portal"
if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "max_retries": 0,
        "socket_connect_timeout": 1,
        "retry_on_timeout": False,
        "visibility_timeout": 600,
    }
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "foundation.tasks.beat_heart", "schedule": 30.0},
    "sweep-outbox": {"task": "foundation.tasks.sweep_outbox", "schedule": 20.0},
    "sweep-jobs": {"task": "foundation.tasks.sweep_jobs", "schedule": 20.0},
    "empty-done-work": {"task": "foundation.tasks.empty_done_work", "schedule": 86400.0},
    "prune-broker": {"task": "foundation.tasks.prune_embedded_broker", "schedule": 3600.0},
    "settle-due-courses": {"task": "courses.tasks.settle_due_courses", "schedule": 30.0},
    "publish-scheduled": {"task": "courses.tasks.publish_scheduled", "schedule": 60.0},
    "end-overdue-attempts": {"task": "progress.tasks.end_overdue_attempts", "schedule": 30.0},
    "ask-whether-it-was-used": {"task": "progress.tasks.ask_whether_it_was_used", "schedule": 21600.0},
    "delete-reader-reports": {"task": "courses.tasks.delete_old_reader_reports", "schedule": 86400.0},
    "empty-question-imports": {"task": "courses.tasks.empty_old_question_imports", "schedule": 3600.0},
    "empty-course-packages": {"task": "courses.tasks.empty_old_course_packages", "schedule": 3600.0},
    "delete-old-invitations": {"task": "cockpit.tasks.delete_old_invitations", "schedule": 86400.0},
    "delete-ended-lists": {"task": "cockpit.tasks.delete_ended_lists", "schedule": 86400.0},
    "forget-texts-of-imports": {"task": "cockpit.tasks.forget_old_import_texts", "schedule": 86400.0},
    "do-due-certificate-requests": {"task": "certificates.tasks.do_due_requests", "schedule": 60.0},
    # Every hour, so that the day's certificates expire as it begins, in whatever time zone the site is.
    "expire-certificates": {"task": "certificates.tasks.expire_certificates", "schedule": crontab(minute="1")},
    "publish-due-releases": {"task": "courses.tasks.publish_due_releases", "schedule": 60.0},
    "chain-certificate-events": {"task": "certificates.tasks.chain_events", "schedule": 60.0},
    "sign-status-lists": {"task": "certificates.tasks.sign_status_lists", "schedule": 20.0},
    "watch-keys": {"task": "certificates.tasks.watch_keys", "schedule": 300.0},
    "sign-head-of-log": {"task": "certificates.tasks.sign_head", "schedule": 3600.0},
}

# Languages. All six exist from the first migration; the interface falls back to English.
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("it", "Italiano"),
    ("ro", "Română"),
    ("sv", "Svenska"),
    ("de", "Deutsch"),
    ("es", "Español"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["portal.formats"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = os.environ.get("PORTAL_TIME_ZONE", "Europe/Brussels")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
JOINED_DIR = VAR_DIR / "joined"  # `join_css` writes site.css here
JOINED_DIR.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static", JOINED_DIR]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
_STATIC_STORAGES = {
    "production": "whitenoise.storage.CompressedManifestStaticFilesStorage",
    "demo": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
    "test": "django.contrib.staticfiles.storage.StaticFilesStorage",
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIC_STORAGES[PORTAL_MODE]},
    # Bytes that records name by SHA-256; never changed, never deleted, served by our own views only.
    "frozen": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "frozen"},
    },
    # What learners hand in: never below the media folder, served by one view that asks who wants it.
    "submissions": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "submissions"},
    },
    # Course packages between upload and import, for a day: read by the import only.
    "packages": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "packages"},
    },
    # Evidence packs of managers: some hold names, so they are served by one view that asks who wants them.
    "evidence": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "evidence"},
    },
}
WHITENOISE_USE_FINDERS = PORTAL_MODE == "test"

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "progress:my_learning"
# Known to everybody. Production lets nobody in with it, whatever database it was pointed at, and no mode lets it be chosen.
PORTAL_DEMO_PASSPHRASE = "demo-only-password"  # noqa: S105 - no secret
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if PORTAL_MODE == "test":
    # A hundred sign-ins in a test run would otherwise spend most of it on password hashing.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email", "username", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_UNIQUE_EMAIL = True
# One address a person, theirs once confirmed; until then two may claim it, and sign-up tells nobody who has which.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed passphrase or address is told to its owner (ASVS 6.3.7)
ACCOUNT_CONFIRM_EMAIL_ON_GET = False  # mail scanners fetch links: the page behind it has a button
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "add_email": "accounts.forms.AddressForm",
    "change_password": "accounts.forms.ChangePassphraseForm",
    "login": "accounts.forms.SignInForm",
    "reset_password": "accounts.forms.AskNewPassphraseForm",
    "reset_password_from_key": "accounts.forms.ChoosePassphraseForm",
    "set_password": "accounts.forms.SetPassphraseForm",
    "signup": "accounts.forms.SignUpForm",
}
# Sign-in: a wait that grows, per account and per device and account (`accounts.rules.waiting`), never by the address
# of the network alone: one office is one address for fifty learners. What is left to allauth leaves room for a class.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": None,
    "signup": "100/m/ip",
    "reset_password": "100/m/ip,5/h/key",
    "reset_password_from_key": "100/m/ip",
}
# Sign-in takes an address or a username, and sign-up asks for one of both: allauth knows no rule for "one of".
SILENCED_SYSTEM_CHECKS = ["account.W001"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"

# Sessions: 14 days, or 30 minutes without a request where "shared device" was chosen at sign-in.
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
PORTAL_SHARED_SESSION_MINUTES = 30
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"

# Transport
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_PRODUCTION
SECURE_SSL_REDIRECT = IS_PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("PORTAL_BEHIND_PROXY") else None
# Of how many proxies of our own the last entries of X-Forwarded-For are: the one before is the visitor. Without a proxy the
# header is the visitor's own invention, and counts nothing.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("PORTAL_PROXY_COUNT", "1")) if SECURE_PROXY_SSL_HEADER else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # the content security policy decides; previews in the CMS need this one
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a quiz of many questions is one Wagtail form

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# Mail: to files in the demo (it says so), to the server of EMAIL_URL's parts in production.
if PORTAL_MODE == "demo":
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = os.environ.get("PORTAL_MAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("PORTAL_MAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("PORTAL_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("PORTAL_MAIL_PASSWORD", "")
EMAIL_USE_TLS = bool(os.environ.get("PORTAL_MAIL_TLS"))
EMAIL_TIMEOUT = 60  # a server that looks through a mail before it takes it needs its time (RFC 5321 asks for minutes)
DEFAULT_FROM_EMAIL = os.environ.get("PORTAL_MAIL_FROM", "portal@localhost")
# Where mails that cannot be delivered come back to, as bounces+<message>@..., for `manage.py read_bounces`.
PORTAL_BOUNCE_ADDRESS = os.environ.get("PORTAL_BOUNCE_ADDRESS", "")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Wagtail
WAGTAIL_SITE_NAME = PORTAL_SITE_NAME
WAGTAILADMIN_BASE_URL = PORTAL_BASE_URL
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False  # else a page sent to translation is public at once, untranslated
WAGTAIL_ALLOW_UNICODE_SLUGS = False  # our addresses are plain ASCII; others would reach Wagtail's own routing
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_FRONTEND_LOGIN_URL = "/account/login/"
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False  # an address is one's own only once confirmed; the site's page sees to it
WAGTAIL_PASSWORD_RESET_ENABLED = False  # people use the site's own page, whose mails go through the outbox
if PORTAL_MODE != "test":  # most tests never commit, and would not find what they saved
    TASKS = {"default": {"BACKEND": "foundation.task_backend.AfterCommitBackend"}}
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILIMAGES_IMAGE_MODEL = "courses.Picture"  # with author, licence and source
WAGTAILIMAGES_IMAGE_FORM_BASE = "courses.forms.pictures.PictureForm"  # asks what a picture shows
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILDOCS_EXTENSIONS = ["pdf", "txt", "csv", "docx", "odt", "xlsx", "ods", "pptx", "odp", "mp4", "webm", "vtt"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []  # nothing is fetched from other hosts
TAGGIT_CASE_INSENSITIVE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {name: {"level": "INFO"} for name in ("portal", "foundation", "courses", "progress", "certificates")},
}
