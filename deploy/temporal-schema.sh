#!/bin/sh
# One-shot: Temporal's two schemas, new or brought to the version of this image. Safe to repeat:
# setup-schema leaves a schema alone that is past 0.0, update-schema applies what is missing.
# The databases are there already (databases.sh): the role may not create any.
set -eu
: "${POSTGRES_SEEDS:?}" "${DB_PORT:=5432}"
SQL_PASSWORD=$(cat "${SECRETS_DIR:-/run/secrets}/temporal_password")
export SQL_PASSWORD
schemas=/etc/temporal/schema/postgresql/v12

tool() { # database, command…
    database=$1
    shift
    temporal-sql-tool --plugin postgres12 --ep "$POSTGRES_SEEDS" --port "$DB_PORT" \
        --user temporal --db "$database" "$@"
}

tool temporal setup-schema -v 0.0
tool temporal update-schema -d "$schemas/temporal/versioned"
tool temporal_visibility setup-schema -v 0.0
tool temporal_visibility update-schema -d "$schemas/visibility/versioned"
