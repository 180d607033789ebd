"""French, as people write it: without accents, with typos, rude, or quoting articles."""

from __future__ import annotations

from calends.mail.tongue import Phrase, Tongue, words
from calends.rules.vocabulary import Right

_DATA = r"(?:don+n?e+e?s?|infos?|informations?|coordon+ee?s?|renseignements?)\b"
_ABOUT_ME = (
    r"(?:(?:qui )?me concern\w+|(?:sur|de) moi\b|a mon (?:sujet|propos|nom|encontre|egard)\b)"
)
_MY_DATA = rf"(?:mes (?:\w+ ){{0,2}}?{_DATA}|{_DATA}~80~{_ABOUT_ME})"
_HOLD = (
    r"(?:savez|avez|avait|detenez|possedez|gardez|conservez|stockez|traitez|enregistre\w*"
    r"|connaissez)"
)
_ERASE = (
    r"(?:sup+r+i?m\w*|sup+r+es+ion\w*|ef+ac\w*|detrui\w*|destruction|elimin\w+|enlev\w+|retir(?:ez"
    r"|er|e|iez)\b"
    r"|retrait|oubli(?:ez|er)\b|vire[rz]\b|purge[rz]\b|nettoye[rz]\b|anonymis\w+)"
)
_MAILS = (
    r"(?:(?:e-?)?mails?|mels?|courriels?|sms|textos?|appels? (?!d'offre)|appels?$|coups? de fil"
    r"|pubs?"
    r"|publicit\w+|newsletters?|news\b|infolettres?|spams?|mailings?|(?:messages?|courriers?"
    r"|offres?|relances?"
    r"|informations?|communications?|propositions?|envois?) (?:promo\w*|publicit\w+|commercia\w+)"
    r"|promos?|promotions?"
    r"|prospectus|demarchages?|prospection\w*|sollicitations?|marketing|telemarketing|emailings?)\b"
)
_BOTHER = (
    r"(?:contact\w+|harcel\w+|demarch\w+|sollicit\w+|relanc\w+|spam\w+|appel\w+|ecri\w+|derang\w+"
    r"|telephon\w+|importun\w+|prospect\w+)"
)
_LIST = (
    r"(?:contacts?\b|listes?(?: de (?:diffusion|contacts?|mailing|distribution|publipostage"
    r"|prospection"
    r"|prospects?)"
    r"| d'(?:envois?|emailing|e-mailing|adresses)| (?:e-?)?mails?| (?:e-)?mailing)?(?! (?:de|des"
    r"|d')\b)"
    r"|mailing(?:[ -]?lists?)?|newsletters?|infolettres?|campagnes?|publipostage|demarchage"
    r"|fichiers? (?:de |d'envois? (?:de )?)?(?:prospection|prospects?|commercia\w+|commerciaux"
    r"|marketing|publicit\w+|pubs?))"
)
_WITHIN = r"(?:(?! et | puis | ainsi )[^.!?;,]){0,40}?"  # a gap inside one act
_REMOVE = rf"(?:{_ERASE}|ote[rz]|ray(?:ez|er|e)|sort(?:ez|ir)|desins?cri\w*|desabon\w*)"
_PERSONAL = (
    r"(?:don+n?ees?|infos?|informations?|rgpd|gdpr|personnel\w*|me concern|moi|article|art\b)"
)
_EVENT = words(
    r"(?:formation|atelier|reunion|evenement|cours|salon|visite|seminaire|chantier|forfait)"
)
_DELIVERY = words(r"(?:livraison|facturation|commande|devis|panier|chantier|ligne|photos? du)")
_HOURS = words(
    r"(?:avant \d|apres \d|entre \d|le matin|le soir|aujourd|demain|ce jour|week-?end|plutot"
    r"|hesite)"
)
_STOP_ERASING = words(rf"{_ERASE}~60~$")
_ERASED = words(r"(?:ont|sont|a|est|ete|bien|soient) (?:bien |ete |toutes? )*(?:sup+rim|ef+ac)")
_COMMERCIAL = (
    r"(?:prospection|demarchage|marketing|publicit\w+|pubs?\b|sollicitation|commercia\w+"
    r"|newsletter|promotion\w*)"
)


