"""Settings of the embedded single machine (`manage.py up`): plain HTTP on the loopback address."""

from __future__ import annotations

from config.env import env_bool
from config.settings.base import *  # noqa: F403 -- settings modules are layered by star import
from config.settings.base import DATA_DIR

ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_HSTS_PRELOAD = False
# "__Host-" cookies need HTTPS.
SESSION_COOKIE_NAME = "anlan"
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_NAME = "anlan-csrf"
CSRF_COOKIE_SECURE = False
ANLAN_DEMO = env_bool("ANLAN_DEMO", default=True)
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
