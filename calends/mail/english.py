"""English, as people write it."""

from __future__ import annotations

from calends.mail.tongue import Phrase, Tongue, words
from calends.rules.vocabulary import Right

_DATA = r"(?:data|details|informations?|info|records?)\b"
_ABOUT_ME = r"(?:(?:about|on|concerning|regarding|relating to) (?:me|myself)\b)"
_MY_DATA = rf"(?:my (?:own )?(?:\w+ )?{_DATA}|{_DATA}~80~{_ABOUT_ME})"
_HOLD = r"(?:hold|have|got|keep|store|stored|process|collect\w*|know|possess)"
_ERASE = (
    r"(?:delet\w+|eras\w+|remov\w+|wip(?:e|ed|ing)\b|destroy\w*|purg\w+|forget\b|scrub\b"
    r"|get rid of|anonymi[sz]\w+)"
)
_MAILS = (
    r"(?:(?:e-?)?mails?|newsletters?|spam\w*|text(?:s| messages)|sms|(?:phone |sales |marketing "
    r"|cold )?calls|calling|ads|adverts?|advertis\w+"
    r"|marketing|promotions?|promotional \w+|mailings?|junk|offers|solicitations?)\b"
)
_LIST = (
    r"(?:(?:mailing|marketing|distribution|e-?mail|contact|call|calling|newsletter|prospect|spam"
    r"|subscriber)[ -]?(?:\w+ )?lists?"
    r"|lists?(?! of)|newsletters?|mailings?|campaigns?|marketing(?: \w+)?)\b"
)
_MARKETING = r"(?:marketing|advertis\w+|promotion\w*|solicitation\w*|newsletters?)"
_STOP_ERASING = words(rf"{_ERASE}~60~$")
_ERASED = words(r"(?:has|have|had|is|are|was|were) (?:\w+ )?(?:been )?(?:deleted|erased|removed)")
_ORDER = words(r"(?:delivery|shipping|billing|invoice|order|basket|cart|quote|line \d)")

_ACCESS = (
    Phrase(
        Right.ACCESS,
        words(r"(?:data )?subject access(?: request)?|\bd?sars?\b|right (?:of|to) access"),
        0.95,
    ),
    Phrase(
        Right.ACCESS,
        words(rf"access(?:ing)? (?:to )?(?:all )?(?:of )?(?:the )?(?:personal )?{_MY_DATA}"),
        0.95,
    ),
    Phrase(Right.ACCESS, words(r"(?:data|information|records) access request|access request"), 0.8),
    Phrase(
        Right.ACCESS,
        words(
            rf"(?:cop(?:y|ies)|export|list|details?|disclosure|download|extract|overview)~60~(?:of"
            rf"|with)~40~(?:{_MY_DATA}|every ?thing you {_HOLD}~15~{_ABOUT_ME})"
        ),
        0.95,
        unless=_ERASED,
        not_after=_STOP_ERASING,
    ),
    Phrase(
        Right.ACCESS,
        words(
            rf"(?:send|give|provide|show|supply|e-?mail|forward|let)~12~\b(?:me"
            rf"|us)\b~40~(?:{_MY_DATA}|(?:every ?thing|all|whatever|what) (?:that )?(?:you "
            rf"|u )?(?:guys )?{_HOLD}~20~{_ABOUT_ME})"
        ),
        0.95,
        unless=_ERASED,
    ),
    Phrase(
        Right.ACCESS,
        words(
            rf"(?:what|which) (?:\w+ ){{0,3}}?(?:{_DATA} )?~30~(?:do )?(?:you|u"
            rf"|your \w+)~20~{_HOLD}~20~(?:{_ABOUT_ME}|of mine)"
        ),
        0.95,
        asks=True,
        not_after=_STOP_ERASING,
    ),
    Phrase(
        Right.ACCESS,
        words(rf"(?:whether|if)~20~ you~30~(?:{_HOLD}|process\w*|hold\w*|stor\w+)~30~{_MY_DATA}"),
        0.9,
        unless=_ERASED,
    ),
    Phrase(
        Right.ACCESS,
        words(rf"(?:do|have|are) you {_HOLD}\w*~20~{_MY_DATA}"),
        0.9,
        asks=True,
    ),
    Phrase(Right.ACCESS, words(r"(?:see|copy of|access to|access) my (?:\w+ )?file\b"), 0.7),
    Phrase(Right.ACCESS, words(r"(?:see|copy of|access to|access) my (?:\w+ )?file\b"), 0.7),
    Phrase(
        Right.ACCESS,
        words(
            r"(?:where|how) (?:did|have) you (?:\w+ )?(?:get|got|obtain\w*|find"
            r"|found)~20~my (?:e-?mail|address|number|name|details|contact|phone|data|info\w*)"
        ),
        0.7,
        asks=True,
    ),
)

