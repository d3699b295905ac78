"""How people ask about what was spoken of before, and what openings and turns of a question say. Data.

Tried on the plain form: small letters, no signs, no plural s, "back up" and all its forms as "backup".
"""

from __future__ import annotations

# "and in the restore?", "why?": shapes that need a topic spoken of before.
FOLLOW_UPS: tuple[tuple[str, str], ...] = (
    (
        "restore",
        (
            r"\b(?:in|after|during|with|on) (?:the |a )?restor|"
            r"\b(?:it|they|that|those|them|these)\b.*\b(?:come back|restored?|back)\b|^(?:and )?(?:come back|"
            r"restored?)$"
        ),
    ),
    ("why", r"^(?:but |and |ok |so )*(?:why|how come|what is the reason|for what reason)\b"),
    (
        "instead",
        (
            r"\binstead\b|\bworkaround\b|\balternative\b|what to do|"
            r"what (?:can|should|could|do|would) (?:i|we|you) (?:do|suggest)|"
            r"how (?:do|can|should) (?:i|we) (?:save|keep|protect|copy|get) (?:it|them|that|those)\b"
        ),
    ),
    ("count", r"^(?:and |so )*how many\b|\bdo (?:we|i) have any\b|^how much of (?:it|that)\b"),
)

# Openings that ask for a value or an explanation, not for coverage.
VALUE = (
    r"\b(?:mean|meaning|definition|explain|difference between)\b|^(?:what|who|when|why|how)(?! about|"
    r" happen| become)\b|"
    r"^(?:tell me(?! you)|calculate|work out)\b|^(?:can|could|will|would) you do\b"
)

# Shapes that ask for coverage without one of its words; and those by which we are asked what we keep.
SAYS_COVERED = (
    r"\b(?:in|inside|within) (?:the |your |our )?(?:there|it|this|scope|what you|backup|copy|snapshot)\b|"
    r"\bin$|\blook(?:ed|ing)? after\b|"
    r"\b(?:still|keep) work\w*\b|\bpart of\b|\bpick\w* up\b|\bhold on ?to\b|\bok$|"
    r"\bby accident\b|\b(?:would|will) (?:i|we) (?:still )?(?:have|get|find|see)\b"
)
YOU_KEEP = (
    r"\b(?:you|it|job|ledgerkeep|this) (?:\w+ )?(?:have|keep|save|store|hold|take|include|read|"
    r"see|pull|grab|"
    r"remember|capture|pick|handle|record)\b|"
    r"^do you do\b|\b(?:have|did) you (?:got|get)\b|^you (?:got|get|have)\b"
)
# Of "payments on invoices" the payments are meant; these are what others stand on.
HOSTS = frozenset({"invoices", "contacts", "quotes", "purchase_orders", "credit_notes", "accounts", "items"})
WHAT_ABOUT = r"^(?:and |or |so )*(?:what|how) (?:about|is the (?:story|deal|situation) with)\b"
# Names of things that are also something people do: "we bill monthly".
VERBS = frozenset({"bill", "invoice", "quote", "budget", "claim", "track", "report"})