_ACCESS = (
    Phrase(
        Right.ACCESS,
        words(rf"(?:acces|acceder|consulter|consultation)~40~{_MY_DATA}"),
        0.95,
    ),
    Phrase(
        Right.ACCESS,
        words(r"droits? d.?acces(?! (?:au|a la) (?!dossier)| aux (?!don|info))"),
        0.95,
    ),
    Phrase(Right.ACCESS, words(rf"demandes? d.?acces\b(?=~80~{_PERSONAL})"), 0.95),
    Phrase(
        Right.ACCESS,
        words(r"demandes? d.?acces\b(?! (?:au|a la|aux|a l'|chantier|wifi|vpn|site))"),
        0.6,
    ),
    Phrase(
        Right.ACCESS,
        words(
            rf"(?:copies?|extraits?|export|liste|detail|communication|releve|recapitulatif"
            rf"|transmission|integralite)~60~{_MY_DATA}"
        ),
        0.95,
        unless=_ERASED,
        not_after=_STOP_ERASING,
    ),
    Phrase(
        Right.ACCESS,
        words(
            rf"(?:(?:m'|me )(?:\w+ )?(?:communiqu|transm|envoy|adress|fourni|don+er|remett"
            rf"|faire parvenir|montr)\w*"
            rf"|(?:communiqu|transm|envoy|adress|fourni|don+e|montr"
            rf"|remett)\w*[ -]moi)~60~(?:{_MY_DATA}|tout(?:es)? ce que vous (?:avez|savez|detenez"
            rf"|gardez|conservez)~20~{_ABOUT_ME})"
        ),
        0.95,
        unless=_ERASED,
    ),
    Phrase(
        Right.ACCESS,
        words(
            rf"(?:indiqu|dire|dites|inform|savoir|connaitre|confirm|precis)\w*~30~\b(?:si|quel\w*"
            rf"|ce que|toutes?|tous|l'ensemble|la liste|les|l'origine|la source"
            rf"|la provenance)\b~60~(?:{_MY_DATA}"
            rf"|{_DATA}~30~{_HOLD}~20~{_ABOUT_ME})"
        ),
        0.9,
        unless=_ERASED,
        not_after=_STOP_ERASING,
    ),
    Phrase(
        Right.ACCESS,
        words(rf"(?:avez|detenez|possedez|conservez|traitez)[ -]vous ~20~{_DATA}~30~{_ABOUT_ME}"),
        0.95,
        asks=True,
    ),
    Phrase(
        Right.ACCESS,
        words(rf"quel(?:le)?s? ~30~{_DATA}~60~(?:{_ABOUT_ME}|personnel\w* ~30~vous)"),
        0.95,
        asks=True,
        unless=words(r"vous (?:devez|pouvez|faut|manque)"),
    ),
    Phrase(
        Right.ACCESS,
        words(
            rf"(?:tout )?(?:ce|qu'est[ -]ce|qu'(?:avez|est)"
            rf"|que) ?(?:que )?(?:- ?)?(?:vous )?~20~{_HOLD}~20~(?:sur moi|me concernant"
            rf"|a mon sujet)"
        ),
        0.9,
        asks=False,
        not_after=_STOP_ERASING,
    ),
    Phrase(
        Right.ACCESS,
        words(
            r"(?:d'ou|comment|ou) ~20~(?:tenez|avez|obtenu|recupere|trouve|eu)\b~25~(?:mon"
            r"|mes) (?:adresse|e-?mail|mail|numero|nom|coordon|contact|infos?|don+ees|tel)"
        ),
        0.7,
        asks=True,
    ),
    Phrase(
        Right.ACCESS,
        words(r"(?:copie|acces|acceder|consult\w*|communication|voir)~30~mon dossier\b"),
        0.7,
    ),
)

