"""By which channels somebody wants no more prospecting (GDPR 21(2)-(3))."""

from __future__ import annotations

import re
from enum import StrEnum

from calends.mail.sentences import fold


class Channel(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    SMS = "sms"
    POST = "post"
    PROFILING = "profiling"
    ALL = "all"


def _words(*forms: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(forms)})\b")


_ALL = _words(
    r"quel(?:le)?s? que soi(?:en)?t", r"tout(?:es)? (?:sollicitations?|publicites?|vos)",
    r"tous (?:les )?canaux", r"aucune? (?:sollicitation|publicite|offre)", "par quelque",
    "by any means", r"all (?:marketing|channels|communications?)", r"any (?:kind|means|form)",
)  # fmt: skip
_NAMED = {
    Channel.EMAIL: _words(
        r"(?:e-?)?mails?", "mels?", "courriels?", r"e-?mail(?:ing|ed)", "newsletters?",
        "infolettres?", r"lettres? d'info\w*", "correos?", "posta elettronica", r"nieuwsbrie\w*",
    ),
    Channel.PHONE: _words(
        r"r?appel(?:ez|er|le|lent|es?|s)?\b(?! d'offre)", r"telephon\w*", "coups? de fil",
        r"phon(?:e|ing)", "calls?", "calling", "called", "bloctel", "tps", r"anruf\w*",
        r"llamad\w*", "llamar", r"chiamat\w*", r"telefo\w*",
    ),
    Channel.SMS: _words("sms", "textos?", "texts?", "texting", "text messages?", "whatsapp"),
    Channel.POST: _words(
        "courriers?(?! elec)", "boite aux lettres", "la poste", r"postal\w*", "prospectus",
        "catalogues?", "leaflets?", "brochures?", "flyers?", "by post", "letters?",
    ),
    Channel.PROFILING: _words(r"profil(?:age|ing|e|es)?"),
}  # fmt: skip
_FINE = re.compile(
    r"[,;.]\s*(?:les |the |par )?(?:(?:e-?)?mails?|courriels?|sms|texts?)\b.{0,12}"
    r"\b(?:ca va|ok|fine|oui)\b"
)  # "no more SMS, mails are fine"


def channels_of(quotes: list[str]) -> list[Channel]:
    """The channels that the words of an objection name, in the order of `Channel`; [ALL] where they
    name none or all of them."""
    text = _FINE.sub("", fold(" . ".join(quotes)))
    if _ALL.search(text):
        return [Channel.ALL]
    return [channel for channel in Channel if _named(channel, text)] or [Channel.ALL]


def _named(channel: Channel, text: str) -> bool:
    pattern = _NAMED.get(channel)
    return pattern is not None and pattern.search(text) is not None
