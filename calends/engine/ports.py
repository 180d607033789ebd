"""TCP ports of this machine: free ones chosen and remembered, given ones checked."""

from __future__ import annotations

import errno
import json
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from calends.engine.files import write_atomically
from calends.problems import Problem

LOOPBACK = "127.0.0.1"


def _listen(host: str, port: int) -> socket.socket:
    """Binds and listens. Raises OSError (also socket.gaierror when the host has no address)."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, kind, protocol)
    try:
        # A port in TIME_WAIT is free for a server; one with a listener still refuses.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(1)
    except OSError:
        bound.close()
        raise
    return bound


def is_free(port: int, host: str = LOOPBACK) -> bool:
    try:
        _listen(host, port).close()
    except OSError:
        return False
    return True


def free_ports(count: int) -> list[int]:
    """Different free ports of the loopback address."""
    with ExitStack() as stack:  # all held open together, so that no two are the same
        sockets = [stack.enter_context(_listen(LOOPBACK, 0)) for _ in range(count)]
        return [int(bound.getsockname()[1]) for bound in sockets]


def require_free(host: str, port: int, settings: str) -> None:
    """Raises Problem, with the setting to change (`<settings>_HOST` or `_PORT`), when a server
    could not listen there."""
    try:
        _listen(host, port).close()
    except socket.gaierror as error:
        raise Problem(f"{settings}_HOST: `{host}` is not an address of this machine") from error
    except OSError as error:
        reason = {
            errno.EADDRINUSE: "in use by another program",
            errno.EACCES: "reserved for root",
            errno.EADDRNOTAVAIL: "not at an address of this machine",
        }.get(error.errno or 0, error.strerror or "not available")
        raise Problem(
            f"port {port} on {host} is {reason}; set {settings}_PORT to a free one"
        ) from error


def remembered_ports(file: Path, names: Sequence[str]) -> dict[str, int]:
    """The ports that `file` gives these names, so that a restart keeps its addresses.

    A port never chosen, or taken by another program since, is chosen anew and remembered.
    """
    known = _read(file)
    kept = {name: known[name] for name in names if name in known and is_free(known[name])}
    missing = [name for name in names if name not in kept]
    ports = kept | dict(zip(missing, free_ports(len(missing)), strict=True))
    if ports != known:
        write_atomically(file, json.dumps(ports, indent=1))
    return ports


def _read(file: Path) -> dict[str, int]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        str(name): port
        for name, port in found.items()
        if isinstance(port, int) and 0 < port < 65536
    }