_ERASURE = (
    Phrase(Right.ERASURE, words(r"droits? a (?:l'? ?)?(?:effacement|oubli|la suppression)"), 0.97),
    Phrase(
        Right.ERASURE,
        words(rf"{_ERASE}~60~(?:{_MY_DATA}|tout(?:es)? ce (?:que|qui)~40~{_ABOUT_ME})"),
        0.95,
        unless=words(r"(?:consentement|par erreur|malencontreus\w*)"),
    ),
    Phrase(
        Right.ERASURE,
        words(
            rf"{_ERASE}~30~(?:don+n?ees|informations|infos) (?:personnelles|perso"
            rf"|a caractere personnel)"
        ),
        0.9,
        unless=words(r"(?:consentement|par erreur)"),
    ),
    Phrase(
        Right.ERASURE,
        words(
            rf"(?:{_ERASE}|clotur\w+ (?:et (?:sup+rim|ef+ac)\w+ ))~30~\b(?:mon|mes"
            rf"|notre) (?:\w+ )?(?:comptes?|profil|espace (?:client|perso\w*)|fiche|adresse"
            rf"|e-?mail|mail|numero|tel\w*|photos?|image|cv|dossier)\b"
        ),
        0.85,
        unless=_DELIVERY,
    ),
    Phrase(
        Right.ERASURE,
        words(
            rf"(?:{_ERASE}|sort(?:ez|ir)|ray(?:ez|er))[ -]?(?:moi|nous|nom)\b~20~\b(?:de"
            rf"|dans) (?:vos|votre|toutes? vos|tous vos|la|le)\b (?:\w+ ){{0,2}}?(?:bases?|bdd"
            rf"|fichiers?|systemes?|registres?|sites?|serveurs?|logiciels?|crm|repertoires?"
            rf"|archives)"
        ),
        0.85,
    ),
    Phrase(
        Right.ERASURE,
        words(
            r"(?:disparaitre|etre (?:sup+rime|ef+ace|retire|raye|enleve)\w*|me (?:sup+rimer"
            r"|retirer|effacer|rayer|enlever)) (?:\w+ )?(?:de|dans) (?:vos|votre|toutes vos"
            r"|tous vos) (?:\w+ )?(?:bases?|bdd|fichiers?|systemes?|registres?|serveurs?)"
        ),
        0.9,
    ),
    Phrase(
        Right.ERASURE,
        words(
            rf"n(?:e |')(?:ayez|gard\w+|conserv\w+|detenez|possed\w+) (?:plus|aucun\w*|rien"
            rf"|pas)\b~40~(?:{_MY_DATA}|{_ABOUT_ME})"
        ),
        0.8,
    ),
    Phrase(
        Right.ERASURE,
        words(
            rf"{_ERASE}~20~(?:photos?|images?|videos?|articles?|page)~20~(?:moi\b|mon\b|ma\b|mes\b)"
        ),
        0.7,
    ),
    Phrase(Right.ERASURE, words(rf"{_DATA}~60~(?:sup+r+i?m|ef+ac)\w*[ -](?:les|tout)\b"), 0.8),
    Phrase(Right.ERASURE, words(r"demandes? (?:de sup+res+ion|d'ef+acement)\b"), 0.6),
    Phrase(
        Right.ERASURE,
        words(r"(?:sup+res+ion|ef+acement|cloture) (?:definitive )?(?:de |du |d'un )?compte\b"),
        0.7,
    ),
    Phrase(Right.ERASURE, words(r"ef+ace[rz][ -]moi\b|oubliez[ -]moi\b"), 0.6, asks=True),
)

