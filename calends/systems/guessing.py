"""What a column probably holds, from its name alone: never from what is in it.

A guess serves the check (an undeclared table that looks personal) and the draft of a declaration;
a human corrects it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from calends.systems.matching import folded

# Words of a name in their own order of strength: the first that fits decides.
_WORDS: Sequence[tuple[str, str]] = (
    ("user.contact.email", "email|e_mail|mail|courriel|adresse_mail|adressemail"),
    ("user.contact.phone_number", "phone|telephone|tel|mobile|portable|gsm|fax|handy|telefon"),
    ("user.name.first", "first_name|firstname|given_name|prenom|vorname"),
    (
        "user.name.last",
        "last_name|lastname|surname|family_name|nom_famille|nom_de_famille|nachname",
    ),
    ("user.demographic.date_of_birth", "birth|birthdate|birthday|naissance|dob|geburtsdatum"),
    ("user.government_id", "ssn|nir|securite_sociale|passport|passeport|siret_perso|cni|tax_id"),
    ("user.financial.bank_account", "iban|bic|rib|bank_account|compte_bancaire"),
    ("user.financial.credit_card", "card_number|pan|carte_bancaire|credit_card|ccn"),
    ("user.financial", "salary|salaire|income|revenu"),
    ("user.contact.address.postal_code", "zip|zipcode|postal_code|postcode|code_postal|cp|plz"),
    ("user.contact.address.city", "city|town|ville|commune|stadt"),
    ("user.contact.address.country", "country|pays"),
    ("user.contact.address.street", "street|address|adresse|rue|address_line|addr"),
    ("user.device.ip_address", "ip|ip_address|ip_addr|adresse_ip|remote_addr"),
    ("user.device.cookie_id", "cookie|cookie_id|device_id|advertising_id|idfa"),
    ("user.demographic.gender", "gender|sexe|sex|civilite|salutation|title_of_courtesy"),
    ("user.location", "latitude|longitude|lat|lng|geoloc"),
    ("user.authorization.credentials", "password|passwd|pwd|mot_de_passe|password_hash"),
    ("user.account.username", "login|username|user_name|pseudo|nickname"),
    ("user.name", "name|nom|full_name|nom_complet|contact_name|customer_name"),
    ("user.content", "comment|commentaire|note|message|remark|remarque|body"),
)

IDENTITIES = {"user.contact.email": "email", "user.contact.phone_number": "phone_number"}
"""Categories whose values say who somebody is."""

_SHARED = {"user.name", "user.content", "user.contact.address.city", "user.contact.address.country"}
"""What a product or a page has as well: alone it makes nothing personal."""


def category_of(column: str) -> str | None:
    """The data category (fideslang taxonomy) that the name speaks for; None: it speaks for none."""
    parts = _parts(column)
    for category, words in _WORDS:
        for word in words.split("|"):
            wanted = word.split("_")
            several = [*wanted[:-1], f"{wanted[-1]}s"]
            if any(parts[at : at + len(wanted)] in (wanted, several) for at in range(len(parts))):
                return category
    return None


def personal_looking(columns: Sequence[str]) -> tuple[list[str], bool]:
    """Those of a table's columns that look personal, and whether that is more than a name or a
    remark, which a product has as well."""
    found = {name: category for name in columns if (category := category_of(name)) is not None}
    return list(found), any(category not in _SHARED for category in found.values())


def _parts(column: str) -> list[str]:
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column)
    return [part for part in re.split(r"[^a-z0-9]+", folded(apart)) if part]
