"""All letters with sample facts as files to look at: text, HTML, PDF, and a page that lists them.

Nobody's data are in them; the letterhead may be the company's own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path

from calends.company import Controller
from calends.letters.html import environment, html_of
from calends.letters.layout import subject_alone
from calends.letters.pdf import pdf_of
from calends.letters.render import Rendered, render
from calends.letters.samples import sample_facts
from calends.rules.vocabulary import Language

AT = datetime(2026, 12, 15, 8, 0, tzinfo=UTC)
ADDRESS = ("Camille Exemple", "3 rue des Lilas", "44000 NANTES")


def preview(
    folder: Path,
    *,
    controller: Controller | None = None,
    own: Path | None = None,
    languages: Collection[Language] = tuple(Language),
    letters: Collection[str] = (),
) -> Iterator[tuple[str, Rendered]]:
    """Writes each letter and yields its name; the page `index.html` comes last.

    `letters`: only these; empty: all. The same input gives the same files. Raises LetterBroken
    for a built-in text that does not hold, and OSError when the folder cannot be written.
    """
    listed: list[dict[str, str]] = []
    for language in languages:
        for letter, variants in sample_facts(language, controller).items():
            if letters and letter not in letters:
                continue
            for number, facts in enumerate(variants, 1):
                rendered = render(letter, language, facts, own=own)
                name = f"{language}/{letter}" + (f"-{number}" if len(variants) > 1 else "")
                _write(folder / name, rendered)
                title = subject_alone(rendered)
                listed.append({"name": name, "title": title, "language": str(language)})
                yield name, rendered
    page = environment().get_template("preview.html").render(letters=listed)
    (folder / "index.html").write_text(page, encoding="utf-8")


def _write(path: Path, rendered: Rendered) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = f"{rendered.subject}\n\n{rendered.text}"
    path.with_suffix(".txt").write_text(text, encoding="utf-8")
    path.with_suffix(".html").write_text(html_of(rendered), encoding="utf-8")
    path.with_suffix(".pdf").write_bytes(pdf_of(rendered, at=AT, address=ADDRESS).content)
