"""Django's settings, made from the one frozen Config. Nothing else reads the environment."""

import hmac
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from passerelle.configuration import Config, load_config, read_keys

PASSERELLE: Config = load_config()


def _databases(config: Config) -> dict[str, dict[str, Any]]:
    if config.database_url:
        return {"default": _postgresql(config.database_url)}
    return {"default": _sqlite(config)}


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "connect_timeout": 10,
            # A process that stands still within a transaction must not keep its row locks for
            # ever: its work is taken over by another.
            "options": "-c idle_in_transaction_session_timeout=60000",
        },
    }


def _sqlite(config: Config) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": config.database_file,
        "CONN_MAX_AGE": 0,  # a page's connection does not keep its cache of 32 MB
        "OPTIONS": {
            # Deferred transactions of several writers fail at once when both want to write;
            # immediate ones wait. FULL: a commit survives a power loss before the server is
            # touched. The cache and the checkpoint keep inserts into a large store fast.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;"
                "PRAGMA synchronous=FULL;"
                "PRAGMA cache_size=-32000;"
                "PRAGMA wal_autocheckpoint=8000;"
                "PRAGMA foreign_keys=ON;"
            ),
        },
    }


def _secret_key(config: Config) -> str:
    if config.key_file.exists():
        return _signing(read_keys(config.key_file).current[1])
    return secrets.token_hex()  # a command that serves no session; `run` makes the file first


def _earlier_secret_keys(config: Config) -> list[str]:
    """What signed the sessions of people before the last rotation of keys: they stay signed in."""
    if not config.key_file.exists():
        return []
    older = list(read_keys(config.key_file).by_id.values())[1:]
    return [_signing(key) for key in older]


def _signing(key: bytes) -> str:
    # Derived, so that what signs sessions is not what encrypts passwords.
    return hmac.digest(key, b"sessions", "sha256").hex()


DATABASES = _databases(PASSERELLE)
SECRET_KEY = _secret_key(PASSERELLE)
SECRET_KEY_FALLBACKS = _earlier_secret_keys(PASSERELLE)
DEBUG = PASSERELLE.debug
_public_host = urlsplit(PASSERELLE.public_url).hostname
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *([_public_host] if _public_host else [])]
CSRF_TRUSTED_ORIGINS = [PASSERELLE.public_url.rstrip("/")] if PASSERELLE.public_url else []

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "django_htmx",
    "passerelle.engine",
    "passerelle.alerts",
    "passerelle.crm",
    "passerelle.mailboxes",
    "passerelle.access",
    "passerelle.sync",
    "passerelle.router",
    "passerelle.upkeep",
    "passerelle.monitoring",
    "passerelle.importing",
    "passerelle.web",
]
MIDDLEWARE = [
    "passerelle.web.middleware.TrustedProxies",
    "passerelle.web.middleware.Probes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "passerelle.web.middleware.SafeAnswers",  # around all that may refuse a request
    "passerelle.web.middleware.BoundedRequests",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "passerelle.web.middleware.OpenSessions",
    "passerelle.web.middleware.LanguageOfAccount",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "passerelle.site.urls"
WSGI_APPLICATION = "passerelle.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "crm.SignInAccount"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "passerelle.crm.services.NotOurNames"},
]
LOGIN_URL = "web:sign-in"
LOGIN_REDIRECT_URL = "web:home"

# Ten tries for a name from one address, then fifteen minutes of rest.
AXES_CLIENT_IP_CALLABLE = "passerelle.web.client_address.client_address"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "web/sign_in_locked.html"
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True

SESSION_COOKIE_SECURE = PASSERELLE.public_url.startswith("https://")
# A browser takes a cookie of such a name by TLS alone and for this host alone (RFC 6265bis, 4.1.3),
# so that no neighbour below the same domain can plant one.
_PREFIX = "__Host-" if SESSION_COOKIE_SECURE else ""
SESSION_COOKIE_NAME = f"{_PREFIX}passerelle-session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{_PREFIX}passerelle-csrf"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_COOKIE_HTTPONLY = True  # forms carry the token; no script of ours reads the cookie
LANGUAGE_COOKIE_NAME = f"{_PREFIX}passerelle-language"
# For this host alone: what else lies below its name is not ours to decide over.
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# Read after `TrustedProxies` let it stand.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None

LANGUAGE_CODE = PASSERELLE.language
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [Path(__file__).parent.parent / "locale"]
TIME_ZONE = PASSERELLE.time_zone
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "passerelle.web.formats"

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # a form without its files
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # above it, an uploaded file goes to disk
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING_CONFIG = None  # structlog is set up by site/logs.py