_ERASURE = (
    Phrase(
        Right.ERASURE,
        words(rf"{_DATA}~60~(?:delete|erase|remove|wipe) (?:it|them|all|everything)\b"),
        0.85,
        negatable=False,
    ),
    Phrase(Right.ERASURE, words(r"right to (?:be forgotten|erasure|deletion)"), 0.97),
    Phrase(
        Right.ERASURE,
        words(
            rf"{_ERASE}~60~(?:{_MY_DATA}|(?:every ?thing|all|whatever|anything) (?:that )?(?:you "
            rf"|u )(?:guys )?{_HOLD}~20~{_ABOUT_ME}|every ?thing~20~{_ABOUT_ME})"
        ),
        0.95,
        unless=words(r"(?:consent|by (?:mistake|accident)|accidentally)"),
    ),
    Phrase(
        Right.ERASURE,
        words(rf"{_ERASE}~30~personal (?:data|information)"),
        0.9,
        unless=words(r"(?:consent|by (?:mistake|accident)|accidentally)"),
    ),
    Phrase(
        Right.ERASURE,
        words(
            rf"(?:{_ERASE}|clos(?:e|ing) (?:and (?:delet|eras|remov)\w+ ))~25~\b(?:my"
            rf"|our) (?:\w+ )?(?:accounts?|profile|e-?mail(?: address)?|address|phone(?: number)?"
            rf"|number|name|photos?|pictures?|cv|resume|history|file)\b"
        ),
        0.85,
        unless=_ORDER,
    ),
    Phrase(
        Right.ERASURE,
        words(
            rf"(?:{_ERASE}|take) (?:me|us) (?:\w+ )?(?:from|off|out of) (?:all )?(?:your|the"
            rf"|ur) (?:\w+ )?(?:databases?|systems?|records?|files?|servers?|crm|books)"
        ),
        0.9,
    ),
    Phrase(Right.ERASURE, words(r"forget (?:about )?me\b|erase me\b"), 0.8, asks=True),
    Phrase(
        Right.ERASURE,
        words(r"(?:data|account|information) (?:to be |be )?(?:deleted|erased|removed|wiped)"),
        0.8,
        unless=words(r"by (?:mistake|accident)|accidentally"),
    ),
    Phrase(Right.ERASURE, words(r"(?:data )?(?:deletion|erasure) request"), 0.85),
)

_PROSPECTING = (
    Phrase(Right.PROSPECTING_OBJECTION, words(r"(?:un-?subscri\w+|unsuscri\w+)"), 0.95, asks=True),
    Phrase(
        Right.PROSPECTING_OBJECTION,
        words(r"opt(?:ing)?[ -]?(?:me )?out(?! of (?:the )?(?:meeting|course|event))"),
        0.85,
        asks=True,
    ),
    Phrase(
        Right.PROSPECTING_OBJECTION,
        words(
            rf"(?:stop|quit|cease|enough|sick of|tired of|fed up with|no more|(?:don'?t|do not"
            rf"|never) (?:want|wish|need)(?: to)?(?: (?:receive|get|see|have))?)(?: any| your"
            rf"| these| this| the| all| with|\W|of| more| sending| me| us|to|ever| further| again"
            rf"| fucking| bloody| damn){{0,6}} ?(?:{_MAILS}|(?:e-?mailing|contacting|calling"
            rf"|texting|spamming|bothering|messaging|harassing|phoning) (?:me|us))"
        ),
        0.9,
        asks=True,
        negatable=False,
    ),
    Phrase(
        Right.PROSPECTING_OBJECTION,
        words(
            rf"(?:don'?t|do not|never|no longer (?:want|wish)(?: to)?|not (?:want"
            rf"|wish) to)(?: \w+){{0,3}}? (?:contact|contacted|e-?mail|call|text|bother|receive"
            rf"|spam|message|phone|write)(?:ed)?\b~30~(?:{_MAILS}|again|any ?more|ever|from you"
            rf"|me\b$)"
        ),
        0.9,
        asks=True,
        negatable=False,
        unless=words(
            r"(?:why|hesitate|before \d|after \d|in the (?:morning|evening)|on my mobile|at work)"
        ),
    ),
    Phrase(
        Right.PROSPECTING_OBJECTION,
        words(rf"object\w*~160~{_MARKETING}"),
        0.97,
    ),
    Phrase(
        Right.PROSPECTING_OBJECTION,
        words(rf"withdraw\w*~30~consent~80~(?:{_MAILS}|{_MARKETING})"),
        0.9,
    ),
    Phrase(Right.PROSPECTING_OBJECTION, words(r"leave me alone"), 0.7, asks=True),
)

