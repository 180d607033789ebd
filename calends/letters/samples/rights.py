"""Sample facts of the replies to the other rights, in the language of the letter."""

from __future__ import annotations

from datetime import date
from typing import get_args

from calends.company import Company
from calends.letters import facts
from calends.letters.inputs import (
    Change,
    DataSetRecipients,
    ExcludedSet,
    HumanReview,
    NamedRecipient,
    NotChanged,
    ObjectionOutcome,
    PortableSet,
    Remaining,
    RestrictedSet,
    WithdrawnConsent,
)
from calends.letters.samples.people import DAY, SAMPLE_PAGE, sample_case
from calends.letters.samples.pieces import (
    NOTICES,
    SAMPLE_NOTHING,
    SAMPLE_OUTCOMES,
    STOPS,
    WITHHELD,
)
from calends.rules.restriction import Ground
from calends.rules.vocabulary import Language

_BALANCING = (
    "L'intérêt de mesurer nos services l'emporte ici, car les réponses sont réduites à une note."
)


def right_facts(language: Language, company: Company) -> dict[str, list[facts.Facts]]:
    """For each letter of this kind, the facts of each of its variants."""
    return _disclosed(language, company) | _changed(language, company) | _chosen(language, company)


def _disclosed(language: Language, company: Company) -> dict[str, list[facts.Facts]]:
    case = sample_case(language)
    found, nothing, page = SAMPLE_OUTCOMES, SAMPLE_NOTHING, SAMPLE_PAGE
    sets = (
        PortableSet(system="CRM", title="fiche de contact", count=1, basis="contract"),
        PortableSet(system="CRM", title="réponses aux enquêtes", count=2, basis="consent"),
    )
    excluded = (
        ExcludedSet(what="factures", why="other_basis", basis="legal_obligation"),
        ExcludedSet(what="note de solvabilité", why="not_provided"),
        ExcludedSet(what="contrats (archives papier)", why="not_automated"),
        ExcludedSet(what="notes des échanges", why="rights_of_others"),
        ExcludedSet(
            what="passages de badge",
            why="stated",
            text="elles sont conservées moins de 48 heures",
        ),
    )
    recipients = (
        DataSetRecipients(
            title="fiche de contact",
            recipients=(
                NamedRecipient(name="Hébergeur Exemple SAS", role="hébergement", start=DAY),
                NamedRecipient(name="Exemple Ltd", country="Royaume-Uni", start=DAY, end=DAY),
                NamedRecipient(name="Régie Exemple", end=DAY),
            ),
        ),
        DataSetRecipients(title="notes des échanges"),
    )
    return {
        "portability_reply": [
            facts.portability_facts(company, case, found, sets, excluded, page),
            facts.portability_facts(
                company, case, found[:2], sets, (), None, transmitted_to="Autre Exemple SARL"
            ),
            facts.portability_facts(company, case, nothing, (), (), None),
            facts.portability_facts(company, case, found, (), excluded, None),
        ],
        "recipients_reply": [
            facts.recipients_facts(company, case, found[:2], recipients),
            facts.recipients_facts(company, case, found[:2], ()),
            facts.recipients_facts(company, case, nothing, ()),
        ],
    }


def _changed(language: Language, company: Company) -> dict[str, list[facts.Facts]]:
    case = sample_case(language)
    address = Change(
        system="CRM",
        title="fiche de contact",
        field="adresse postale",
        before="3 rue des Lilas",
        after="8 quai du Port",
        on=DAY,
    )
    changes = (
        address,
        address.model_copy(update={"kind": "completed", "before": ""}),
        address.model_copy(
            update={
                "kind": "disagreement_noted",
                "after": "l'appel du 3 mars n'a pas eu lieu",
            }
        ),
        address.model_copy(
            update={
                "field": "compte bancaire",
                "before": "",
                "after": "FR76 3000 6000 0112 3456 7890 189",
            }
        ),
    )
    whys = get_args(NotChanged.model_fields["why"].annotation)
    not_changed = [
        NotChanged(what="la facture F-2024-7", why=why, text="nous l'avons corrigée à la source")
        for why in whys
    ]
    sets = (
        RestrictedSet(system="CRM", title="fiche de contact", count=1),
        RestrictedSet(system="Archives papier", count=4),
    )
    review = date(2027, 1, 4)
    ends: tuple[facts.Afterwards, ...] = ("rectified", "erased", "resumed", "resumed")
    return {
        "rectification_reply": [
            facts.rectification_facts(company, case, changes, not_changed, NOTICES),
            facts.rectification_facts(company, case, changes[:1]),
            facts.rectification_facts(company, case, (), not_changed),
        ],
        "restriction_reply": [
            facts.restriction_facts(
                company,
                case,
                sets,
                grounds=(ground,),
                since=DAY,
                review_on=review if ground is Ground.ACCURACY_CONTESTED else None,
                not_restricted=WITHHELD if ground is Ground.CLAIMS_OF_PERSON else (),
                notices=NOTICES if ground is Ground.ACCURACY_CONTESTED else (),
            )
            for ground in Ground
        ],
        "restriction_lift_notice": [
            facts.restriction_lift_facts(
                company,
                case,
                grounds=(ground,),
                since=DAY,
                lift_on=review,
                why="Nous avons vérifié l'adresse auprès de vous le 2 janvier.",
                afterwards=afterwards,
            )
            for ground, afterwards in zip(Ground, ends, strict=True)
        ],
    }


def _chosen(language: Language, company: Company) -> dict[str, list[facts.Facts]]:
    case = sample_case(language)
    unnamed = case.model_copy(update={"addressee": "", "rights": ()})
    kinds = get_args(ObjectionOutcome.model_fields["outcome"].annotation)
    objections = [
        ObjectionOutcome(
            purpose="Enquêtes de satisfaction", outcome=kind, since=DAY, balancing=_BALANCING
        )
        for kind in kinds
    ]
    consent = WithdrawnConsent(purpose="Enquêtes de satisfaction", since=DAY)
    remaining = (
        Remaining(
            what="factures",
            basis="legal_obligation",
            source="art. L123-22 C. com.",
            until=date(2034, 12, 31),
        ),
        Remaining(what="contrats", basis="contract"),
    )
    review = HumanReview(
        what="refus du paiement en plusieurs fois",
        reviewed_on=DAY,
        reviewer="responsable financier",
        heard=True,
        criteria=("revenus réguliers", "dettes en cours"),
        changed=True,
        decision="paiement en trois fois accordé",
        reasons=("les revenus déclarés suffisent",),
    )
    upheld = review.model_copy(update={"heard": False, "changed": False})
    return {
        "prospecting_reply": [
            facts.prospecting_facts(company, case, STOPS, NOTICES),
            facts.prospecting_facts(company, unnamed, STOPS[:1]),
            facts.prospecting_facts(company, unnamed, STOPS[:1], still=("post", "sms")),
        ],
        "objection_reply": [
            facts.objection_facts(company, case, objections, NOTICES),
            facts.objection_facts(company, case, objections[:1], restricted_meanwhile=False),
            facts.objection_facts(company, case, objections[1:2]),
        ],
        "consent_withdrawal_reply": [
            facts.consent_facts(company, case, [consent], remaining, NOTICES),
            facts.consent_facts(
                company, unnamed, [consent.model_copy(update={"on_record": False})]
            ),
        ],
        "human_review_reply": [
            facts.human_review_facts(company, case),
            facts.human_review_facts(company, case, (review, upheld)),
        ],
    }
