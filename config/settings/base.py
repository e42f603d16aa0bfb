"""Production settings. dev.py and test.py only loosen them; nothing secret has a default."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONE, SELF

from config.env import database_from_url, env_bool, env_int, env_list, env_str

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(env_str("ANLAN_DATA_DIR", str(BASE_DIR / "var")))

SECRET_KEY = env_str("DJANGO_SECRET_KEY")
DEBUG = False
FIELD_KEY = env_str("ANLAN_FIELD_KEY")
ALLOWED_HOSTS = env_list("ANLAN_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env_list("ANLAN_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "axes",
    "csp",
    "core",
    "audit",
    "tenancy",
    "accounts",
    "messaging",
    "projects",
    "inspections",
    "enforcement",
    "guidance",
    "scoring",
    "reports",
    "config",
]

MIDDLEWARE = [
    "config.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "accounts.middleware.SessionLimitsMiddleware",
    # Innermost: its transaction and tenant setting must still be open while a TemplateResponse renders.
    "accounts.middleware.TenancyMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.shell",
            ],
        },
    },
]

DATABASES: dict[str, dict[str, Any]] = {"default": database_from_url(env_str("DATABASE_URL"))}
DATABASES["default"]["OPTIONS"]["pool"] = {
    "min_size": env_int("ANLAN_DB_POOL_MIN", 1),
    "max_size": env_int("ANLAN_DB_POOL_MAX", 8),
    "timeout": 10,
}
DATABASES["default"]["CONN_MAX_AGE"] = 0
# Ready for PgBouncer in transaction mode: all tenant context is transaction-local.
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
_owner_url = env_str("DATABASE_OWNER_URL", "")
if _owner_url:
    # Only migration and seeding processes are given the owner's credentials; web and workers never are.
    DATABASES["owner"] = database_from_url(_owner_url)
DATABASE_ROUTERS = ["tenancy.router.OwnerMigratesRouter"]

REDIS_URL = env_str("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_TASK_TIME_LIMIT = 1800
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
}
CELERY_BEAT_SCHEDULE = {
    # every hour, not once a month: what an outage missed is caught up within the hour
    "open-due-returns": {"task": "scoring.tasks.open_due_returns", "schedule": crontab(minute=7)},
    "end-reopenings": {"task": "scoring.tasks.end_reopenings", "schedule": crontab(minute=2)},
    "sweep-jobs": {"task": "tenancy.tasks.sweep_jobs", "schedule": 30.0},
    "deliver-messages": {"task": "messaging.tasks.deliver_messages", "schedule": 60.0},
    "find-doubts": {"task": "projects.tasks.find_doubts_daily", "schedule": crontab(hour=5, minute=30)},
    "remind-due-returns": {
        "task": "scoring.tasks.remind_due",
        "schedule": crontab(hour="8-17", minute=5),  # each step is sent once; later runs catch up
    },
    "sweep-incoming-parts": {
        "task": "inspections.tasks.sweep_incoming_parts",
        "schedule": crontab(hour=3, minute=40),
    },
    "remind-tasks": {"task": "guidance.tasks.remind_tasks", "schedule": crontab(hour=8, minute=20)},
    "verify-invariants": {
        "task": "reports.tasks.verify_invariants",
        "schedule": crontab(hour=2, minute=30),  # of CELERY_TIMEZONE
    },
}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env_str("CACHE_URL", REDIS_URL.replace("redis+socket://", "unix://", 1)),
        "KEY_PREFIX": "anlan",
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.CharacterClassesValidator", "OPTIONS": {"classes": 3}},
    {"NAME": "accounts.passwords.NotReusedValidator", "OPTIONS": {"history": 5}},
]
PASSWORD_MAX_AGE_DAYS = env_int("ANLAN_PASSWORD_MAX_AGE_DAYS", 90)
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"

# Lock-out (等保 8.1.4.1 b): five wrong passwords lock the account from that address for 15 minutes.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "accounts.views.locked_out"
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_NAME = "__Host-anlan"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_IDLE_SECONDS = env_int("ANLAN_SESSION_IDLE_SECONDS", 30 * 60)
SESSION_ABSOLUTE_SECONDS = env_int("ANLAN_SESSION_ABSOLUTE_SECONDS", 12 * 3600)
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
CSRF_COOKIE_NAME = "__Host-anlan-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.views.csrf_failure"

SECURE_SSL_REDIRECT = env_bool("ANLAN_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
# Only these peers may say for whom they ask (X-Forwarded-For); addresses or networks of the reverse proxy.
TRUSTED_PROXIES = env_list("ANLAN_TRUSTED_PROXIES")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
    }
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "media"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# The clerk's page of a return posts one comment box per field shown, some 20 per project: a county of 50 projects is past
# Django's 1000, and a refusal would lose what was typed. The bytes above stay the limit of a form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# Invented cities and their logins; never where real records are kept.
ANLAN_DEMO = env_bool("ANLAN_DEMO", default=False)
# Photos of the field are scanned where a ClamAV daemon is named: host:port or the path of its socket.
ANLAN_CLAMAV = env_str("ANLAN_CLAMAV", "")
LEDGER_MAX_UPLOAD_BYTES = env_int("ANLAN_LEDGER_MAX_UPLOAD_BYTES", 20 * 1024 * 1024)

# Messages that leave the house. Without a host no e-mail is planned; group channels are set up on their page.
EMAIL_HOST = env_str("ANLAN_EMAIL_HOST", "")
EMAIL_PORT = env_int("ANLAN_EMAIL_PORT", 465)
EMAIL_HOST_USER = env_str("ANLAN_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env_str("ANLAN_EMAIL_PASSWORD", "")
EMAIL_USE_SSL = env_bool("ANLAN_EMAIL_SSL", default=True)
EMAIL_USE_TLS = env_bool("ANLAN_EMAIL_STARTTLS", default=False)
EMAIL_TIMEOUT = env_int("ANLAN_EMAIL_TIMEOUT_SECONDS", 20)
DEFAULT_FROM_EMAIL = env_str("ANLAN_EMAIL_FROM", EMAIL_HOST_USER or "anlan@localhost")
# What stands before the paths in e-mails, for example https://shuili.example.gov.cn; empty: the path alone.
ANLAN_SITE_URL = env_str("ANLAN_SITE_URL", "").rstrip("/")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "安澜外业接口",
    "DESCRIPTION": "平板与服务器之间的接口。规则见 docs/field-protocol.md。",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
}

LOGGING_CONFIG = "config.logs.configure"
LOGGING: dict[str, Any] = {"level": env_str("ANLAN_LOG_LEVEL", "INFO"), "json": True}
SILENCED_SYSTEM_CHECKS: list[str] = []
