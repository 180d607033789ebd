#!/bin/sh
# Makes what docker-compose.yml reads under deploy/secrets/; leaves every file that is there.
#   sh deploy/make-secrets.sh
# The files are readable by all, because Compose mounts them as they are into containers of
# several users; the directory above them is closed instead.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets

write() { # file, value
    [ -e "secrets/$1" ] && return
    printf '%s' "$2" >"secrets/.$1"
    chmod 0444 "secrets/.$1"
    mv "secrets/.$1" "secrets/$1"
    echo "made deploy/secrets/$1"
}

random() { # hexadecimal: such a password needs no quoting in a URL or in YAML
    od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

write postgres_password "$(random)"
write temporal_password "$(random)"
write register_password "$(random)"
write database_url "postgresql+asyncpg://calends:$(cat secrets/register_password)@postgres:5432/calends"
write smtp_password ""
write oidc_client_secret ""
write mailboxes.env "# NAME=value, one a line: CALENDS_IMAP_PASSWORD=…, and every \${NAME} of the mailboxes
# in the company file
"
write systems.env "# NAME=value, one a line: every \${NAME} of the company file, e. g.
# CALENDS_CRM_URL=postgresql+asyncpg://calends_locate:…@crm.example:5432/crm
"
