"""Short messages as people write them, and what they are. Written for these tests."""

from __future__ import annotations

from dataclasses import dataclass

from calends.rules.vocabulary import Right

ACCESS, ERASURE, STOP = Right.ACCESS, Right.ERASURE, Right.PROSPECTING_OBJECTION


def letter(text: str, subject: str = "", head: str = "") -> bytes:
    """A plain mail of Camille Exemple with that text."""
    return (
        "From: Camille Exemple <camille@person.example>\n"
        "To: contact@company.example\n"
        f"Subject: {subject}\n"
        "Message-ID: <1@person.example>\n"
        f"{head}"
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
        f"Content-Transfer-Encoding: 8bit\n\n{text}\n"
    ).encode()


@dataclass(frozen=True)
class Sample:
    text: str
    rights: frozenset[Right]
    subject: str = ""


def _samples(*rights: Right, texts: list[str | tuple[str, str]]) -> list[Sample]:
    pairs = [text if isinstance(text, tuple) else ("", text) for text in texts]
    return [Sample(text, frozenset(rights), subject) for subject, text in pairs]


PLAIN: list[Sample] = [
    *_samples(
        ACCESS,
        texts=[
            "Bonjour,\n\nJe souhaite obtenir une copie de toutes les données que vous avez sur"
            " moi.\n\nMerci,\nCamille Exemple",
            "Quelles informations avez-vous sur moi ? Merci de me répondre rapidement.",
            "bonjour je voudrai savoir se que vous avez comme info sur moi merci",
            "En application de l'article 15 du RGPD, je vous prie de bien vouloir m'indiquer si des"
            " données me concernant figurent dans vos fichiers.",
            "Je vous demande de m'envoyer l'intégralité de mes données personnelles.",
            "Bonjour, j'exerce mon droit d'accès. Cordialement",
            "dites moi tout ce que vous avez sur moi, j'en ai marre de vos cachotteries",
            ("Demande d'accès à mes données", "Bonjour,\nvoir l'objet.\nMerci"),
            "Merci de me transmettre mes données perso avant que je me fâche bande d'incapables.",
            "Hi, what personal data do you hold about me?",
            "Please send me a copy of all my personal data.",
            "This is a subject access request. I want everything you have on me.",
            "hey can u send me all the info u have on me thx",
            "I would like access to my personal data under article 15 GDPR.",
            "I am exercising my right of access. Please confirm whether you process data about me.",
            "Pouvez-vous me dire quelles données vous détenez à mon sujet, d'où elles viennent et"
            " combien de temps vous les gardez ?",
            "Je veux consulter les informations me concernant dans votre base clients.",
            "Avez-vous des données me concernant ?",
            "Do you have any data about me?",
            "Je voudrais savoir si vous avez des données sur moi",
            "Merci de m'indiquer l'origine des données me concernant",
            "Ne supprimez rien, envoyez-moi juste une copie de mes données.",
            "Sans réponse sous un mois je saisirai la CNIL. Je veux une copie de mes données.",
            "Bonjour\nsuite à mon achat de mars, pouvez vous me communiquer mes données svp ?",
        ],
    ),
    *_samples(
        ERASURE,
        texts=[
            "Supprimez toutes mes données.",
            "Bonjour, je souhaite la suppression de mes données personnelles. Merci.",
            "suprimer mes donnees svp",
            "effacez mes donné personel immediatement",
            "Je veux exercer mon droit à l'oubli.",
            "Merci d'effacer mon compte et toutes les informations me concernant.",
            "Au titre de l'article 17 du RGPD, veuillez procéder à l'effacement de mes données.",
            "Virez-moi de votre base de données, vous êtes des escrocs !!!",
            "Je ne veux plus être client chez vous, supprimez mon compte.",
            ("Suppression de mes données", "Bonjour\n\nMerci de faire le nécessaire.\n"),
            "Please delete my account and all my data.",
            "I want to be forgotten: erase everything you have on me.",
            "delete my data now you idiots",
            "I hereby request the erasure of my personal data under Article 17 GDPR.",
            "Kindly remove my details from your database.",
            "Pls remove me from your database",
            "I invoke my right to be forgotten.",
            "jaimerais que vous effaciez toute mes infos",
            "Can you erase me from your files",
            "Please do not send me a copy of my data, just delete it",
            "I never signed up for this. Remove my email.",
            "Pouvez-vous retirer mes coordonnées de vos fichiers clients ? Je ne suis plus cliente"
            " depuis 2019.",
            "Conformément à votre politique de confidentialité, je demande la suppression de mes"
            " données personnelles.",
            "Je souhaite que vous\nsupprimiez mes données\nau plus vite",
        ],
    ),
    *_samples(
        STOP,
        texts=[
            "STOP",
            "Stop.\n\nEnvoyé de mon iPhone",
            "stop pub",
            "Bonjour,\nStop merci",
            "STOP\n\nCamille Exemple",
            ("unsubscribe", ""),
            ("Désinscription", ""),
            ("Re: Nos offres de printemps", "désinscription"),
            "unsubscribe",
            "Désinscrivez-moi.",
            "desinscrivez moi svp",
            "Arrêtez vos mails.",
            "Arretez de m'envoyer vos pubs !!!",
            "Supprimez-moi de votre liste.",
            "Merci de retirer mon adresse de votre liste de diffusion.",
            "Je ne souhaite plus recevoir vos newsletters.",
            "je veux plus de vos mails",
            "Je m'oppose à l'utilisation de mes données à des fins de prospection commerciale.",
            "Ne m'appelez plus jamais.",
            "Cessez de me démarcher, c'est du harcèlement.",
            "Je vous ai acheté un canapé en mai. Depuis je reçois dix mails par semaine. La"
            " livraison était en retard, le service client ne répond pas, et en plus vous"
            " m'inondez : arrêtez vos mails. J'attends toujours mon remboursement.",
            "Please unsubscribe me.",
            "Take me off your mailing list.",
            "Remove me from your list please",
            "Stop emailing me.",
            "I don't want to receive any more marketing emails.",
            "I object to direct marketing under Article 21(2) GDPR.",
            "no more spam",
            "Rayez-moi de vos listes !",
            "enlever moi de vos contact",
            "opt me out",
            "j ai demander plusieur foi darreter les mail vous comprenez pas",
            "Veuillez supprimer mes coordonnées de vos fichiers d'envoi de publicité.",
            "Do not contact me again.",
            "J'ai cliqué trois fois sur le lien, j'ai demandé à être désinscrit, et vos mails"
            " continuent. Désabonnez-moi.",
            "Je retire mon consentement à la réception de vos offres commerciales.",
        ],
    ),
    *_samples(
        ACCESS,
        ERASURE,
        texts=[
            "Envoyez-moi une copie de mes données puis supprimez-les : effacez toutes mes données.",
            "I want a copy of my data. After that, delete my account.",
            "Je souhaite :\n- une copie de mes données personnelles\n- la suppression de mon"
            " compte\nMerci",
        ],
    ),
    *_samples(
        ERASURE,
        STOP,
        texts=[
            "Supprimez mes données et désinscrivez-moi de votre newsletter.",
            "Unsubscribe me and delete all my data.",
        ],
    ),
]
"""Plain demands of the three rights that a case handles by itself: no human needed to read."""

