"""Domains that belong together, and domains that only look as if they did."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

_ALIKE = (
    ("rn", "m"),
    ("vv", "w"),
    ("cl", "d"),
    ("0", "o"),
    ("1", "l"),
    ("i", "l"),
    ("5", "s"),
    ("-", ""),
)
_MIN_LABEL = 5  # letters a name needs for one changed letter to be a trick


def aligned(one: str, other: str) -> bool:
    """Whether both belong to one organisation (RFC 7489 3.1, relaxed)."""
    one, other = one.lower(), other.lower()
    if not one or not other:
        return False
    return one == other or organisation(one) == organisation(other)


@lru_cache(maxsize=4096)
def organisation(domain: str) -> str:
    """The domain under its public suffix: `shop.example.co.uk` is `example.co.uk`'s. From the list
    that comes with tldextract, without network."""
    found = _extract()(domain).top_domain_under_public_suffix
    return found or ".".join(domain.split(".")[-2:])  # under a suffix that is not on the list


def lookalike(domain: str, known: Iterable[str]) -> str | None:
    """Which of the known domains this one imitates; None for those themselves and for others."""
    domain = domain.lower()
    kin = [k for k in known if k]
    if not domain or any(domain == k or domain.endswith(f".{k}") for k in kin):
        return None
    shown = to_unicode(domain)
    return next((k for k in kin if _imitates(shown, k)), None)


def to_unicode(domain: str) -> str:
    """As a mail program may show it: `xn--…` labels decoded."""
    if "xn--" not in domain:
        return domain
    labels = []
    for label in domain.split("."):
        try:
            labels.append(label[4:].encode().decode("punycode") if label[:4] == "xn--" else label)
        except (UnicodeError, ValueError):
            labels.append(label)
    return ".".join(labels)


def has_confusables(text: str) -> bool:
    """Letters that pass for Latin ones, among Latin ones or instead of them."""
    return not text.isascii() and latin(text) != text


def latin(text: str) -> str:
    """The text with every letter that passes for an ASCII one replaced by that one."""
    return text if text.isascii() else "".join(map(_latin_letter, text))


@lru_cache(maxsize=4096)
def _latin_letter(letter: str) -> str:
    if letter.isascii():
        return letter
    from confusable_homoglyphs import confusables  # 2 MB of tables, needed by few messages

    found = confusables.is_confusable(letter, greedy=True, preferred_aliases=[])
    alike = [h["c"] for entry in found or [] for h in entry["homoglyphs"]]
    return next((c for c in alike if len(c) == 1 and c.isascii() and c.isalnum()), letter).lower()


def _imitates(shown: str, known: str) -> bool:
    label, theirs = _label(latin(shown)), _label(known)
    if latin(shown) == known or label == theirs:  # homoglyphs, or the same name elsewhere
        return True
    if len(theirs) < _MIN_LABEL:
        return False
    if known in shown or theirs in label:  # impro.example.evil.test, impro-support.test
        return True
    return _skeleton(label) == _skeleton(theirs) or OSA.distance(label, theirs) <= 1


def _label(domain: str) -> str:
    return organisation(domain).partition(".")[0]


def _skeleton(label: str) -> str:
    for seen, meant in _ALIKE:
        label = label.replace(seen, meant)
    return label


@cache
def _extract():  # type: ignore[no-untyped-def]
    import tldextract  # loads its list of suffixes; needed by few messages

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
