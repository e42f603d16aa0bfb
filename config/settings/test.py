"""Settings of the test suite: the dev settings, faster hashing, no pool (each test database is its own)."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("ANLAN_FIELD_KEY", "dGVzdHMtb25seS1maWVsZC1rZXktMDEyMzQ1Njc4OWE=")

from config.settings.dev import *  # noqa: F403 -- settings modules are layered by star import
from config.settings.dev import DATA_DIR, DATABASES

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
DATABASES["default"]["OPTIONS"].pop("pool", None)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Never among the files of a city that was started in this tree.
MEDIA_ROOT = DATA_DIR / "test-media"
CELERY_TASK_ALWAYS_EAGER = False
LOGGING = {"level": "WARNING", "json": False}
# No collected static files in tests: whitenoise serves them through the finders.
WHITENOISE_AUTOREFRESH = True
