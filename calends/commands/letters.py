"""`calends letters`: what people will read, before anybody reads it. Needs no server of ours."""

from __future__ import annotations

import os
from pathlib import Path

import click

from calends.commands.which_company import company_file, company_option
from calends.company import load_company
from calends.letters.own import FOLDER, built_in_files, copy_built_in, own_files, own_letters
from calends.letters.preview import preview
from calends.letters.render import LetterBroken
from calends.problems import Problem
from calends.rules.vocabulary import Language

LANGUAGES = click.Choice([str(language) for language in Language])


@click.group(name="letters")
def app() -> None:
    """The texts of all letters, built in and the company's own."""


@app.command("list")
@company_option
def list_letters() -> None:
    """Every letter; `*` marks one that the company's own texts replace."""
    own = _own()
    replaced = {name.rpartition("/")[0] for name in (own_files(own) if own else ())}
    letters = sorted({name.rpartition("/")[0] for name in built_in_files()})
    for letter in letters:
        print(f"{letter} *" if letter in replaced else letter)


@app.command("preview")
@company_option
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="A folder.")
@click.option("--language", "languages", type=LANGUAGES, multiple=True, help="Default: both.")
@click.argument("letters", nargs=-1)
def preview_letters(output: Path, languages: tuple[str, ...], letters: tuple[str, ...]) -> None:
    """Every letter with sample facts, as text, HTML and PDF, under the company's letterhead."""
    company = load_company(company_file())
    known = {name.partition("/")[0] for name in built_in_files()} - {"_blocks"}
    if unknown := [letter for letter in letters if letter not in known]:
        raise Problem(f"no letter `{unknown[0]}`; `calends letters list` names them")
    wanted = tuple(Language(language) for language in languages) or tuple(Language)
    not_used: dict[str, str] = {}
    count = 0
    try:
        output.mkdir(parents=True, exist_ok=True)
        for _, rendered in preview(
            output,
            controller=company.controller,
            own=_own(),
            languages=wanted,
            letters=letters,
        ):
            count += 1
            if rendered.own_broken:
                not_used[f"{rendered.letter}/{rendered.language}"] = rendered.own_broken
    except OSError as error:
        raise Problem(f"{output}: {error.strerror}") from error
    except LetterBroken as error:
        raise Problem(f"{error}; mend: reinstall calends") from error
    for letter, why in not_used.items():
        click.echo(f"{letter}: own text not used: {why}", err=True)
    print(f"{count} letters in {output}; open {output / 'index.html'}")
    raise click.exceptions.Exit(1 if not_used else 0)


@app.command("copy")
@company_option
@click.argument("letters", nargs=-1, required=True)
def copy_letters(letters: tuple[str, ...]) -> None:
    """Lays the built-in texts of LETTERS into the folder of own texts, to be edited there."""
    folder = _setting() or company_file().parent / FOLDER
    try:
        for path in copy_built_in(letters, folder):
            print(path)
    except OSError as error:
        raise Problem(f"{folder}: {error.strerror}") from error


def _own() -> Path | None:
    return own_letters(company_file(), _setting())


def _setting() -> Path | None:
    value = os.environ.get("CALENDS_LETTERS")
    return Path(value) if value else None
