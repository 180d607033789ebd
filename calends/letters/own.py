"""The company's own texts: a folder beside the company file, letter by letter over the built-in.

letters/erasure_reply/fr/body.txt      replaces one letter's text in one language
letters/_blocks/fr/signature.txt       replaces a block in every letter that includes it
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from calends.letters.render import TEMPLATES
from calends.problems import Problem
from calends.rules.vocabulary import Language

FOLDER = "letters"


def own_letters(company_file: Path, setting: Path | None = None) -> Path | None:
    """The folder of own texts: the setting CALENDS_LETTERS, else `letters/` beside the company
    file. None when there is none: a letter is never held up by it."""
    folder = setting or company_file.parent / FOLDER
    return folder if folder.is_dir() else None


def built_in_files() -> list[str]:
    """Every file that an own one may replace, as `<letter>/<language>/<file>`."""
    return sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.glob("*/*/*.txt"))


def own_files(own: Path) -> list[str]:
    """The files of the folder that replace a built-in one, or are included by one."""
    return sorted(name for name in _files(own) if _may_replace(name))


def strays(own: Path) -> list[str]:
    """Files that replace nothing, most often misspelt."""
    return sorted(name for name in _files(own) if not _may_replace(name))


def copy_built_in(letters: Sequence[str], own: Path) -> list[Path]:
    """Lays the built-in texts of these letters into the folder, to be edited; blocks by `_blocks`.

    Raises Problem for an unknown letter and for a text that is there already: then nothing is
    written.
    """
    known = {name.partition("/")[0] for name in built_in_files()}
    if unknown := [letter for letter in letters if letter not in known]:
        raise Problem(f"no letter `{unknown[0]}`; `calends letters list` names them")
    names = [name for name in built_in_files() if name.partition("/")[0] in letters]
    if there := [name for name in names if (own / name).exists()]:
        raise Problem(f"{own / there[0]} is there already; mend: edit it, or remove it first")
    written = []
    for name in names:
        path = own / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((TEMPLATES / name).read_text(encoding="utf-8"), encoding="utf-8")
        written.append(path)
    return written


def _files(own: Path) -> list[str]:
    return [
        str(path.relative_to(own))
        for path in own.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.parts[-3:])
    ]


def _may_replace(name: str) -> bool:
    """Blocks may be new: an own text can include them."""
    parts = name.split("/")
    blocks = len(parts) == 3 and parts[0] == "_blocks" and parts[1] in set(Language)
    return (blocks and name.endswith(".txt")) or (TEMPLATES / name).is_file()