OTHER_RIGHTS: list[Sample] = [
    *_samples(
        Right.RECTIFICATION,
        texts=[
            "Merci de corriger mon nom : c'est Exemple avec un x.",
            "Please correct my date of birth in your records.",
        ],
    ),
    *_samples(
        Right.PORTABILITY,
        texts=[
            "J'exerce mon droit à la portabilité.",
            "I request data portability under article 20 GDPR.",
        ],
    ),
    *_samples(
        Right.RESTRICTION,
        texts=["Je demande la limitation du traitement.", "Please restrict the processing."],
    ),
    *_samples(
        Right.OBJECTION,
        texts=[
            "Je m'oppose au traitement de mes données.",
            "I object to the processing of my data.",
        ],
    ),
    *_samples(
        Right.CONSENT_WITHDRAWAL,
        texts=["Je retire mon consentement.", "I withdraw my consent."],
    ),
    *_samples(
        Right.HUMAN_REVIEW,
        texts=[
            "Je demande une intervention humaine sur le refus de mon crédit.",
            "I want a human review of this decision.",
        ],
    ),
    *_samples(
        Right.RECIPIENTS,
        texts=["À qui avez-vous vendu mes données ? Je veux une réponse.",
               "Please tell me who you have shared my data with."],
    ),
]  # fmt: skip
"""Rights that are read and go to a human."""

