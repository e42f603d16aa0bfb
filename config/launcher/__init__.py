"""The embedded single machine: own PostgreSQL, own Valkey, web, worker and beat under one supervisor.

Standard library only: it runs before Django is configured and must start on a machine with nothing but
python3. Production (docker-compose.yml) does not use it; there `DATABASE_URL` names the real server.
"""
