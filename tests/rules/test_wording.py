import pytest

from calends.rules.vocabulary import Language, Right
from calends.rules.wording import Wording, languages_of_reply, reading_of


@pytest.mark.parametrize(
    ("wording", "right", "ask"),
    [
        (Wording.STOP, Right.PROSPECTING_OBJECTION, None),
        (Wording.STOP_INSIDE_OTHER_MAIL, Right.PROSPECTING_OBJECTION, None),
        (Wording.REMOVE_FROM_LIST, Right.PROSPECTING_OBJECTION, Right.ERASURE),
        (Wording.VAGUE, Right.ACCESS, Right.ACCESS),
    ],
)
def test_unclear_words_are_taken_for_the_person_and_stop_no_clock(
    wording: Wording, right: Right, ask: Right | None
) -> None:
    found = reading_of(wording)
    assert (found.rights, found.ask, found.pauses) == ((right,), ask, False)
    assert found.why.source


@pytest.mark.parametrize(
    ("asked", "languages"),
    [
        ("fr", (Language.FR,)),
        ("en", (Language.EN,)),
        ("de", (Language.FR, Language.EN)),
        ("", (Language.FR, Language.EN)),
    ],
)
def test_a_reply_is_in_the_language_of_the_message_or_in_french_with_plain_english(
    asked: str, languages: tuple[Language, ...]
) -> None:
    assert languages_of_reply(asked) == languages