_NO_MORE = words(r"(?:etonn\w*|surpris\w*|pourquoi|comment se fait|bizarre)")
_PROSPECTING = (
    Phrase(
        Right.PROSPECTING_OBJECTION,
        words(r"(?:des?[ -]?ins?cri(?:vez|re|t|s|ver|ption)\w*|des?in?s?cri?p\w*|des?abon\w*)"),
        0.95,
        asks=True,
        unless=_EVENT,
    ),
    Phrase(
        Right.PROSPECTING_OBJECTION,
        words(
            rf"(?:d?ar+et(?:e|er|ez)?\b|ces+e[rz]?\b|stop+e?[rz]?\b|fini(?:ssez"
            rf"|r)?\b|ras le bol|marre|assez|halte)"
            rf"~40~(?:{_MAILS}|m'(?:envoy|ecri|appel|harcel|importun|inond)\w*|me {_BOTHER}"
            rf"|nous {_BOTHER}|votre {_COMMERCIAL})"
        ),
        0.9,
        asks=True,
        unless=words(
            r"(?:j'ai (?:arrete|cesse|fini)|je (?:n'arrete|cesse)|n'arrivent plus"
            r"|de recevoir de reponse)"
        ),
    ),
    Phrase(
        Right.PROSPECTING_OBJECTION,
        words(
            rf"(?:ne |n')?(?:\w+ ){{0,3}}?(?:plus|pas|jamais)\b (?:\w+ ){{0,2}}?(?:recevoir|avoir"
            rf"|voir|etre (?:destinataire|abonne|inscrit)\w*)~40~(?:{_MAILS}|(?:messages?"
            rf"|informations?|offres?|communications?|courriers?) (?:de (?:votre|vous)"
            rf"|commercia\w*|publicit\w*)|de votre part)"
        ),
        0.9,
        unless=_NO_MORE,
        negatable=False,
    ),
    Phrase(
        Right.PROSPECTING_OBJECTION,
        words(
            r"(?:plus|pas|jamais) (?:\w+ )?etre (?:contacte|demarche|sollicite|appele|derange"
            r"|relance|importune|harcele)\w*"
        ),
        0.9,
        unless=_HOURS,
        negatable=False,
    ),
    Phrase(
        Right.PROSPECTING_OBJECTION,
        words(
            rf"(?:plus|pas|jamais) (?:\w+ )?(?:me|nous) {_BOTHER}|(?:plus|pas"
            rf"|jamais) (?:\w+ )?m'(?:envoyer|appeler|ecrire|importuner)\b"
        ),
        0.85,
        unless=_HOURS,
        negatable=False,
    ),
    Phrase(
        Right.PROSPECTING_OBJECTION,
        words(
            r"(?:ne )?(?:m'(?:envoy|appel|ecriv|importun|adress)(?:l|e)*ez|me (?:contact|harcel"
            r"|demarch|sollicit|relanc|spam|derang|telephon)ez) (?:plus|jamais)\b"
        ),
        0.9,
        asks=True,
        unless=_HOURS,
        negatable=False,
    ),
    Phrase(
        Right.PROSPECTING_OBJECTION,
        words(
            rf"(?:veux|veut|souhait\w+|desir\w+|voudrais?) (?:surtout )?(?:plus|pas"
            rf"|aucun\w*)(?: jamais)? (?:aucun\w* |de |d'|vos |votre |recevoir )~20~{_MAILS}"
        ),
        0.95,
        asks=True,
        negatable=False,
    ),
    Phrase(
        Right.PROSPECTING_OBJECTION,
        words(rf"plus (?:jamais )?(?:de |d'|aucun\w* )(?:vos )?{_MAILS}"),
        0.85,
        negatable=False,
        unless=words(r"(?:recoi\w+|recu\b|arriv\w+)"),
    ),
    Phrase(
        Right.PROSPECTING_OBJECTION,
        words(
            rf"(?:m'oppos\w*|m.? ?opose\w*|(?:mon |droit d'|faire "
            rf"|cette )opposition)~160~{_COMMERCIAL}"
        ),
        0.97,
    ),
    Phrase(
        Right.PROSPECTING_OBJECTION,
        words(rf"(?:retir\w*|revoqu\w*|retrait)~30~consentement~80~(?:{_MAILS}|{_COMMERCIAL})"),
        0.9,
    ),
    Phrase(Right.PROSPECTING_OBJECTION, words(r"liste d'opposition|bloctel"), 0.8),
    Phrase(
        Right.PROSPECTING_OBJECTION,
        words(r"(?:fich|fout)\w*[ -]moi la paix|lach\w*[ -]moi\b|laiss\w*[ -]moi tranquille"),
        0.7,
        asks=True,
    ),
)

