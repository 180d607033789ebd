"""What a human is asked about identity, the rights beside access and erasure, post and recipients."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "task_verify_identity": ("Vérifier de qui vient la demande", "Check who makes the request"),
    "task_check_document": ("Regarder une pièce d'identité", "Look at an identity document"),
    "task_resolve_homonym": ("Est-ce la même personne\u00a0?", "Is it the same person?"),
    "task_approve_pause": ("Suspendre le délai, ou non", "Pause the time, or not"),
    "task_review_portability": (
        "Relire le fichier portable avant sa remise",
        "Review the portable file before it is given",
    ),
    "task_review_decision": (
        "Réexaminer une décision automatisée",
        "Look again at an automated decision",
    ),
    "task_decide_restriction": ("Décider de la limitation", "Decide on the restriction"),
    "task_lift_restriction": ("Garder ou lever la limitation", "Keep or lift the restriction"),
    "task_weigh_objection": ("Peser une opposition", "Weigh an objection"),
    "task_rectify": ("Décider de la rectification", "Decide on the rectification"),
    "task_post_letter": ("Poster une lettre", "Post a letter"),
    "task_chase_recipient": ("Relancer un destinataire", "Chase a recipient"),
    "answer_triage_duplicate": (
        "C'est le double d'un autre dossier",
        "It is the double of another case",
    ),
    "answer_triage_duplicate_hint": (
        "Le message rejoint le dossier dont vous donnez la référence\u00a0; celui-ci est clos.",
        "The message joins the case whose reference you give; this one closes.",
    ),
    "answer_triage_split": ("Plusieurs personnes demandent", "Several people ask"),
    "answer_triage_split_hint": (
        "Un dossier par personne\u00a0: indiquez combien elles sont.",
        "One case a person: say how many they are.",
    ),
    "answer_read_mail_add_rights": ("Elle demande aussi autre chose", "It asks for something more"),
    "answer_read_mail_add_rights_hint": (
        "Cochez les droits\u00a0: chacun a son propre délai, depuis la réception de ce message.",
        "Tick the rights: each has its own time, from the receipt of this message.",
    ),
    "answer_read_mail_give_up": ("Elle renonce à une demande", "It gives a request up"),
    "answer_read_mail_give_up_hint": (
        "Cochez les droits auxquels la personne renonce\u00a0; elle en reçoit la confirmation.",
        "Tick the rights that the person gives up; they get a confirmation.",
    ),
    "answer_verify_identity_confirm": ("C'est bien elle", "It is this person"),
    "answer_verify_identity_confirm_hint": (
        "Dites par quel moyen vous en êtes sûr\u00a0: il est noté, rien d'autre n'est gardé.",
        "Say by what means you are sure: it is noted, nothing else is kept.",
    ),
    "answer_verify_identity_second_factor": (
        "Demander une chose qu'elle seule connaît",
        "Ask for something only they know",
    ),
    "answer_verify_identity_second_factor_hint": (
        "Une lettre demande un numéro de client ou de facture que nous avons déjà.",
        "A letter asks for a customer or invoice number that we hold already.",
    ),
    "answer_verify_identity_ask_document": (
        "Demander une pièce d'identité",
        "Ask for an identity document",
    ),
    "answer_verify_identity_ask_document_hint": (
        "En dernier recours\u00a0: écrivez le doute raisonnable. La copie est détruite dès la décision, au plus tard après 72 heures.",
        "As the last resort: write the reasonable doubt down. The copy is destroyed at the decision, after 72 hours at the latest.",
    ),
    "answer_verify_identity_not_identified": (
        "Je ne peux pas l'identifier",
        "I cannot identify them",
    ),
    "answer_verify_identity_not_identified_hint": (
        "La lettre de l'article 12, § 6 part avec votre motif\u00a0; le dossier peut être rouvert.",
        "The letter of art. 12(6) goes with your reason; the case can be reopened.",
    ),
    "answer_check_document_matches": ("Elle correspond", "It matches"),
    "answer_check_document_matches_hint": (
        "La copie est détruite maintenant\u00a0; il reste « vue par, le ».",
        "The copy is destroyed now; “seen by, on” remains.",
    ),
    "answer_check_document_differs": ("Elle ne correspond pas", "It does not match"),
    "answer_check_document_differs_hint": (
        "La copie est détruite maintenant\u00a0; la demande reste sans identité prouvée.",
        "The copy is destroyed now; the request stays without proven identity.",
    ),
    "answer_resolve_homonym_same_person": ("C'est la même personne", "It is the same person"),
    "answer_resolve_homonym_same_person_hint": (
        "Donnez le numéro de la fiche\u00a0: une lettre part au contact qui y figure, sans rien révéler.",
        "Give the number of the record: a letter goes to the contact in it, revealing nothing.",
    ),
    "answer_resolve_homonym_different": ("Ce n'est pas elle", "It is somebody else"),
    "answer_resolve_homonym_different_hint": (
        "Ces fiches ne sont ni remises ni touchées.",
        "These records are neither given nor touched.",
    ),
    "answer_approve_pause_pause": (
        "Suspendre le délai, avec un motif",
        "Pause the time, with a reason",
    ),
    "answer_approve_pause_pause_hint": (
        "Le délai s'arrête jusqu'à la réponse de la personne (décret 2019-536, art. 77).",
        "The time stops until the person answers (decree 2019-536, art. 77).",
    ),
    "answer_approve_pause_no_pause": ("Ne pas suspendre", "Do not pause"),
    "answer_approve_pause_no_pause_hint": ("Le mois continue de courir.", "The month runs on."),
    "answer_review_portability_release": ("Remettre le fichier", "Give the file"),
    "answer_review_portability_release_hint": (
        "La personne reçoit la réponse et un lien vers son fichier.",
        "The person gets the reply and a link to the file.",
    ),
    "answer_review_portability_refuse": ("Refuser, avec un motif", "Refuse, with a reason"),
    "answer_review_portability_refuse_hint": (
        "La lettre de refus part avec votre motif (art. 12, § 4).",
        "The refusal goes with your reason (art. 12(4)).",
    ),
    "answer_review_decision_no_such_decision": (
        "Aucune décision automatisée",
        "No automated decision",
    ),
    "answer_review_decision_no_such_decision_hint": (
        "La réponse dit qu'aucune décision n'est prise par une machine seule.",
        "The reply says that no decision is taken by a machine alone.",
    ),
    "answer_review_decision_reviewed": (
        "J'ai réexaminé la décision",
        "I looked at the decision again",
    ),
    "answer_review_decision_reviewed_hint": (
        "Écrivez la décision contestée, la nouvelle, ses critères et ses motifs.",
        "Write the contested decision, the new one, its criteria and its reasons.",
    ),
    "answer_review_decision_refuse": ("Refuser, avec un motif", "Refuse, with a reason"),
    "answer_review_decision_refuse_hint": (
        "La lettre de refus part avec votre motif (art. 12, § 4).",
        "The refusal goes with your reason (art. 12(4)).",
    ),
    "answer_decide_restriction_grant": ("Limiter le traitement", "Restrict the processing"),
    "answer_decide_restriction_grant_hint": (
        "Dites sur quel motif. Les données sont déjà gelées.",
        "Say on what ground. The data are frozen already.",
    ),
    "answer_decide_restriction_refuse": ("Refuser, avec un motif", "Refuse, with a reason"),
    "answer_decide_restriction_refuse_hint": (
        "Le gel provisoire est levé après la lettre de refus.",
        "The provisional freeze ends after the refusal.",
    ),
    "answer_lift_restriction_keep": ("Garder la limitation", "Keep the restriction"),
    "answer_lift_restriction_keep_hint": (
        "La question reviendra dans trente jours.",
        "The question comes back in thirty days.",
    ),
    "answer_lift_restriction_lift": ("Lever la limitation", "Lift the restriction"),
    "answer_lift_restriction_lift_hint": (
        "La personne en est informée avant (art. 18, § 3), puis le gel prend fin.",
        "The person is told before (art. 18(3)), then the freeze ends.",
    ),
    "answer_weigh_objection_uphold": ("Faire droit à l'opposition", "Uphold the objection"),
    "answer_weigh_objection_uphold_hint": (
        "Le traitement cesse\u00a0; la personne apprend depuis quand.",
        "The processing stops; the person learns since when.",
    ),
    "answer_weigh_objection_refuse": (
        "Refuser\u00a0: motifs impérieux",
        "Refuse: compelling grounds",
    ),
    "answer_weigh_objection_refuse_hint": (
        "Écrivez la mise en balance\u00a0: elle figure dans la lettre (art. 21, § 1).",
        "Write the balancing: it stands in the letter (art. 21(1)).",
    ),
    "answer_rectify_carry_out": ("Rectifier", "Rectify"),
    "answer_rectify_carry_out_hint": (
        "Comme proposé, ou selon le fichier joint. Un contact ou un IBAN n'est changé qu'avec l'accord de l'ancien contact.",
        "As proposed, or as the attached file says. A contact or bank detail changes only when the old contact agrees.",
    ),
    "answer_rectify_note_disagreement": ("Noter le désaccord", "Note the disagreement"),
    "answer_rectify_note_disagreement_hint": (
        "Rien n'est changé\u00a0; la déclaration de la personne est jointe à la donnée.",
        "Nothing changes; the person's statement stands beside the datum.",
    ),
    "answer_rectify_refuse": ("Refuser, avec un motif", "Refuse, with a reason"),
    "answer_rectify_refuse_hint": (
        "La lettre de refus part avec votre motif (art. 12, § 4).",
        "The refusal goes with your reason (art. 12(4)).",
    ),
    "answer_post_letter_posted": ("Postée", "Posted"),
    "answer_post_letter_posted_hint": (
        "Donnez la date du dépôt\u00a0; elle compte pour le délai.",
        "Give the day it was posted; it counts for the time limit.",
    ),
    "answer_post_letter_impossible": ("Impossible, avec un motif", "Impossible, with a reason"),
    "answer_post_letter_impossible_hint": (
        "Le motif est noté\u00a0; choisissez une autre voie pour répondre.",
        "The reason is noted; choose another way to answer.",
    ),
    "answer_chase_recipient_confirmed": ("Il a confirmé", "It confirmed"),
    "answer_chase_recipient_confirmed_hint": (
        "La réponse du destinataire est notée.",
        "The recipient's answer is noted.",
    ),
    "answer_chase_recipient_silent": ("Il ne répond pas", "It does not answer"),
    "answer_chase_recipient_silent_hint": (
        "Son silence est noté, et dit à la personne si elle le demande.",
        "Its silence is noted, and told to the person if they ask.",
    ),
    "answer_chase_recipient_impossible": ("Impossible, avec un motif", "Impossible, with a reason"),
    "answer_chase_recipient_impossible_hint": (
        "Le motif est noté (art. 19).",
        "The reason is noted (art. 19).",
    ),
    "done_duplicate": ("double d'un autre dossier", "double of another case"),
    "done_split": ("partagée entre plusieurs personnes", "split between several people"),
    "done_add_rights": ("autre droit ajouté", "another right added"),
    "done_give_up": ("demande abandonnée", "request given up"),
    "done_confirm": ("identité confirmée", "identity confirmed"),
    "done_second_factor": ("second élément demandé", "second element asked"),
    "done_ask_document": ("pièce demandée", "document asked"),
    "done_not_identified": ("non identifiée", "not identified"),
    "done_matches": ("la pièce correspond", "the document matches"),
    "done_differs": ("la pièce ne correspond pas", "the document differs"),
    "done_same_person": ("même personne", "same person"),
    "done_different": ("autre personne", "somebody else"),
    "done_pause": ("délai suspendu", "time paused"),
    "done_no_pause": ("pas de suspension", "no pause"),
    "done_no_such_decision": ("aucune décision automatisée", "no automated decision"),
    "done_reviewed": ("décision réexaminée", "decision reviewed"),
    "done_grant": ("limitation accordée", "restriction granted"),
    "done_keep": ("limitation gardée", "restriction kept"),
    "done_lift": ("limitation levée", "restriction lifted"),
    "done_uphold": ("opposition accueillie", "objection upheld"),
    "done_carry_out": ("rectification décidée", "rectification decided"),
    "done_note_disagreement": ("désaccord noté", "disagreement noted"),
    "done_posted": ("lettre postée", "letter posted"),
    "done_confirmed": ("confirmé par le destinataire", "confirmed by the recipient"),
    "done_silent": ("destinataire silencieux", "recipient silent"),
    "about_plan": ("Le plan\u00a0: {counts}.", "The plan: {counts}."),
    "about_texts_one": (
        "{n} texte peut parler d'autres personnes.",
        "{n} text may speak of other people.",
    ),
    "about_texts_many": (
        "{n} textes peuvent parler d'autres personnes.",
        "{n} texts may speak of other people.",
    ),
    "about_suspects": ("Passages à regarder\u00a0: {reasons}.", "Passages to look at: {reasons}."),
    "about_dry_run": (
        "Essai à blanc\u00a0: approuver le plan {counts}.",
        "Dry run: approving the plan would {counts}.",
    ),
    "would_deleted_one": ("supprimerait {n} enregistrement", "delete {n} record"),
    "would_deleted_many": ("supprimerait {n} enregistrements", "delete {n} records"),
    "would_changed_one": ("en masquerait ou marquerait {n}", "mask or mark {n}"),
    "would_changed_many": ("en masquerait ou marquerait {n}", "mask or mark {n}"),
    "would_moved_one": ("en déplacerait {n} aux archives", "move {n} to the archive"),
    "would_moved_many": ("en déplacerait {n} aux archives", "move {n} to the archive"),
    "would_already_one": ("en trouverait {n} déjà fait", "find {n} already done"),
    "would_already_many": ("en trouverait {n} déjà faits", "find {n} already done"),
    "would_refused_one": (
        "{n} enregistrement serait refusé par son système, et tout le plan de ce système avec lui.",
        "{n} record would be refused by its system, and that system's whole plan with it.",
    ),
    "would_refused_many": (
        "{n} enregistrements seraient refusés par leur système, et tout le plan de ce système avec eux.",
        "{n} records would be refused by their system, and that system's whole plan with them.",
    ),
    "all_would_refused_one": (
        "Si vous effacez aussi ce qui est indécis, {n} enregistrement serait refusé.",
        "If you erase what is undecided, too, {n} record would be refused.",
    ),
    "all_would_refused_many": (
        "Si vous effacez aussi ce qui est indécis, {n} enregistrements seraient refusés.",
        "If you erase what is undecided, too, {n} records would be refused.",
    ),
    "about_no_dry_run": (
        "Sans essai à blanc, le système n'a pu répondre\u00a0: {names}.",
        "No dry run, the system could not say: {names}.",
    ),
    "about_changes_one": ("{n} enregistrement à changer.", "{n} record to change."),
    "about_changes_many": ("{n} enregistrements à changer.", "{n} records to change."),
    "about_documents_one": (
        "{n} pièce comptable déjà émise porte la même donnée\u00a0: elle n'est jamais modifiée.",
        "{n} accounting document already issued holds the same datum: it is never altered.",
    ),
    "about_documents_many": (
        "{n} pièces comptables déjà émises portent la même donnée\u00a0: elles ne sont jamais modifiées.",
        "{n} accounting documents already issued hold the same datum: they are never altered.",
    ),
    "about_needed": (
        "Pour ce droit ({right}) il faut\u00a0: {level}.",
        "This right ({right}) needs: {level}.",
    ),
    "about_candidates_one": (
        "{n} fiche ressemble à l'auteur du message.",
        "{n} record looks like the writer's.",
    ),
    "about_candidates_many": (
        "{n} fiches ressemblent à l'auteur du message.",
        "{n} records look like the writer's.",
    ),
    "about_recipients": (
        "À prévenir\u00a0: {names} ({right}).",
        "To be told: {names} ({right}).",
    ),
    "about_letter": ("La lettre\u00a0: {letter}.", "The letter: {letter}."),
    "detail_reference": ("Référence du dossier", "Reference of the case"),
    "detail_people": ("Nombre de personnes", "Number of people"),
    "detail_means": ("Par quel moyen", "By what means"),
    "detail_candidate": ("Laquelle", "Which one"),
    "detail_ground": ("Motif de l'article 18, § 1", "Ground of art. 18(1)"),
    "choose": ("Choisir…", "Choose…"),
    "restrict_a": (
        "a) l'exactitude des données est contestée",
        "(a) the accuracy of the data is contested",
    ),
    "restrict_b": (
        "b) le traitement est illicite, et l'effacement refusé",
        "(b) the processing is unlawful, and erasure is not wanted",
    ),
    "restrict_c": (
        "c) la personne en a besoin pour ses droits en justice",
        "(c) the person needs them for legal claims",
    ),
    "restrict_d": ("d) une opposition est en cours", "(d) an objection is being weighed"),
    "detail_subject": ("La décision contestée", "The contested decision"),
    "detail_decision": ("La nouvelle décision", "The new decision"),
    "detail_criteria": (
        "Les critères déterminants, un par ligne",
        "The criteria that decided, one a line",
    ),
    "detail_reasons": ("Les motifs, un par ligne", "The reasons, one a line"),
    "detail_posted_on": ("Postée le", "Posted on"),
}
