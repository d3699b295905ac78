"""How people ask about restores. Data; tried among the other shapes, in this order.

On the plain form: small letters, no signs, no plural s, contractions written out.
"""

from __future__ import annotations

from bot.catalogue.topics_model import Beside, Shape

_R = r"(?:restor\w*|rebuild|rebuilding|rebuilt|recover\w*)"
_PLACE = (
    r"(?:region|country|australia|australian|uk|(?<!put )us|usa|nz|new zealand|america|american|british|"
    r"united kingdom)"
)
_HARM = r"(?:overwrite|overwritten|overwriting|replace|touch|change|wipe|delete|affect|mess up|alter|damage)"
_HOUSE = r"(?:organisation|organization|org|company|client|entity|file|book|ledger|one|tenant|account|xero)"

SHAPES: tuple[Shape, ...] = (
    Shape(
        "restore_emails",
        r"\b(?:restor\w*|rebuild)\b(?! (?:a |an |my |the )?(?:deleted|lost|old) )"
        r".*\b(?:email\w*|mail|notif\w+|send|sent|message)\b|"
        r"\b(?:email\w*|mail|notif\w+|send|sent|message)\b.*\b(?:restor\w*|rebuild)\b|"
        r"\b(?:will|would|do|does|can) you (?:ever )?(?:email|mail|contact|write to) (?:my|our|the) "
        r"(?:customer|client|supplier)",
        Beside.ANY,
    ),
    Shape(
        "rehearsal",
        rf"\b(?:rehearse|rehearsed|rehearsing|rehearsal)\b|\b(?:fire )?drill\b|\bdry run\b|"
        rf"\b(?:test|tested|testing|try out|tried|trial|practise|practice|practising|mock) "
        rf"(?:a |the |our |out )*{_R}|"
        rf"\b{_R} (?:test|trial|practice|exercise)\b",
        Beside.ANY,
    ),
    Shape(
        "restore_time",
        rf"^(?!.*\b(?:kept|keep|stored)\b)(?:.*)(?:"
        rf"\bhow (?:long|fast|quick|quickly|soon|much time|many hour|many day|many call)\b"
        rf".*\b{_R}|"
        rf"\b{_R}.*\b(?:take long|how long|how much time|how quickly|finished by)\b)",
        Beside.ANY,
    ),
    Shape(
        "region",
        rf"\b(?:restor\w*|rebuild|move|migrate|target|put)\b.*\b{_PLACE}\b|"
        rf"\b(?:same|another|different|other) {_PLACE}\b.*\b(?:restor\w*|rebuild|target)\b",
        Beside.ANY,
    ),
    Shape(
        "restore_undo",
        rf"\b(?:undo|undone|undoing|reverse|reversed|revert|roll back|unwind|take back|get rid of) "
        rf"(?:a |the |that |this |my |our )?(?:finished |done |whole )?{_R}(?! point)|"
        rf"\b{_R} (?:be |is |get |got )?(?:undone|reversed|reverted|rolled back|unwound|"
        rf"reversible|irreversible|permanent|undoable)\b|"
        rf"\b(?:undo|reverse|revert|roll) it (?:back )?(?:if|after|when|once)\b.*\b{_R}",
        Beside.ANY,
    ),
    Shape(
        "restore_stop",
        r"^(?:and |so )*what (?:happen|happens)?\b.*\b(?:stop|stopped|pause|paused|cancel) "
        r"(?:a |the )?restore(?: half ?way| midway| in the middle)*|"
        r"^(?:and |so )*(?:can|could|may|how|who|is it|what)\b.*\b(?:stop|stopped|pause|paused|halt|abort|"
        r"interrupt|interrupted|cancel|cancelled)\b.*\b(?:restor\w*|rebuild)|"
        r"^(?:and |so )*(?:can|could|may|what)\b.*\brestor\w* (?:be )?"
        r"(?:stop|stopped|paused|halted|aborted|interrupted|cancelled)\b",
        Beside.ANY,
    ),
    Shape(
        "restore_live",
        rf"\b{_R} (?:it )?in place\b|\b{_R}\b.*\boverwrit\w*|"
        rf"\b{_R}\b.*\b(?:over|onto|on top of|overwrite|overwriting|in place|back into|into|to)\b.*"
        rf"\b(?:live|same|original|existing|current|production|my own|our own|itself)\b(?: {_HOUSE})?"
        rf"(?! region| country)|"
        rf"\b{_HARM}\b.*\b(?:by|in|during|with|from|when|after) (?:a |the |you |we |i )*{_R}|"
        rf"\b{_R}\b.*\b{_HARM}\b.*\b(?:live|existing|current|original|my|our) (?:\w+ )?"
        rf"(?:{_HOUSE}|data|organisation|record|number)\b",
        Beside.ANY,
    ),
    Shape(
        "restore_one",
        rf"\b{_R} (?:just |only )?(?:a |my |the |this )?(?:single|individual|particular|specific)\b|"
        rf"\b{_R} (?:just |only )(?:a|an|one|this|that)\b|\b{_R} one (?!{_HOUSE}|of)|"
        rf"\b(?:single|individual|particular|specific|just one|only one) (?:\w+ ){{1,3}}(?:be )?{_R}",
        Beside.ANY,
    ),
    Shape(
        "restore_part",
        rf"\b{_R} (?:just|only|some|part|certain|selected)\b|"
        rf"\b(?:partial|partially|selective|selectively) {_R}|"
        rf"\b(?:choose|pick|select)\b.*\b(?:what|which)\b.*\b{_R}|\b{_R} (?:partially|selectively|in part)\b",
        Beside.ANY,
    ),
    Shape(
        "restore_target",
        rf"\bwhich {_HOUSE} (?:can|could|may|do|should) (?:i|we|you) (?:restore|rebuild) (?:in)?to\b|"
        rf"\b(?:where|into what|into which)\b.*\b{_R}|\b{_R}.*\b(?:go to|go into|end up|target)\b|"
        rf"\btarget (?:organisation|organization|company)\b|"
        rf"\b(?:empty|new|blank|fresh|second) {_HOUSE}\b.*\b(?:for|to|before)\b.*\b{_R}|"
        rf"\b(?:does|do|must|ha|has|need)\b.*\btarget\b.*\b(?:empty|new|blank)\b",
        Beside.ANY,
    ),
    Shape(
        "restore_proof",
        rf"\b{_R}\b.*\b(?:checked|verify|verified|verification|proof|proven|prove|compare|compared|worked|"
        rf"correct|accurate|trust)\b|"
        rf"\b(?:check|checked|verify|verified|prove|proof|compare|compared|know|sure|trust)\b.*\b{_R}"
        rf"(?! (?:date|point))",
        Beside.ANY,
    ),
    Shape(
        "restore_who",
        r"\bwho (?:can|may|must|should|ha|is allowed to|gets to)\b.*\b(?:start|begin|request|ask|trigger|run|"
        r"order|do|make)\b.*\brestore\b|\bwho (?:can|may) restore\b|"
        r"\b(?:anyone|anybody|everyone|everybody|i|we) (?:start|request|trigger|order) (?:a |the )?restore\b|"
        r"\b(?:can|may) (?:anyone|anybody|everybody) restore\b",
    ),
)
