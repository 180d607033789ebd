#!/bin/sh
# One-shot: a role and its databases for the engine, another for the register, each closed to the
# other. Safe to repeat; a changed password file becomes the role's password.
set -eu
: "${PGHOST:?}" "${PGUSER:=postgres}"
export PGHOST PGUSER
secrets=${SECRETS_DIR:-/run/secrets}
PGPASSWORD=$(cat "$secrets/postgres_password")
export PGPASSWORD

role() { # name, password file
    # psql reads the file itself: no password in the arguments of a process.
    PASSWORD_FILE=$2 psql --quiet --no-psqlrc --dbname postgres -v ON_ERROR_STOP=1 -v role="$1" <<'SQL'
\set password `cat "$PASSWORD_FILE"`
SELECT format('CREATE ROLE %I', :'role')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
ALTER ROLE :"role" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
SQL
}

database() { # name, owner
    psql --quiet --no-psqlrc --dbname postgres -v ON_ERROR_STOP=1 -v db="$1" -v owner="$2" <<'SQL'
SELECT format('CREATE DATABASE %I OWNER %I ENCODING ''UTF8'' TEMPLATE template0', :'db', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'db') \gexec
REVOKE ALL ON DATABASE :"db" FROM PUBLIC;
SQL
}

role temporal "$secrets/temporal_password"
role calends "$secrets/register_password"
database temporal temporal
database temporal_visibility temporal
database calends calends
