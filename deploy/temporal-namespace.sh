#!/bin/sh
# One-shot: our namespace, its retention and its search attributes. Safe to repeat, also after a
# run that stopped half-way. The CLI reads TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE itself.
set -eu
: "${TEMPORAL_ADDRESS:?}" "${TEMPORAL_NAMESPACE:?}" "${RETENTION:?}" "${SEARCH_ATTRIBUTES:?}"

within_a_minute() { # command…
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        if [ "$tries" -ge 30 ]; then
            echo "gave up: $*" >&2
            return 1
        fi
        sleep 2
    done
}

namespace_is_there() {
    temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1
}

namespace_with_retention() {
    if namespace_is_there; then
        temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
    else
        temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
    fi
}

attribute() { # name, type
    # A new namespace is known to the frontend only after its next refresh of the list.
    known=$(temporal operator search-attribute list) || return 1
    if ! echo "$known" | grep -Eq "^ *$1 "; then
        temporal operator search-attribute create --name "$1" --type "$2"
    elif ! echo "$known" | grep -Eq "^ *$1 +$2 *$"; then
        echo "search attribute $1 is there with another type than $2" >&2
        exit 2
    fi
}

within_a_minute temporal operator cluster health
within_a_minute namespace_with_retention
for pair in $SEARCH_ATTRIBUTES; do
    within_a_minute attribute "${pair%%=*}" "${pair#*=}"
done
