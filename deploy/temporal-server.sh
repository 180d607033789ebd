#!/bin/sh
# The image takes its database password from the environment only; here it comes from a secret.
set -eu
POSTGRES_PWD=$(cat "${SECRETS_DIR:-/run/secrets}/temporal_password")
export POSTGRES_PWD
exec /etc/temporal/entrypoint.sh
