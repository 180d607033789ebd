"""Sample facts of the letters that ask: who writes, for whom; of recipients, of the DPO."""

from __future__ import annotations

from calends.company import Company
from calends.letters import facts
from calends.letters.inputs import (
    Change,
    ContactChange,
    KnownBy,
    PostingOrder,
    Reason,
    RecipientOrder,
)
from calends.letters.samples.people import DAY, SAMPLE_PAGE, sample_case
from calends.rules.vocabulary import Language

_CHANGE = Change(
    system="CRM",
    title="fiche de contact",
    field="adresse postale",
    before="3 rue des Lilas, 44000 Nantes",
    after="8 quai du Port, 44000 Nantes",
    on=DAY,
)


def question_facts(language: Language, company: Company) -> dict[str, list[facts.Facts]]:
    """For each letter of this kind, the facts of each of its variants."""
    return (
        _identity(language, company) | _for_another(language, company) | _others(language, company)
    )


def _identity(language: Language, company: Company) -> dict[str, list[facts.Facts]]:
    page = SAMPLE_PAGE
    case = sample_case(language).model_copy(update={"addressee": ""})
    reason = {
        Language.FR: "Deux personnes du même nom figurent dans nos fichiers, à la même adresse.",
        Language.EN: "Two people of the same name, at the same address, are in our files.",
    }[language]
    return {
        "identity_request": [facts.identity_facts(company, case, page)],
        "identity_reminder": [facts.identity_facts(company, case, page, asked_on=DAY)],
        "identity_by_post": [facts.identity_facts(company, case, page)],
        "identity_second_factor": [
            facts.second_factor_facts(
                company,
                case,
                page,
                references=("customer_number", "contract_number", "invoice_number"),
                by_post=True,
            ),
            facts.second_factor_facts(
                company, case, None, references=("order_number",), clock_paused=True
            ),
            facts.second_factor_facts(company, case, None, references=(), by_post=True),
        ],
        "identity_document": [
            facts.document_facts(company, case, page, reason=reason),
            facts.document_facts(company, case, page, reason=reason, clock_paused=True),
        ],
        "document_deleted": [
            facts.document_deleted_facts(
                company, case, deleted_on=DAY, asked=True, result="matched"
            ),
            facts.document_deleted_facts(
                company, case, deleted_on=DAY, asked=True, result="not_matched"
            ),
            facts.document_deleted_facts(
                company, case, deleted_on=DAY, asked=False, result="not_used"
            ),
        ],
        "not_identified": [
            facts.not_identified_facts(company, case, page),
            facts.not_identified_facts(company, case.model_copy(update={"rights": ()}), None),
        ],
        "contact_change_notice": [
            facts.contact_change_facts(
                company,
                case,
                ContactChange(kind=kind, new=new, asked_on=DAY, answer_by=case.safe_due),
                page,
            )
            for kind, new in (
                ("email", "camille.exemple@courriel.example"),
                ("phone", "+33 1 99 00 12 34"),
                ("postal", "8 quai du Port, 44000 Nantes"),
                ("bank", "FR76 3000 6000 0112 3456 7890 189"),
            )
        ],
    }


def _for_another(language: Language, company: Company) -> dict[str, list[facts.Facts]]:
    page = SAMPLE_PAGE
    case = sample_case(language).model_copy(update={"addressee": ""})
    reason = {
        Language.FR: "Aucun document n'établit votre qualité d'héritier.",
        Language.EN: "No document shows that you are an heir.",
    }[language]
    reasons = (Reason(kind="stated", text=reason),)
    everything: tuple[facts.MandateLack, ...] = (
        "mandate",
        "object",
        "duration",
        "signature",
        "agent_identity",
        "principal_identity",
    )
    return {
        "mandate_request": [
            facts.mandate_facts(company, case, page, everything),
            facts.mandate_facts(company, case, None, ("duration",)),
        ],
        "minor_request": [
            facts.minor_facts(company, case, page, writer="parent"),
            facts.minor_facts(company, case, None, writer="parent"),
            facts.minor_facts(company, case, page, writer="child"),
            facts.minor_facts(company, case, None, writer="child"),
        ],
        "heirship_request": [
            facts.heirship_facts(company, case, page),
            facts.heirship_facts(company, case, None),
        ],
        "deceased_refusal": [
            facts.deceased_refusal_facts(company, case, reasons, death_noted=True),
            facts.deceased_refusal_facts(company, case, reasons, death_noted=False),
        ],
    }


def _others(language: Language, company: Company) -> dict[str, list[facts.Facts]]:
    case = sample_case(language).model_copy(update={"addressee": "", "rights": ()})
    known = (
        KnownBy(kind="name", value="Camille Exemple"),
        KnownBy(kind="email", value="camille@exemple.example"),
        KnownBy(kind="phone", value="+33 1 99 00 12 34"),
        KnownBy(kind="postal", value="3 rue des Lilas, 44000 Nantes"),
        KnownBy(kind="customer_number", value="C-1042"),
        KnownBy(kind="reference", value="R-7"),
    )

    def order(**different: object) -> RecipientOrder:
        told = {
            "act": "erase",
            "recipient": "Hébergeur Exemple SAS",
            "decided_on": DAY,
            "answer_by": case.safe_due,
            "identifiers": known,
            "data_sets": ("fiche de contact", "devis"),
        }
        return RecipientOrder.model_validate(told | different)

    sealed = {"identifiers": (), "page": SAMPLE_PAGE, "data_sets": ()}
    orders = [
        order(),
        order(act="rectify", changes=(_CHANGE, _CHANGE.model_copy(update={"before": ""}))),
        order(act="rectify", changes=(_CHANGE.model_copy(update={"kind": "disagreement_noted"}),)),
        order(act="restrict", **sealed),
        order(act="lift", **sealed),
        order(act="stop_prospecting", **sealed),
        order(act="object", **sealed),
        order(act="withdraw_consent", **sealed),
    ]
    post = PostingOrder(
        subject="Votre demande d'accès : notre réponse",
        address=("Camille Exemple", "3 rue des Lilas", "44000 NANTES"),
        post_by=DAY,
        pages=3,
        registered=True,
    )
    plain = post.model_copy(update={"pages": 0, "registered": False})
    return {
        "recipient_notice": [facts.recipient_facts(company, case, each) for each in orders],
        "recipient_reminder": [
            facts.recipient_facts(company, case, orders[0], told_on=DAY),
            facts.recipient_facts(company, case, orders[3]),
        ],
        "posting_sheet": [
            facts.posting_facts(company, case, post),
            facts.posting_facts(company, case, plain),
        ],
        "alert_dpo": [facts.common_facts(company, case)],
        "alert_deputy": [
            facts.deputy_facts(company, case, ("review_access", "extension"), absent_since=DAY),
            facts.deputy_facts(company, case, ("triage",)),
        ],
        "alert_management": [facts.common_facts(company, case)],
    }
