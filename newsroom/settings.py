"""
Settings, from environment variables only.

With no variable set the site runs locally on SQLite. With ``DEBUG=false`` a value that would be
unsafe in public stops the start with one sentence for each problem (``newsroom.checks.refusals``).
docs/operators.md lists every variable.
"""

import os
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from newsroom.checks import object_storage, refusals, sender, unusable

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.ENVIRON = {name: value for name, value in os.environ.items() if value.strip()}  # empty: unset

try:
    DEBUG = env.bool("DEBUG", default=True)
    SECRET_KEY = env.str("SECRET_KEY", default="django-insecure-local" if DEBUG else "")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", str.strip, default=[])
    SITE_NAME = env.str("SITE_NAME", default="Newsroom")
    MAINTENANCE = env.bool("MAINTENANCE", default=False)
    SHOW_CHANGES = env.bool("SHOW_CHANGES", default=False)
    # Megabytes of kept pages in each process. Locally none, so that every change of code shows.
    PAGE_CACHE_MB = env.int("PAGE_CACHE_MB", default=0 if DEBUG else 64)
    STALE_IF_ERROR = env.int("STALE_IF_ERROR", default=0)
    SITE_URL = env.str("SITE_URL", default="").rstrip("/")
    TRUSTED_PROXIES = [
        value if value == "unix" else ip_network(value, strict=False)
        for value in env.list("TRUSTED_PROXIES", str.strip, default=[])
    ]
    DATABASES = {
        "default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR}/newsroom.sqlite3")
    }
    REDIS_URL = env.str("REDIS_URL", default="")
    S3_URL = env.str("S3_URL", default="")
    MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "media")))
    TIME_ZONE = env.str("TIME_ZONE", default="UTC")
    LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en-gb")
    vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
    DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=sender(SITE_NAME, SITE_URL))
except (ImproperlyConfigured, ValueError) as error:
    raise SystemExit(f"Newsroom did not start: a setting cannot be read. {error}") from error

problems = unusable(
    allowed_hosts=ALLOWED_HOSTS,
    site_url=SITE_URL,
    database_engine=DATABASES["default"].get("ENGINE", ""),
    redis_url=REDIS_URL,
    s3_url=S3_URL,
    time_zone=TIME_ZONE,
    language_code=LANGUAGE_CODE,
    from_email=DEFAULT_FROM_EMAIL,
)
if not DEBUG:
    problems += refusals(
        secret_key=SECRET_KEY,
        allowed_hosts=ALLOWED_HOSTS,
        site_url=SITE_URL,
        email_set="EMAIL_URL" in env.ENVIRON,
    )
if problems:
    raise SystemExit("Newsroom did not start.\n" + "\n".join(f"- {line}" for line in problems))

ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"

INSTALLED_APPS = [
    "newsroom.apps.NewsroomConfig",
    "comments",
    "articles",
    "newsroom.apps.NewsroomAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_prose_editor",
]

MIDDLEWARE = [
    "newsroom.health.health",
    *(["newsroom.errors.maintenance"] if MAINTENANCE else []),
    "newsroom.charset.utf8_forms",
    "newsroom.proxies.TrustedProxies",
    "django.middleware.security.SecurityMiddleware",
    # Locally, runserver hands out the static files itself, always fresh.
    *([] if DEBUG else ["whitenoise.middleware.WhiteNoiseMiddleware"]),
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "newsroom.errors.not_allowed_page",
    "comments.writers.private_pages",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "newsroom.page_cache.dependencies",
    *(["newsroom.errors.own_not_found_page"] if DEBUG else []),
]

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
                "articles.context_processors.site",
            ],
        },
    },
]

# Widgets of forms are overridden in templates/ like any other template.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database. SQLite as a server: writers queue instead of failing with "database is locked", and
# readers never wait for them.
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Opening the file costs as much as making a page.
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        "PRAGMA busy_timeout=20000;",
    }

elif not DEBUG:
    # Each thread borrows a connection for one request, and the server keeps a few for all.
    DATABASES["default"]["OPTIONS"] = {
        **DATABASES["default"].get("OPTIONS", {}),
        "pool": {"min_size": 1, "max_size": 16, "timeout": 10},
        # A server that vanishes is noticed after some ten seconds, not after a quarter of an hour.
        "connect_timeout": 5,
        "tcp_user_timeout": 10_000,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
    }

if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
        }
    }

# Files. Uploads get unguessable names, so a browser may keep them for ever.
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
MEDIA_URL = "/media/"
FILE_UPLOAD_PERMISSIONS = 0o644
STORAGES = {
    "default": {
        "BACKEND": "newsroom.object_storage.ObjectStorage",
        "OPTIONS": object_storage(S3_URL),
    }
    if S3_URL
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "newsroom.storage.StaticStorage"
    },
}

# Work that nobody should wait for, such as smaller pictures. Locally it is done at once; in
# production `manage.py db_worker` does it, beside the server.
TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if DEBUG
        else "django_tasks_db.DatabaseBackend"
    }
}

# Mail. A server that does not answer holds up who sends for so many seconds at most.
EMAIL_TIMEOUT = 20

# Words.
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "newsroom.formats"
USE_TZ = True

# Accounts.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"

# Safety. Nothing from elsewhere, nothing inline; the editor's import map carries a nonce, which
# is only sent where it is used.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
# The comment form needs to know that it was sent from this site, not from which page.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
CSRF_FAILURE_VIEW = "newsroom.errors.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
if not DEBUG:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    # Whether other hosts below the site's name can do without plain http is not ours to say.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(SITE_URL))]

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

DJANGO_PROSE_EDITOR_EXTENSIONS = [
    {"js": ["articles/editor.js"], "extensions": {"Newsroom": "articles.richtext.no_markup"}},
]