_OTHER_RIGHTS = (
    Phrase(
        Right.PORTABILITY,
        words(r"portabilite\b(?! (?:du|de mon|d'un) (?:numero|forfait|mobile|contrat))"),
        0.9,
    ),
    Phrase(
        Right.PORTABILITY,
        words(rf"(?:{_DATA}|me concern\w+)~160~(?:lisible par (?:une )?machine|format structure)"),
        0.9,
    ),
    Phrase(
        Right.RECTIFICATION,
        words(
            rf"(?:rectifi\w*|corrig\w*|correction|mis(?:e|es)? a jour|mettre a jour|met+ez a jour"
            rf"|modifi\w*|actualis\w*|chang(?:er|ez))~50~"
            rf"(?:{_MY_DATA}|(?:mon|ma|mes) (?:\w+ )?(?:adresse|nom\b|prenom|date de naissance"
            rf"|numero|mail|e-?mail|rib\b|coordon\w*))"
        ),
        0.9,
        unless=_DELIVERY,
    ),
    Phrase(
        Right.RECTIFICATION,
        words(rf"droit (?:de|a la) rectification|rectification de~30~{_DATA}"),
        0.95,
    ),
    Phrase(
        Right.RECTIFICATION,
        words(
            r"(?:mon|ma|mes) (?:nom|prenom|adresse|date de naissance|numero|coordon\w*)~40~(?:faux"
            r"|fausses?|errone\w*|inexact\w*|incorrect\w*|mal (?:ecrit|orthographie)\w*)"
        ),
        0.7,
        asks=True,
        unless=_DELIVERY,
    ),
    Phrase(
        Right.RESTRICTION,
        words(
            rf"(?:droit a la )?limit(?:ation|er|ez|iez)~30~traitement|(?:gel|bloqu"
            rf"|suspend)\w*~40~(?:{_MY_DATA}|traitement de (?:mes )?don)"
        ),
        0.9,
    ),
    Phrase(
        Right.OBJECTION,
        words(
            rf"(?:m'oppos\w*|mon opposition|je refuse|refusons)~60~(?:traitement|utilisation|usage"
            rf"|partage|profilage|traitiez|utilisiez|{_MY_DATA})"
        ),
        0.9,
        unless=words(_COMMERCIAL),
    ),
    Phrase(
        Right.OBJECTION,
        words(
            rf"(?:ar+et|ces+|stop)\w* (?:de |d')?(?:traiter|utiliser|exploiter|partager|vendre"
            rf"|revendre"
            rf"|transmettre|le traitement)~30~{_MY_DATA}"
        ),
        0.85,
    ),
    Phrase(
        Right.OBJECTION,
        words(rf"(?:ne consens pas|n'(?:accepte|autorise) pas)~40~{_MY_DATA}"),
        0.6,
        asks=True,
        negatable=False,
    ),
    Phrase(Right.OBJECTION, words(r"droits? d'opposition"), 0.85, unless=words(_COMMERCIAL)),
    Phrase(
        Right.CONSENT_WITHDRAWAL,
        words(
            rf"(?:retir\w*|revoqu\w*|retrait)~30~(?:consentement|(?:accord"
            rf"|autorisation)~60~(?:{_MY_DATA}|image|photo))"
        ),
        0.9,
        unless=words(rf"{_COMMERCIAL}|{_MAILS}"),
    ),
    Phrase(
        Right.HUMAN_REVIEW,
        words(
            r"intervention humaine|(?:reexam|revoi|revu|contest)\w*~80~(?:decision~40~automati\w*"
            r"|par un (?:etre )?humain)|decision~40~automati\w*~80~(?:contest|revoi|revu|reexam)"
        ),
        0.9,
    ),
    Phrase(
        Right.RECIPIENTS,
        words(
            rf"a qui~40~(?:transmis|vendu|revendu|communique|partage|don+e|cede)\w*~30~(?:mes"
            rf"|mon)\b"
            rf"|(?:liste|identite|noms?) ~20~(?:destinataires|sous-traitants"
            rf"|partenaires)~40~{_MY_DATA}"
        ),
        0.9,
    ),
)