_OTHER_RIGHTS = (
    Phrase(Right.PORTABILITY, words(r"(?:data )?portability\b"), 0.9),
    Phrase(
        Right.PORTABILITY,
        words(
            rf"(?:{_DATA}|concerning me)~160~(?:machine[ -]readable"
            rf"|structured[, ]+(?:\w+[ -]?\w* )*format)"
        ),
        0.9,
    ),
    Phrase(
        Right.RECTIFICATION,
        words(
            rf"(?:rectif\w+|correct(?!ly)\w*|amend\w*|fix\b|updat\w+|chang(?:e|ing)|complet(?:e"
            rf"|ion))~50~(?:{_MY_DATA}|my (?:\w+ )?(?:address|name|surname|date of birth|number"
            rf"|e-?mail|bank details))"
        ),
        0.9,
        unless=_ORDER,
    ),
    Phrase(Right.RECTIFICATION, words(r"right (?:to|of) rectification"), 0.95),
    Phrase(
        Right.RECTIFICATION,
        words(
            r"my (?:name|surname|address|date of birth|number)~30~(?:is|are) (?:wrong|incorrect"
            r"|misspel\w+|inaccurate|out of date)"
        ),
        0.7,
        asks=True,
        unless=_ORDER,
    ),
    Phrase(Right.RESTRICTION, words(r"restrict\w*~30~processing|right to restrict\w*"), 0.9),
    Phrase(
        Right.OBJECTION,
        words(
            rf"(?:i |i am |i'm |hereby |my )(?:\w+ )?object(?:ing|ion)?\b~60~(?:processing|use of"
            rf"|using|sharing|profiling|{_MY_DATA})|right to object"
        ),
        0.9,
        unless=words(_MARKETING),
    ),
    Phrase(
        Right.OBJECTION,
        words(rf"(?:stop|cease) (?:using|processing|sharing|selling|tracking)~30~{_MY_DATA}"),
        0.85,
    ),
    Phrase(
        Right.OBJECTION,
        words(rf"(?:do not|don't|never) (?:consent|agree)~40~(?:processing|{_MY_DATA})"),
        0.6,
        asks=True,
        negatable=False,
    ),
    Phrase(
        Right.CONSENT_WITHDRAWAL,
        words(r"(?:withdraw\w*|revok\w*)~30~consent"),
        0.9,
        unless=words(rf"{_MARKETING}|{_MAILS}"),
    ),
    Phrase(
        Right.HUMAN_REVIEW,
        words(
            r"human (?:intervention|review)|(?:contest|challenge|review\w*"
            r"|appeal)~60~automated~30~decision|reviewed by a (?:human|person)"
        ),
        0.9,
    ),
    Phrase(
        Right.RECIPIENTS,
        words(
            rf"(?:who|to whom|with whom)~30~(?:shared|sold|disclosed|given|passed|share"
            rf"|sell)~30~my\b|(?:list|names?) of ~20~(?:recipients|third parties)~40~{_MY_DATA}"
        ),
        0.9,
    ),
)

