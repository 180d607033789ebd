"""A letter on paper: an archive format, the same bytes, every name, and nothing executed."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from calends.letters import fonts
from calends.letters.html import LAYOUTS
from calends.letters.pdf import Pdf, pdf_of
from calends.letters.render import render
from calends.letters.samples import sample_facts
from calends.problems import Problem
from calends.rules.vocabulary import Language
from tests.letters.test_structure import ALL, HOSTILE, replaced

AT = datetime(2026, 12, 15, 9, 30, tzinfo=timezone(timedelta(hours=1)))
ADDRESS = ("Camille Exemple", "3 rue des Lilas", "44000 NANTES")
FR = Language.FR


def posted(letter: str = "refusal", language: Language = FR, number: int = 0) -> Pdf:
    rendered = render(letter, language, sample_facts(language)[letter][number])
    return pdf_of(rendered, at=AT, address=ADDRESS)


def to(name: str) -> Pdf:
    facts = sample_facts(FR)["refusal"][0]
    facts["case"] = facts["case"] | {"addressee": name}
    return pdf_of(render("refusal", FR, facts), at=AT, address=(name, *ADDRESS[1:]))


def text_of(pdf: Pdf, tmp_path: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("needs poppler-utils")
    (tmp_path / "letter.pdf").write_bytes(pdf.content)
    read = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "letter.pdf", "-"], check=True, capture_output=True
    )
    return unicodedata.normalize("NFKC", read.stdout.decode())


def catalog(pdf: Pdf) -> Any:
    return PdfReader(BytesIO(pdf.content)).trailer["/Root"]


def xmp(pdf: Pdf) -> str:
    return str(catalog(pdf)["/Metadata"].get_data().decode())


@pytest.mark.parametrize(("letter", "language", "number"), ALL)
def test_every_letter_can_be_posted(letter: str, language: Language, number: int) -> None:
    pdf = posted(letter, language, number)
    assert pdf.standard
    assert not pdf.replaced
    assert pdf.pages == len(PdfReader(BytesIO(pdf.content)).pages)


def test_a_letter_declares_what_it_conforms_to() -> None:
    said = re.sub(r"\s", "", xmp(posted()))
    assert "<pdfaid:part>2</pdfaid:part>" in said
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in said
    assert "<pdfuaid:part>1</pdfuaid:part>" in said


@pytest.mark.parametrize("language", Language)
def test_a_letter_says_its_language_title_author_and_date(language: Language) -> None:
    pdf = posted("erasure_reply", language)
    reader = PdfReader(BytesIO(pdf.content))
    assert catalog(pdf)["/Lang"] == language
    assert catalog(pdf)["/MarkInfo"]["/Marked"]
    assert reader.metadata is not None
    assert reader.metadata.author == "Atelier Exemple"
    assert "2026-00042-K7" not in str(reader.metadata.title)
    assert reader.metadata.title
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.replace(tzinfo=None) == AT.replace(tzinfo=None)


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert posted("access_reply").content == posted("access_reply").content


def test_another_date_is_another_letter() -> None:
    rendered = render("refusal", FR, sample_facts(FR)["refusal"][0])
    later = pdf_of(rendered, at=AT + timedelta(days=1), address=ADDRESS)
    assert later.content != posted().content


def test_a_letter_says_on_paper_what_it_says_in_text(tmp_path: Path) -> None:
    rendered = render("erasure_reply", FR, sample_facts(FR)["erasure_reply"][0])
    printed = text_of(pdf_of(rendered, at=AT, address=ADDRESS), tmp_path)
    squeezed = re.sub(r"[\s’']", "", printed)
    for line in rendered.text.splitlines():
        said = re.sub(r"^(- |---)|[\s’']", "", line)
        assert said in squeezed or len(said) > 80, line
    assert "15 décembre 2026" in printed


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("Élodie Œuvrard-Ñandú", ""),
        ("Zażółć Gęślą", ""),
        ("Nguyễn Thị Hương", ""),
        ("Ωμέγα Παπαδοπούλου", ""),
        ("Дмитрий Щербаков", ""),
        ("محمد الحسن", "Arabic"),
        ("יעקב לוי", "Hebrew"),
        ("山田太郎", "Chinese, Japanese and Korean"),
        ("王小明", "Chinese, Japanese and Korean"),
        ("김철수", "Chinese, Japanese and Korean"),
    ],
)
def test_a_name_can_be_read_back_from_the_paper(name: str, script: str, tmp_path: Path) -> None:
    if script in fonts.missing_scripts():
        pytest.skip(f"needs a font for {script}")
    pdf = to(name)
    assert (pdf.standard, pdf.replaced) == (True, False)
    printed = text_of(pdf, tmp_path)
    for word in unicodedata.normalize("NFKC", name).split():
        # A reader gives right-to-left words in either order.
        assert word in printed or word[::-1] in printed


def test_a_character_of_no_font_is_replaced_and_said() -> None:
    pdf = to("Zo\ue000 \U000f0000é")
    assert (pdf.standard, pdf.replaced) == (True, True)


def test_a_character_without_a_font_here_costs_the_standard_not_the_letter() -> None:
    unprintable = "Zoé 𓀀𐤀"  # hieroglyph, Phoenician: in no font that Calends asks for
    pdf = to(unprintable)
    assert pdf.content.startswith(b"%PDF-")
    assert pdf.pages >= 1
    if not pdf.standard:
        assert "pdfaid" not in xmp(pdf)


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_no_name_stops_a_letter(name: str) -> None:
    assert to(name).content.startswith(b"%PDF-")


@pytest.mark.parametrize("letter", ["refusal", "rectification_reply", "recipient_notice"])
@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_is_read_as_markup_or_code(letter: str, value: str, tmp_path: Path) -> None:
    facts = replaced(sample_facts(FR)[letter][0], value)
    pdf = pdf_of(render(letter, FR, facts), at=AT, address=("A", value, "C"))
    printed = text_of(pdf, tmp_path)
    assert "root:" not in printed
    words = [word for word in re.findall(r"[#*=<>$%@\w]{3,}", value) if word.isascii()]
    squeezed = re.sub(r"\s", "", printed)
    for word in words[:4]:
        assert word[:40] in squeezed


def test_only_our_own_page_and_site_are_links_on_paper_too() -> None:
    facts = replaced(sample_facts(FR)["refusal"][0], "https://evil.example/pay")
    pages = PdfReader(BytesIO(pdf_of(render("refusal", FR, facts), at=AT).content)).pages
    links = [
        note.get_object()["/A"]["/URI"] for page in pages for note in page.get("/Annots") or []
    ]
    assert set(links) == {"https://www.cnil.fr", "https://atelier.example"}


def test_the_address_shows_in_the_window_of_the_envelope() -> None:
    lines = (*ADDRESS, "Appartement 12", "Résidence des Érables", "BP 12", "FRANCE")
    rendered = render("refusal", FR, sample_facts(FR)["refusal"][0])
    pdf = pdf_of(rendered, at=AT, address=lines)
    spots = _spots(pdf)
    for line in lines:
        x, y = next(spot for text, *spot in spots if line.split()[0] in text and spot[0] > 95)
        assert 100 <= x <= 190
        assert 45 <= y <= 79
    # Nothing else may show: the window moves by up to a centimetre.
    others = [text for text, x, y in spots if 90 < x < 200 and 34 < y < 90]
    assert all(any(part in line for line in lines) for text in others for part in text.split())


def test_a_long_address_is_set_smaller_and_still_fits() -> None:
    lines = tuple(f"{number} {'boulevard ' * 7}" for number in range(7))
    rendered = render("refusal", FR, sample_facts(FR)["refusal"][0])
    lowest = max(
        y for text, x, y in _spots(pdf_of(rendered, at=AT, address=lines)) if "boulevard" in text
    )
    assert lowest <= 81


def _spots(pdf: Pdf) -> list[tuple[str, float, float]]:
    """Texts of the first page, where they begin: millimetres from the left and from the top."""
    spots: list[tuple[str, float, float]] = []

    def visit(text: str, cm: list[float], tm: list[float], *_: Any) -> None:
        if text.strip():
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            spots.append((text.strip(), x / 72 * 25.4, 297 - y / 72 * 25.4))

    PdfReader(BytesIO(pdf.content)).pages[0].extract_text(visitor_text=visit)
    return spots


def test_a_page_link_is_also_a_picture_to_scan_named_for_screen_readers() -> None:
    page = sample_facts(FR)["identity_by_post"][0]
    without = page | {"page": page["page"] | {"url": ""}}
    named = [
        str(element.get("/Alt"))
        for facts in (page, without)
        for element in _structure(pdf_of(render("identity_by_post", FR, facts), at=AT))
        if element.get("/S") == "/Figure"
    ]
    assert named == ["https://droits.atelier.example/p/sample"]


def _structure(pdf: Pdf) -> list[Any]:
    """Every element of the document's structure tree."""
    found, open_ = [], [catalog(pdf)["/StructTreeRoot"]]
    while open_:
        element = open_.pop()
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            if hasattr(kid := kid.get_object(), "get"):
                found.append(kid)
                open_.append(kid)
    return found


