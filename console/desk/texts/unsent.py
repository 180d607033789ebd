"""Why a letter has not left."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "unsent": ("{letter}\u00a0: {why}", "{letter}: {why}"),
    "unsent_smtp": (
        "refusée par le serveur du destinataire (code {code}). L'adresse ou la boîte est à vérifier.",
        "refused by the recipient's server (code {code}). Check the address or the mailbox.",
    ),
    "unsent_doubtful": (
        "remise au serveur, qui n'a pas répondu. Elle est peut-être partie\u00a0: voyez le journal "
        "du serveur.",
        "handed to the server, which did not answer. It may have left: see the server's log.",
    ),
    "unsent_Bounced": (
        "revenue\u00a0: elle n'est pas arrivée.",
        "came back: it did not arrive.",
    ),
    "unsent_BadAddress": (
        "l'adresse n'en est pas une. Joignez la personne autrement.",
        "its address is none. Reach the person another way.",
    ),
    "unsent_NoAddress": (
        "aucune adresse à laquelle écrire. Joignez la personne autrement.",
        "there is no address to write to. Reach the person another way.",
    ),
    "unsent_unreachable": (
        "notre serveur de courrier ne répond pas. Elle partira dès qu'il répondra.",
        "our mail server does not answer. It leaves as soon as it does.",
    ),
    "unsent_postponed": (
        "le serveur du destinataire demande d'attendre. Elle est réessayée d'elle-même.",
        "the recipient's server asks to wait. It is tried again by itself.",
    ),
    "unsent_login": (
        "notre serveur de courrier refuse le mot de passe déclaré. Elle partira une fois le réglage corrigé.",
        "our mail server refuses the password that is set. It leaves once the setting is mended.",
    ),
    "unsent_tls": (
        "la connexion chiffrée à notre serveur de courrier échoue. Elle partira une fois le réglage corrigé.",
        "the encrypted connection to our mail server fails. It leaves once the setting is mended.",
    ),
    "unsent_sender": (
        "notre serveur de courrier n'accepte rien de nous. Elle partira une fois le réglage corrigé.",
        "our mail server takes nothing from us. It leaves once the setting is mended.",
    ),
}  # fmt: skip

FAMILIES: dict[str, tuple[str, ...]] = {
    "unsent_": (
        "smtp",
        "doubtful",
        "Bounced",
        "BadAddress",
        "NoAddress",
        "unreachable",
        "postponed",
        "login",
        "tls",
        "sender",
    ),
}
