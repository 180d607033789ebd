"""Bytes to text: declared charset, then UTF-8, then Windows-1252, then a guess. Never raises."""

from __future__ import annotations

import binascii
import re

import charset_normalizer

# Python's codec registry also holds zip, punycode (quadratic) and unicode_escape (warns): only
# these are charsets of mail.
_CHARSET = re.compile(
    r"utf-?8|us-ascii|ascii|utf-?(16|32)(-?[lb]e)?|iso-?8859-?\d{1,2}|latin-?\d|(windows|cp)-?125\d"
    r"|cp(437|850|852|858|866|932|936|949|950)|koi8-?[rut]|macintosh|mac-?roman|gbk|gb2312|gb18030"
    r"|big5(-?hkscs)?|shift[_-]?jis|euc-?(jp|kr)|iso-?2022-?(jp|kr)|ks_c_5601-1987|tis-?620"
)
_ENCODED_WORD = re.compile(r"=\?([\w.+-]{1,40})(?:\*[\w-]{0,20})?\?([bBqQ])\?([^?\s]{0,2000})\?=")
_BETWEEN_WORDS = re.compile(r"(=\?[^?\s]{1,60}\?[bBqQ]\?[^?\s]{0,2000}\?=)\s+(?==\?)")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # PostgreSQL and JSON refuse them


def clean(text: str) -> str:
    """The text without NUL and lone surrogates, each shown as the replacement character."""
    return _UNSTORABLE.sub("�", text)


def decode(content: bytes, declared: str | None) -> str:
    """Text of bytes, by the ladder above."""
    name = (declared or "").strip().strip("'\"").lower()
    ladder = ([name] if _CHARSET.fullmatch(name) else []) + ["utf-8", "cp1252"]
    for charset in ladder:
        try:
            return clean(content.decode(charset))
        except (UnicodeDecodeError, LookupError):
            continue
    guess = charset_normalizer.from_bytes(content[:16_384]).best()
    return clean(content.decode(guess.encoding if guess else "cp1252", "replace"))


def decode_header_bytes(value: bytes) -> str:
    """Raw 8-bit in a header: UTF-8 nowadays (RFC 6532), Windows-1252 in older programs."""
    try:
        return clean(value.decode("utf-8"))
    except UnicodeDecodeError:
        return clean(value.decode("cp1252", "replace"))


def decode_words(value: str) -> str:
    """A header value with its encoded words (RFC 2047) read; what is broken stays as written."""
    joined = _BETWEEN_WORDS.sub(r"\1", value)
    parts: list[str] = []
    pending, charset = b"", ""  # neighbours of one charset may share a character: join their bytes
    position = 0
    for word in _ENCODED_WORD.finditer(joined):
        between = joined[position : word.start()]
        if pending and (between or word[1].lower() != charset):
            parts.append(decode(pending, charset))
            pending = b""
        parts.append(between)
        charset = word[1].lower()
        pending += _word_bytes(word[2].lower(), word[3])
        position = word.end()
    if pending:
        parts.append(decode(pending, charset))
    return "".join(parts) + joined[position:]


def _word_bytes(encoding: str, text: str) -> bytes:
    ascii_text = text.encode("utf-8", "replace")
    if encoding == "q":
        return binascii.a2b_qp(ascii_text, header=True)
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", ascii_text)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
