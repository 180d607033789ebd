#!/bin/sh
# Turns Docker secrets into the environment that calends reads, then becomes the process.
#   /run/secrets/CALENDS_…     one value a file
#   /run/secrets/systems.env   the URLs that the company file names: NAME=value, one a line
#   /run/secrets/mailboxes.env the passwords of mailboxes, likewise
set -eu
secrets=${SECRETS_DIR:-/run/secrets}

for file in "$secrets"/CALENDS_*; do
    [ -f "$file" ] || continue # the pattern itself, when there is none
    export "$(basename "$file")=$(cat "$file")"
done

for list in systems mailboxes; do
    [ -f "$secrets/$list.env" ] || continue
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
        '' | '#'*) ;;
        [A-Z]*=*) export "$line" ;;
        *)
            echo "$list.env: a line is not NAME=value" >&2 # the line may be a secret
            exit 2
            ;;
        esac
    done <"$secrets/$list.env"
done

exec "$@"