ENGLISH = Tongue(
    code="en",
    phrases=_ACCESS + _ERASURE + _PROSPECTING + _OTHER_RIGHTS,
    list_removal=words(
        rf"(?:{_ERASE}|take|drop|strike|cut)\b ?(?:\bme\b|\bus\b|my (?:e-?mail(?: address)?"
        rf"|address|name|number|details|info\w*|contact\w*))(?:(?! and "
        rf"| then )[^.!?;,]){{0,20}}?\b(?:from|off|out of|of) (?:of )?(?:all )?(?:your|ur|this|the"
        rf"|that|these|any)? ?(?:\w+ )?{_LIST}"
        r"|(?:be|get|getting|being) (?:removed|taken|deleted) (?:from|off) (?:all )?(?:your|this"
        r"|the|that|any) (?:\w+ )?" + _LIST
    ),
    asks=words(
        r"i (?:also |hereby |now |really |just |formally |would |therefore |kindly ){0,2}(?:want"
        r"|wish|like to|like you|request|demand|require|need|ask|object|exercise|withdraw|insist"
        r"|invoke|expect)|i'?d (?:like|want|appreciate)|i am (?:\w+ )?(?:request|object|exercis"
        r"|writing|asking|withdraw|invok|making)|i'm (?:\w+ )?(?:request|object|exercis|writing"
        r"|asking|withdraw|invok|making)"
        r"|we (?:hereby )?(?:request|demand|would like|want)|please|pleas\b|plz|pls|kindly|(?:can"
        r"|could|would|will) (?:you|u)\b|(?:can|could|may) i\b|my request|request(?:ing)?\b"
        r"|under (?:the )?(?:gdpr|article|art)|(?:pursuant|according) to|in accordance with|as per"
        r"|you (?:must|have to|need to|are (?:required|obliged))|exercis\w+ my|subject:"
    ),
    imperative=words(
        r"(?:^(?:(?:hi|hello|hey|dear \w+|ok)[ ,]+)*|(?<=[,:-] )|(?<=and )|(?<=so )|(?<=just )"
        r"|(?<=now )|(?<=then )|(?<=to )|(?<=also )|(?<=or ))"
        rf"(?:{_ERASE}|stop|send|give|provide|take|show|tell|correct|update)\b"
    ),
    insists=words(
        r"i (?:also |hereby |now |therefore |formally )?(?:want|wish|request|demand|exercise"
        r"|object|would like|am (?:hereby )?(?:request|object|exercis))|i'd like"
    ),
    wonders=words(
        r"(?:how (?:can|do|could|should|would) (?:i|one|you|we)|am i (?:allowed|entitled)"
        r"|is it possible to know)"
    ),
    informs=words(
        r"you (?:also )?(?:have|has) (?:\w+ )?(?:the|a|certain) rights?|you (?:can"
        r"|may) (?:\w+ ){0,4}?(?:unsubscribe|exercise|request|opt|withdraw|access|delete|manage"
        r"|object|update|change)|your (?:\w+ )?(?:rights?|request|(?:personal )?(?:data"
        r"|information))\b(?! (?:base|protection officer))"
        r"|if you (?:wish|want|no longer|would|do not|don't|prefer)|to (?:unsubscribe|opt[ -]out"
        r"|exercise)\b~60~(?:click|visit|contact|write|reply|follow)|to (?:unsubscribe"
        r"|opt[ -]out),|click (?:here|below|on)|(?:our|the) (?:\w+ )?(?:privacy"
        r"|data protection) (?:policy|notice|team|officer)|privacy policy|we (?:process|collect"
        r"|take|respect|value|use|help|offer|comply)"
        r"|intended recipient|confidential\w*|this (?:e-?mail|message) (?:and|is|may|was|contains)"
        r"|i (?:agree|consent|accept) (?:to|that)|(?:agreement|clause|template)\b"
    ),
    negates=words(
        r"(?:do not|don'?t|does not|doesn'?t)\b(?: \w+){0,5} ?$|(?:no need to|without|instead of"
        r"|rather than|cancel(?:ling)?|avoid)\b[^,;.!?]{0,20}$"
    ),
    happened=words(
        r"(?:i|we) (?:have |had |already |recently |previously |also ){0,2}(?:sent|asked|requested"
        r"|submitted|wrote|written|filed|made (?:a|my|this|the) (?:\w+ ){0,2}request|deleted"
        r"|removed|e-?mailed|exercised)\b|i've (?:already |recently )?(?:sent|asked|requested"
        r"|submitted|written|filed|deleted|removed)"
    ),
    supposes=words(r"if i (?:have|had|ever)|in case i (?:have|had|ever)|should i have"),
    part_only=words(r"following (?:personal )?(?:data|information)|only\b"),
    one_word=words(
        r"stop(?:\W+(?:it|now|please|e-?mails?|sms|spam\w*|all|stop|mails?))*"
        r"|(?:please )?un-?subscri(?:be|bed|ption)(?: me| please| now)*|un-?subscribe"
        r"|(?:please )?remove(?: me)?(?: please)?|opt[ -]?out|cancel subscription"
    ),
    privacy=words(
        r"gdpr\b|uk gdpr|personal (?:data|information)|data protection|my privacy|my data\b"
        rf"|{_DATA}~20~{_ABOUT_ME}"
        r"|(?:data )?subject access|data subject|right to be forgotten|2016/679"
        r"|supervisory authority|\bdpo\b|\bccpa\b"
    ),
    chases=words(
        r"(?:not|never|n't) (?:\w+ ){0,3}?(?:received|had|got|gotten|heard|answered|replied"
        r"|responded)\b|no (?:answer|reply|response)\b|reminder|(?:once|contacting you) again"
        r"|still (?:waiting|no)|admonition|overdue|chasing"
    ),
    threatens=words(r"if\b|unless|otherwise|failing|should you|within"),
    complains=words(
        r"(?:hereby )?(?:lodg\w+|fil(?:e|ing)|submit\w*|mak(?:e"
        r"|ing)) (?:\w+ ){0,2}?complaint~60~(?:article 77|gdpr|with you|against)"
    ),
    marketing=words(_MARKETING),
    cancels=words(r"(?:withdraw|cancel|drop|retract)\w*~15~\b(?:my|the|this) request"),
    for_another=words(
        r"on behalf of|my client\b|power of attorney|my (?:late )?(?:mother|father|son|daughter"
        r"|wife|husband|child|children|parents?|partner)(?:'s)?\b~60~(?:data|account|deleted|erase"
        r"|record|information|access)|(?:data|account|information) of my (?:late )?(?:mother"
        r"|father|son|daughter|wife|husband|child|client)|passed away|deceased"
    ),
)