DOUBTFUL: list[str] = [
    "RGPD",
    "Bonjour, j'ai une question sur le RGPD et mes données personnelles.",
    "Je vais saisir la CNIL !",
    "GDPR request",
    "Si vous ne supprimez pas mes données je saisis la CNIL",
    "je souhaite récupérer mes données",
    "I want to see my file",
    "Comment supprimer mon compte ?",
    "How can I delete my account?",
    "Où avez-vous eu mon adresse mail ?",
    "I care about my privacy and what you do with personal data worries me.",
    "Je vous ai demandé le 3 mars la suppression de mes données, sans réponse à ce jour.",
    "I sent you an access request six weeks ago and have not received an answer.",
    "Ma mère est décédée, merci de supprimer ses données personnelles.",
    "Je suis avocat et j'agis au nom de ma cliente : veuillez m'envoyer toutes les données la"
    " concernant. RGPD art. 15.",
    "J'annule ma demande RGPD d'accès à mes données, oubliez.",
]
"""May be a request: the clock runs, a human looks."""

NO_REQUEST: list[str | tuple[str, str]] = [
    "Bonjour, pourriez-vous m'envoyer un devis pour une cuisine ? Cordialement",
    "Veuillez trouver ci-joint notre facture n° 2026-118.",
    "Où en est ma commande 48213 ? Je n'ai rien reçu.",
    "Please delete the last line of the order and resend the invoice.",
    "Merci de supprimer la ligne 3 du devis.",
    "Nous n'avons pas accès au chantier avant lundi, le portail est fermé.",
    ("Demande d'accès au chantier", "Bonjour, il nous faut le badge pour mardi."),
    "Je vous adresse ma candidature au poste de comptable. Vous trouverez mon CV joint.",
    "Vous disposez d'un droit d'accès, de rectification et d'effacement de vos données.",
    "Your right of access is described in our privacy policy.",
    "Hello, is the oak table still in stock? Thanks",
    "Je ne reçois plus vos mails de suivi de commande, pourquoi ?",
    "Ne supprimez pas mon compte, je reviens en septembre.",
    "Please do not delete my account, I still need it.",
    "Je ne souhaite pas me désinscrire.",
    "Merci, bien reçu. Bonne journée.",
    "Pouvez-vous arrêter les travaux jeudi ? Le voisin s'est plaint du bruit.",
    "Merci de modifier l'adresse de livraison de ma commande.",
    "Rappelez-moi demain au 06 12 34 56 78, pas le matin.",
    "Nous répondrons à votre appel d'offres avant le 12.",
    "Could you send me the information about the summer course?",
    "N'hésitez pas à me contacter pour tout renseignement.",
    "If you have any question, do not hesitate to contact me.",
    "Pour vous désinscrire de nos communications, cliquez ici.",
    "If you no longer wish to receive our newsletter, click here to unsubscribe.",
    "Je me désinscris de l'atelier du 12 mars, j'ai un empêchement.",
    "Je vous transmets mes coordonnées pour le rendez-vous : 06 12 34 56 78.",
    "J'annule ma demande de devis.",
    "J'ai perdu l'accès à mon compte, pouvez-vous me renvoyer mon mot de passe ?",
    "Vous trouverez mes coordonnées bancaires ci-joint pour le virement.",
    "Pouvez-vous me transmettre les données techniques de la chaudière ?",
    "On ne reçoit plus de mails de votre part, y a-t-il un problème ?",
    "L'article 17 du contrat prévoit des pénalités, merci de nous répondre.",
    "Please remove item 3 from my order",
    "Votre colis est arrivé. Consultez vos informations sur votre espace client.",
]
