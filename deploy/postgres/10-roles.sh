#!/bin/bash
# First start of the database container: the three roles and the database, as config/launcher/postgres.py makes
# them on a single machine. Passwords come from the mounted secrets and never stand on a command line.
set -euo pipefail

read_secret() { tr -d '\r\n' <"/run/secrets/$1"; }

psql -v ON_ERROR_STOP=1 --quiet --username "$POSTGRES_USER" --dbname postgres <<SQL
SET log_min_error_statement = 'panic';
CREATE ROLE anlan_owner LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS
    PASSWORD '$(read_secret database_owner_password)';
CREATE ROLE anlan_app LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS
    PASSWORD '$(read_secret database_app_password)';
CREATE ROLE anlan_backup LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION BYPASSRLS
    PASSWORD '$(read_secret database_backup_password)';
GRANT pg_read_all_data TO anlan_backup;
CREATE DATABASE anlan OWNER anlan_owner TEMPLATE template0;
REVOKE ALL ON DATABASE anlan FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE anlan TO anlan_app;
GRANT CONNECT ON DATABASE anlan TO anlan_backup;
SQL
