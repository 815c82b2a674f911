"""Every setting of the product, and the only place that reads the environment.

Each variable is described in README.md and .env.example; a file ``.env`` beside manage.py is read, too (or the one
that PLAYGROUND_ENV_FILE names), and what is set in the environment itself wins.
"""

import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE
from dotenv import dotenv_values

BASE_DIR = Path(__file__).resolve().parent.parent
environment = {**dotenv_values(os.environ.get("PLAYGROUND_ENV_FILE") or BASE_DIR / ".env"), **os.environ}


def text(name, default=""):
    return (environment.get(name) or default).strip()


def number(name, default):
    try:
        return type(default)(text(name, str(default)))
    except ValueError:
        raise SystemExit(f"{name} must be a number, not {text(name)!r}.") from None


for name, signs in {"GROQ_BASE_URL": "@?#", "PLAYGROUND_URL": "@"}.items():
    # Both are shown to everybody, so the value is not repeated here either.
    if set(signs) & set(text(name)):
        raise SystemExit(f"{name} must be a bare address such as https://example.org, without user, password or query.")


# Where everything lives that must survive: database, secrets, uploads.
DATA_DIR = Path(text("PLAYGROUND_DATA", str(BASE_DIR / "var"))).expanduser().resolve()


def secret(name):
    """The secret kept in the data folder, made once, readable by its owner only."""
    path = DATA_DIR / name
    try:
        DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            make_secret(path)
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        value = path.read_text().strip()
    except OSError as error:
        raise SystemExit(f"The data folder {DATA_DIR} cannot be used: {error.strerror}. PLAYGROUND_DATA names another.") from None
    if len(value) < 32:
        raise SystemExit(f"{path} holds no secret. Remove it and start again.")
    return value


def make_secret(path):
    """Written aside and put in place whole: no other start, and no full disk, leaves half a secret there."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        except OSError:
            # A file system without hard links.
            fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


SECRET_KEY = text("PLAYGROUND_SECRET_KEY") or secret("secret.key")
DEBUG = text("PLAYGROUND_DEBUG") == "1"

# The upstream, named as the official SDK names it.
GROQ_API_KEY = text("GROQ_API_KEY")
GROQ_BASE_URL = text("GROQ_BASE_URL")
GROQ_FIRST_BYTE_TIMEOUT = number("GROQ_FIRST_BYTE_TIMEOUT", 60.0)
GROQ_STALL_TIMEOUT = number("GROQ_STALL_TIMEOUT", 45.0)
ENGINE_CHAT_MODEL = text("ENGINE_CHAT_MODEL")
ENGINE_WHISPER_MODEL = text("ENGINE_WHISPER_MODEL")
ENGINE_VOICE = text("ENGINE_VOICE")

# Where people reach us. Full origins, because a host alone says nothing about scheme and port.
ORIGINS = [origin.rstrip("/") for origin in text("PLAYGROUND_URL").replace(",", " ").split()]
for origin in ORIGINS:
    if not urlsplit(origin).hostname or urlsplit(origin).scheme not in ("http", "https") or urlsplit(origin).path:
        raise SystemExit(f"PLAYGROUND_URL must be an origin such as https://chat.example.org, not {origin!r}.")
SECURE = bool(ORIGINS) and all(origin.startswith("https://") for origin in ORIGINS)
ALLOWED_HOSTS = [urlsplit(origin).hostname for origin in ORIGINS] + ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = ORIGINS
# A table of what models take, whose families come before ours (apps/parameters/capabilities.json).
CAPABILITIES = environment.get("PLAYGROUND_CAPABILITIES", "")
# A recording of any length: bytes, and seconds. Cut into pieces that the API takes before it is sent.
RECORDING_LIMIT = number("PLAYGROUND_RECORDING_LIMIT", 2 * 1024 * 1024 * 1024)
RECORDING_SECONDS = number("PLAYGROUND_RECORDING_SECONDS", 12 * 3600)
# Bytes of all recordings of a team together; 0: no limit.
TEAM_LIMIT = number("PLAYGROUND_TEAM_LIMIT", 20 * 1024 * 1024 * 1024)
# Seconds of its pieces (0: ten minutes, or two and a half for the engine), and how many are asked for at once.
PIECE_SECONDS = number("PLAYGROUND_PIECE_SECONDS", 0.0)
PIECES_AT_ONCE = max(1, number("PLAYGROUND_PIECES_AT_ONCE", 3))
# Jobs that one worker does at the same time.
WORKER_JOBS = max(1, number("PLAYGROUND_WORKER_JOBS", 4))
BODY_LIMIT = number("PLAYGROUND_BODY_LIMIT", 4 * 1024 * 1024)

INSTALLED_APPS = [
    # Before staticfiles, whose `runserver` it replaces.
    "apps.core",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "channels",
    "django_htmx",
    "allauth",
    "allauth.account",
    "apps.engine",
    "apps.accounts",
    "apps.live",
    "apps.catalog",
    "apps.parameters",
    "django_tasks",
    "django_tasks_db",
    "apps.conversations",
    "apps.audio",
]

MIDDLEWARE = [
    "apps.core.middleware.Headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.Faults",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.accounts.middleware.SignInRequired",
    "apps.accounts.middleware.CurrentTeam",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "playground.urls"
ASGI_APPLICATION = "playground.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "apps.core.context.page",
                "apps.accounts.context.team",
            ],
            "builtins": ["apps.core.templatetags.playground"],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "playground.sqlite3",
        # The threads that serve requests live as long as the process; so do their connections.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # A transaction that means to write says so at its start: two readers that both turn into
            # writers is what makes SQLite answer "database is locked".
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-8000;",
        },
        "TEST": {"NAME": DATA_DIR / "test.sqlite3"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CHANNEL_LAYERS = {}

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["apps.accounts.backend.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "apps.accounts.adapter.Adapter"
ACCOUNT_FORMS = {"login": "apps.accounts.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# Cookies and transport: the strict names need https, which a laptop on loopback does not have.
SESSION_ENGINE = "apps.accounts.sessions"
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "apps.core.views.csrf_failure"
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
# The proxy that speaks https names the client last; without one nobody is believed.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_LIMIT

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'strict-dynamic'", NONCE],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "media-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}

# Files of ours: hashed names, compressed once, cached for ever.
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "apps.core.staticfiles.PackageFinder",
]
# Recordings and speech, which only our own views give out: nothing serves this folder.
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "apps.core.staticfiles.Storage"},
}
# In a bucket instead, of any service that speaks S3; its package is the extra `scale`, and loaded only then.
S3_BUCKET = text("PLAYGROUND_S3_BUCKET")
if S3_BUCKET:
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": text("PLAYGROUND_S3_ENDPOINT") or None,
            "region_name": text("PLAYGROUND_S3_REGION") or None,
            "access_key": text("PLAYGROUND_S3_KEY") or None,
            "secret_key": text("PLAYGROUND_S3_SECRET") or None,
            # What lies there is nobody's but ours, and is given out by our own views.
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": False,
            # What is read whole lies on disk, not in memory.
            "max_memory_size": 8 * 1024 * 1024,
        },
    }
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# Long jobs wait in the database; `manage.py worker` does them.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "apps.core.logs.OneLine", "format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Django's own handlers would say everything twice.
    "loggers": {"django": {"handlers": []}, "apps": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}
