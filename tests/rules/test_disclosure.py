from datetime import date

import pytest

from calends.rules.disclosure import Content, Way, backups_gone_after, hold_images, how_to_give


@pytest.mark.parametrize("content", Content)
def test_every_kind_of_content_has_its_way_and_its_reason(content: Content) -> None:
    found = how_to_give(content)
    assert found.why.value == found.way
    assert found.why.source
    assert found.why.words


def test_what_could_harm_others_is_never_given_as_it_is() -> None:
    careful = {
        Content.OF_BOTH,
        Content.OF_OTHERS,
        Content.WITNESS,
        Content.MAIL_MENTIONING,
        Content.MARKED_PRIVATE,
        Content.IMAGE,
    }
    assert all(how_to_give(content).way is not Way.GIVE for content in careful)


def test_images_are_frozen_before_anybody_is_identified() -> None:
    unnamed = hold_images(None)
    assert (unnamed.freeze_at_once, unnamed.gone_after) == (True, None)
    assert unnamed.ask == ("day", "hour", "place")
    named = hold_images(date(2026, 5, 31))
    assert (named.freeze_at_once, named.gone_after, named.ask) == (True, date(2026, 6, 30), ())
    assert hold_images(date(2026, 5, 31), kept="P7D").gone_after == date(2026, 6, 7)


def test_a_backup_ends_with_its_rotation() -> None:
    assert backups_gone_after(date(2026, 6, 10), "P90D").value == "2026-09-08"
    with pytest.raises(ValueError, match="not an ISO 8601 period"):
        backups_gone_after(date(2026, 6, 10), "UNSET")