def test_headings_and_lists_are_such_for_a_screen_reader() -> None:
    kinds = {str(element.get("/S")) for element in _structure(posted("erasure_reply"))}
    assert {"/H1", "/H2", "/L", "/LI", "/P"} <= kinds


@pytest.mark.parametrize(
    ("at", "address"),
    [(datetime(2026, 12, 15), ADDRESS), (AT, ("a",) * 8)],  # noqa: DTZ001
)
def test_what_cannot_be_posted_is_one_problem(at: datetime, address: tuple[str, ...]) -> None:
    rendered = render("refusal", FR, sample_facts(FR)["refusal"][0])
    with pytest.raises(Problem):
        pdf_of(rendered, at=at, address=address)


def test_a_letter_goes_without_any_font_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
    monkeypatch.setattr("calends.letters.pdf.fonts", lambda: bare)
    monkeypatch.setattr("calends.letters.pdf.families", lambda: (fonts.BODY,))
    assert to("Camille Éxemple").standard
    without = to("山田太郎")
    assert without.content.startswith(b"%PDF-")
    assert not without.standard


def test_the_layout_reads_no_file_and_evaluates_no_text() -> None:
    source = (LAYOUTS / "letter.typ").read_text(encoding="utf-8")
    for call in ("read(", "#import", "#include", "eval(", "plugin("):
        assert call not in source
