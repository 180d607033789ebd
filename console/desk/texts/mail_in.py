"""Texts about mail coming in: alarms on the first page, the page of the set-up."""

from __future__ import annotations

from calends.rules.vocabulary import MessageKind

FAILURES = (
    "unreachable",
    "tls",
    "login",
    "credentials",
    "folder",
    "move",
    "protocol",
    "no_uidvalidity",
    "defect",
)

TEXTS = {
    "setup_tab_mail": ("Courrier", "Mail"),
    "mail_in_lead": (
        "Ce qui entre, boîte par boîte. Chaque jour, le contenu de chaque boîte est comparé à ce qui a été relevé.",
        "What comes in, mailbox by mailbox. Each day what lies in each mailbox is compared with what was taken.",
    ),
    "mailbox_none": (
        "Aucune boîte n'est relevée\u00a0: le courrier arrive par SMTP, LMTP ou en fichiers.",
        "No mailbox is read: mail comes by SMTP, LMTP or as files.",
    ),
    "mailbox_read": ("relevée le {at}", "read {at}"),
    "mailbox_never": ("jamais relevée", "never read"),
    "mailbox_past": ("n'est plus relevée", "not read any more"),
    "mailbox_taken_one": ("{n} message relevé", "{n} message taken"),
    "mailbox_taken_many": ("{n} messages relevés", "{n} messages taken"),
    "mailbox_compared": (
        "comparée le {at}\u00a0: {there} dans la boîte, {known} relevés",
        "compared {at}: {there} in the mailbox, {known} taken",
    ),
    "mailbox_not_yet_compared": ("pas encore comparée", "not compared yet"),
    # --- alarms ------------------------------------------------------------------------------
    "alarm_mailbox_silent": (
        "La boîte «\u00a0{mailbox}\u00a0» n'a pas pu être relevée depuis le {since}.",
        "The mailbox `{mailbox}` could not be read since {since}.",
    ),
    "alarm_mailbox_not_compared": (
        "La boîte «\u00a0{mailbox}\u00a0» n'a pas été comparée à ce qui a été relevé depuis le {since}.",
        "The mailbox `{mailbox}` was not compared with what was taken since {since}.",
    ),
    "alarm_mailbox_differs": (
        "Boîte «\u00a0{mailbox}\u00a0»\u00a0: {n} message(s) n'ont pas pu être relevés (UID {uids}). Ouvrez-les dans la boîte et enregistrez-les à la main.",
        "Mailbox `{mailbox}`: {n} message(s) could not be taken (UID {uids}). Open them in the mailbox and register them by hand.",
    ),
    "mailbox_fails_unreachable": ("Le serveur ne répond pas.", "The server does not answer."),
    "mailbox_fails_tls": (
        "Son certificat n'est pas reconnu.",
        "Its certificate is not trusted.",
    ),
    "mailbox_fails_login": (
        "Le serveur refuse l'utilisateur ou le mot de passe.",
        "The server refuses the user or the password.",
    ),
    "mailbox_fails_credentials": (
        "Le mot de passe ou le jeton déclaré n'a pas été trouvé.",
        "The password or token that is declared was not found.",
    ),
    "mailbox_fails_folder": (
        "Le dossier déclaré n'existe pas.",
        "The folder that is declared is not there.",
    ),
    "mailbox_fails_move": (
        "Le dossier où ranger ce qui est relevé ne peut pas être créé ou rempli\u00a0; le courrier est relevé tout de même.",
        "The folder for what was taken cannot be made or filled; mail is taken all the same.",
    ),
    "mailbox_fails_protocol": (
        "Le serveur a répondu ce que personne n'attend de lui.",
        "The server answered what nobody expects of it.",
    ),
    "mailbox_fails_no_uidvalidity": (
        "Ce serveur ne numérote pas ses messages durablement\u00a0: passez par SMTP ou LMTP.",
        "This server does not number its messages for good: use SMTP or LMTP.",
    ),
    "mailbox_fails_defect": (
        "Une erreur de ce logiciel\u00a0; elle est dans le journal du service «\u00a0starter\u00a0».",
        "An error of this program; it is in the log of the service `starter`.",
    ),
    # --- files that people send -------------------------------------------------------------
    "scan_infected": (
        "L'antivirus y a trouvé un logiciel malveillant.",
        "The virus scanner found malware in it.",
    ),
    "scan_not_scanned": (
        "L'antivirus déclaré ne répond pas, ou ne prend pas de fichier si grand. Lancez "
        "«\u00a0calends doctor\u00a0».",
        "The virus scanner that is declared does not answer, or takes no file so large. Run "
        "`calends doctor`.",
    ),
    # --- what came ---------------------------------------------------------------------------
    "mail_flow": ("Ce qui est arrivé", "What came"),
    "mail_waiting_one": ("{n} message attend", "{n} message waits"),
    "mail_waiting_many": ("{n} messages attendent", "{n} messages wait"),
    "mail_oldest": ("depuis le {at}", "since {at}"),
    "mail_failing_one": ("dont {n} essayé en vain", "{n} of them tried in vain"),
    "mail_failing_many": ("dont {n} essayés en vain", "{n} of them tried in vain"),
    "mail_unreadable_one": (
        "{n} message illisible, en tout ou en partie, lu par un humain",
        "{n} message that could not be read, or not all of it, went to a human",
    ),
    "mail_unreadable_many": (
        "{n} messages illisibles, en tout ou en partie, lus par un humain",
        "{n} messages that could not be read, or not all of them, went to a human",
    ),
    "mail_came_back_one": ("{n} avis de non-remise d'une de nos lettres", "{n} report on a letter of ours"),
    "mail_came_back_many": ("{n} avis de non-remise de nos lettres", "{n} reports on letters of ours"),
    "kind_request": ("demandes", "requests"),
    "kind_reply": ("réponses dans un dossier", "replies in a case"),
    "kind_auto_reply": ("réponses automatiques", "automatic replies"),
    "kind_bounce": ("avis de non-remise", "delivery reports"),
    "kind_bulk": ("lettres d'information", "newsletters"),
    "kind_authority": ("courriers d'une autorité", "letters of an authority"),
    "kind_other": ("autre courrier", "other mail"),
    "kind_quarantine": ("illisibles", "unreadable"),
}  # fmt: skip

FAMILIES = {
    "mailbox_fails_": FAILURES,
    "kind_": tuple(MessageKind),
    "scan_": ("infected", "not_scanned"),
    "alarm_": ("mailbox_silent", "mailbox_not_compared", "mailbox_differs"),
}
