import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.reference import find_references, is_reference, make_reference

references = st.builds(make_reference, st.integers(2000, 2999), st.integers(1, 999_999_999))
CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def test_a_reference_is_the_year_the_number_and_two_check_characters() -> None:
    assert make_reference(2026, 42) == "2026-00042-K7"


@given(references)
def test_what_is_made_is_a_reference(reference: str) -> None:
    assert is_reference(reference)
    assert find_references(reference) == [reference]


@given(references, st.data())
def test_any_one_wrong_character_is_noticed(reference: str, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([i for i, c in enumerate(reference) if c != "-"]))
    wrong = data.draw(st.sampled_from(CHARACTERS).filter(lambda c: c != reference[place]))
    typed = reference[:place] + wrong + reference[place + 1 :]
    assert not is_reference(typed)
    assert find_references(typed) == []


@given(references, st.data())
def test_any_two_neighbours_swapped_are_noticed(reference: str, data: st.DataObject) -> None:
    places = [i for i, c in enumerate(reference) if c != "-"]
    nth = data.draw(st.integers(0, len(places) - 2))
    typed = list(reference)
    one, other = places[nth], places[nth + 1]
    typed[one], typed[other] = typed[other], typed[one]
    swapped = "".join(typed)
    assert swapped == reference or not is_reference(swapped)
    assert swapped == reference or find_references(swapped) == []


def test_neighbouring_numbers_have_different_checks() -> None:
    checks = {make_reference(2026, number)[-2:] for number in range(1, 400)}
    assert len(checks) > 200


@pytest.mark.parametrize(
    "text",
    [
        "2026-00042-K7",
        "Re: votre demande 2026-00042-k7.",
        "ref 2026 - 00042 - K7",
        "ref (2026-\r\n 00042-K7)",
        "REF-2026–00042—K7",
        "2026\N{NO-BREAK SPACE}\N{NON-BREAKING HYPHEN}\N{NO-BREAK SPACE}00042-K7",
        "2026-00042-K7 and again 2026-00042-K7",
        "2026-00042-K8, no: 2026-00042-K7",
    ],
)
def test_a_reference_is_found_however_a_person_types_it(text: str) -> None:
    assert find_references(text) == ["2026-00042-K7"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-00042",
        "2026-00042-K8",
        "12026-00042-K7",
        "2026-00042-K7X",
        "2026-42-K7",
        "0026-00042-K7",
        "2026-00000-22",
        "٢٠٢٦-00042-K7",
        "2026" + " " * 5000 + "-00042-K7",
    ],
)
def test_nothing_that_only_looks_like_one_is_found(text: str) -> None:
    assert find_references(text) == []
    assert not is_reference(text)


def test_several_references_are_found_in_order() -> None:
    wanted = [make_reference(2026, 7), make_reference(2025, 123_456)]
    assert find_references(" ".join(wanted)) == wanted


@given(st.text(alphabet="0269- K7k\n\N{EN DASH}", max_size=80))
def test_whatever_is_found_in_any_text_is_a_reference(text: str) -> None:
    assert all(is_reference(found) for found in find_references(text))


@pytest.mark.parametrize("year", [0, 999, 10000])
def test_a_year_without_four_digits_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match="year of four digits"):
        make_reference(year, 1)


@pytest.mark.parametrize("number", [-1, 0, 1_000_000_000])
def test_a_number_out_of_range_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="a number from 1"):
        make_reference(2026, number)