FRENCH = Tongue(
    code="fr",
    phrases=_ACCESS + _ERASURE + _PROSPECTING + _OTHER_RIGHTS,
    list_removal=words(
        rf"(?:{_REMOVE}[ -]?(?:moi|nous|{_WITHIN}\b(?:mon|mes|notre|nos)\b)|(?:me|nous) {_REMOVE}"
        rf"|etre (?:sup+rime|retire|raye|enleve|desins?crit|desabonne|ote)\w*)"
        rf"{_WITHIN}\b(?:de|des|du|sur|a|dans) (?:toutes? |tous )?(?:vos |votre |la |cette |les "
        rf"|le |ce |toute )?{_LIST}"
    ),
    asks=words(
        r"je (?:vous )?(?:re)?(?:demand|souhait|voudrai|veu[xt]\b|desir|sollicit|exerc|exig|reclam"
        r"|aimerai|requier|refus|retire|tiens a|entends|prie|saurai|serai|somme)"
        r"|j'? ?(?:aimerai|exerc|exig|entends|invoqu|attends|ordonne|oppos)"
        r"|nous (?:vous )?(?:demandons|souhaitons|voulons|exigeons|exercons)|je viens|m'oppos\w*"
        r"|je m.? ?oppos"
        r"|merci (?:de|d'|me|par avance|d avance)|veui?ll?i?e[rz]|veulliez|pouve[rz][ -]?vous"
        r"|pour+ie[rz][ -]?vous|pourrai[st]?[ -](?:on|il|je)|puis[ -]je|serait[ -]il"
        r"|est[ -]il possible"
        r"|vous (?:serait[ -]il|prie\b|demande|devez|remerci|mets en|somme)|priere de|svp\b|stp\b"
        r"|s'?il (?:vous|te) plait|il faut|faut (?:que|me|vous)|mise? en demeure|mettre en demeure"
        r"|demande[sz]? (?:de|d'|d |officielle|formelle|rgpd|gdpr|concern)|ma demande|(?:fais"
        r"|faire) valoir|usage de mon droit|bien vouloir|(?:au titre|en vertu"
        r"|en application) (?:de|du)|conformement a|objet ?:|exercice d"
    ),
    imperative=words(
        rf"\w+ez[ -](?:moi|nous)\b|dis[ -]moi|dites[ -]moi|(?:{_ERASE}|{_REMOVE}|envoy\w+|don+e\w*"
        rf"|communiqu\w+|transmet\w+|fourni\w+|adress\w+|rectifi\w+|corrig\w+|cess\w+"
        rf"|ar+et\w+)(?<=[ezr])[ -](?:moi|nous|mes|mon|ma|tout|toutes|tous|l'|la|les|immediatement"
        rf"|de suite|vite|definitivement)\b"
        r"|(?:sup+r+es+ion|ef+acement|copie|acces|rectification|retrait|exercice) (?:de |des |d'"
        r"|du |a |complete? |totale? |immediate? |definitive? )"
    ),
    insists=words(
        r"je (?:vous )?(?:re)?(?:demand|souhait|voudrai|veu[xt]\b|exerc|exig|reclam|oppos|retire)"
        r"|m'oppos|j'exerc|j'exig"
    ),
    wonders=words(
        r"(?:comment (?:puis|faire|je|dois|peut|on|sup|proceder|faut)|est[ -]ce (?:que|qu')"
        r"|ai-je le droit|suis-je)"
    ),
    informs=words(
        r"vous (?:disposez|beneficiez)\b|vous avez (?:\w+ )?(?:le|un|des) droits?|vous (?:pouvez"
        r"|pourrez|etes libre)~50~(?:exercer|demander|vous (?:des|opp|y opp)|vous retir|retirer"
        r"|obtenir|acceder|exercice|rectifier|modifier|nous contacter)"
        r"|pour (?:exercer|vous (?:des|opp)|ne plus recevoir|en savoir plus"
        r"|acceder a vos)~80~(?:cliqu|contact|ecri|suiv|adress|rend|consult)"
        r"|si vous (?:ne )?(?:souhaitez|voulez|desirez|preferez)|vos droits?|votre droit"
        r"|vos (?:\w+ )?(?:don+ees|informations|coordonnees) (?:\w+ )?(?:perso|a caract|sont"
        r"|ne sont|seront|font|restent|pour|dans le|conformement)|votre demande|cliquez"
        r"|(?:notre|nos) (?:\w+ )?(?:politique|charte|engagement|delegue|dpo|mentions)"
        r"|nous (?:traitons|collectons|nous engageons|respectons|utilisons|conservons|prenons)"
        r"|politique de (?:confidentialite|protection)"
        r"|j'(?:accepte|autorise|consens)|nous (?:vous )?(?:accompagnons|proposons|aidons)"
        r"|ce (?:message|mail|courriel|e-mail) (?:et|est|peut|contient|ainsi|vous a)"
        r"|confidentiel\w*|protocole|clause"
    ),
    negates=words(
        r"(?:ne |n'|n )(?:vous |me |le |la |les )?(?:\w+ )?(?:demand|souhait|veu|voudr|desir|exerc"
        r"|sup+rim|ef+ac|retir|enlev|detrui)\w* (?:surtout |bien sur |absolument )?(?:pas|plus"
        r"|nullement|jamais|en aucun cas)\b[^,;.!?]{0,60}$"
        r"|(?:surtout pas|pas besoin|inutile de|sans (?!delai|frais|attendre|tarder|condition"
        r"|exception|plus)|pas question de|evite[rz] de|ne pas|annul\w* (?:ma|la|cette) demande"
        r"|renonc\w* a)[^,;.!?]{0,30}$"
        r"|(?<!si vous )(?<!si tu )(?:ne |n'|n )(?:pas )?$"
    ),
    happened=words(
        r"(?:je vous ai|j'ai|j'avais|je vous avais|nous vous avons|nous avons"
        r"|nous avions)\b (?:\w+ ){0,3}?(?:envoye|adresse|demande|sollicite|exerce|formule|ecrit"
        r"|transmis|depose|sup+rime|ef+ace|retire|fait (?:une|ma|la) demande)\b"
        r"|suite a ma demande du"
    ),
    supposes=words(r"si j'ai|si j'avais|dans l'hypothese ou j|pour autant que j'|au cas ou j"),
    part_only=words(r"(?:don+ees|informations) (?:\w+ )?suivantes|uniquement|seulement"),
    one_word=words(
        r"stop(?:\W+(?:pub|pubs|sms|mails?|e-?mails?|spam|newsletter|merci|svp|stop))*"
        r"|desins?cri(?:ption|re|vez moi|vez-moi|t)|(?:me )?des?abon+(?:er|ement|ez|ez[ -]moi)"
        r"|ar+ete[rz]|resilier|retirer|sup+rime[rz][ -]?moi|retirez[ -]moi|enlevez[ -]moi"
    ),
    privacy=words(
        rf"rgpd|gdpr|mes (?:\w+ )?don+n?ees?\b|{_DATA}~40~{_ABOUT_ME}|r\.g\.p\.d|cnil\b"
        rf"|don+ees? (?:\w+ )?(?:personnel|perso\b|a caract)"
        r"|informations personnelles|vie privee|informatique et libertes?|droit a l'oubli"
        r"|protection des don|2016/679|dpo\b|droits? d'acces (?:a|aux) (?:mes|don)"
        r"|droit d'opposition"
    ),
    chases=words(
        r"sans reponse|(?:pas|jamais) (?:\w+ ){0,2}?(?:recu|eu|obtenu) (?:de |la moindre "
        r"|aucune )?reponse|aucune reponse|n'avez (?:toujours |jamais )?pas repondu|nouvelle fois"
        r"|relance|rappel\b|rappelle|avertissement|reitere|toujours rien"
        r"|delai (?:\w+ ){0,4}?depasse"
    ),
    threatens=words(
        r"si\b|a defaut|faute de|saisir|me reserve|dans (?:le|un|les|ce) |sous \w+ (?:jours|mois)"
        r"|d'ici"
    ),
    complains=words(
        r"(?:je |par la presente,? ?)?(?:depose|deposer|introduis|porte)\b~30~\b(?:une "
        r"|cette )?(?:plainte|reclamation)~60~(?:article 77|aupres de vous|rgpd|cnil)"
    ),
    marketing=words(_COMMERCIAL),
    cancels=words(
        r"(?:annul\w*|renonc\w*|retir\w*|laiss\w* tomber|abandon\w*)~20~\b(?:ma|cette|la) demande"
    ),
    for_another=words(
        r"(?:au nom (?:et pour le compte )?(?:de|d')|pour le compte de|mandate\w* par|mandataire"
        r"|mon client\b|ma cliente\b|(?:mon|ma|mes) (?:mere|pere|fils|fille|epoux|epouse|mari"
        r"|femme|conjointe?|enfants?|parents?|grand-\w+|defunte?)\b~60~(?:don+ees|dossier|compte"
        r"|concern|supprim|acces)|(?:don+ees|dossier|compte)~30~ (?:de|du|d') (?:mon|ma|mes"
        r"|feu) (?:mere|pere|fils|fille|mari|femme|epoux|epouse|enfants?|client|cliente)\b"
        r"|decede\w*)"
    ),
)
