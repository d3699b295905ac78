"""Turns values into words that are safe to show: names neutralised, numbers with units, dates, durations.

Names and sentences may come from Xero or from a person, so nothing they hold may ping, link, format or break
a line. Must not know any block or any domain value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime

NAME_LIMIT = 80
SENTENCE_LIMIT = 600

_JOINER = "\N{WORD JOINER}"
_KEPT_FORMAT = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"  # emoji sequences and Persian need them
_LOOKALIKES = str.maketrans(
    {
        "*": "\N{ASTERISK OPERATOR}",
        "~": "\N{TILDE OPERATOR}",
        "`": "\N{MODIFIER LETTER GRAVE ACCENT}",
    }
)
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_ANGLES = str.maketrans({"<": "‹", ">": "›"})
_UNANGLED = str.maketrans({"‹": "<", "›": ">"})
_OUTER_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_EMOJI_CODE = re.compile(r":(?=[\w+'-]+:)")
_LOUD_MENTION = re.compile(r"@(?=(?:channel|here|everyone|group)\b)", re.IGNORECASE)
_CODE_SPAN = re.compile(r"(`(?:/backup|/invite|ledgerkeep)(?: [\w @.=-]{1,60})?`)")
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{1,30}")
_USER_ID = re.compile(r"[UW][A-Z0-9]{1,30}")


def name(text: str, limit: int = NAME_LIMIT) -> str:
    """Make untrusted text safe inside mrkdwn: one line, at most `limit` characters, unable to format."""
    return _isolated(_flat(_short(text, limit)).translate(_ESCAPES)) or "(no name)"


def plain_name(text: str, limit: int = NAME_LIMIT) -> str:
    """Make untrusted text safe inside plain text (headers, buttons, modals), where nothing is escaped."""
    return _isolated(_unsung(_short(text, limit)).translate(_ANGLES)) or "(no name)"


def sentence(text: str, limit: int = SENTENCE_LIMIT) -> str:
    """Make a sentence safe inside mrkdwn; only our own commands, as in `/backup now`, keep their form."""
    parts = _CODE_SPAN.split(_short(text, limit))
    return "".join(part if index % 2 else _flat(part).translate(_ESCAPES) for index, part in enumerate(parts))


def stopped(text: str, limit: int = SENTENCE_LIMIT) -> str:
    """Give a safe sentence that ends in a full stop, so that sentences can follow each other."""
    safe = sentence(text, limit)
    return safe if not safe or safe[-1] in ".!?…:" else f"{safe}."


def label(text: str) -> str:
    """Give a safe short title without a full stop, to stand inside a sentence."""
    return sentence(text, NAME_LIMIT).rstrip(".")


def typeable(text: str) -> str:
    """Give the form of a name that a person is asked to type: short, and without what cannot be typed."""
    return _clean(text)[:NAME_LIMIT].strip() or "(no name)"


def same_name(typed: str, name_: str) -> bool:
    """Say whether a person typed this name; letter case, spaces and our look-alike signs do not matter."""
    return bool(_clean(typed)) and _key(typed) == _key(typeable(name_))


def code(identifier: str) -> str:
    """Make an id safe inside a code span."""
    return re.sub(r"[^\w.:/#-]", "", identifier)[:NAME_LIMIT] or "–"


def hyperlink(label: str, url: str) -> str:
    """Make a link of our own address; the label is ours too."""
    address = re.sub(r"[\s<>|]", "", url)
    return f"<{address}|{label}>"


def person(user_id: str) -> str:
    """Mention a Slack person without trusting the id; anything else is not mentioned."""
    return f"<@{user_id}>" if _USER_ID.fullmatch(user_id) else "somebody outside Slack"


def channel(channel_id: str) -> str:
    """Name a Slack channel without trusting the id; nothing for direct messages and other text."""
    return f"<#{channel_id}>" if _CHANNEL_ID.fullmatch(channel_id) else ""


def number(value: int) -> str:
    """Write a whole number with thousands separators."""
    return f"{value:,}"


def counted(value: int, singular: str, plural: str = "") -> str:
    """Write a number with its noun: "1 record", "12,345 records"."""
    return f"{number(value)} {singular if value == 1 else plural or singular + 's'}"


def percent(share: float) -> str:
    """Write a share as a percentage, rounded down so that it never flatters."""
    if 0 < share < 0.01:
        return "under 1 %"
    return f"{int(share * 100 + 1e-9):,} %"


def bar(share: float, width: int = 10) -> str:
    """Draw a share as a bar of `width` cells; only a share of 1 or more fills the last one."""
    filled = max(0, min(width, int(share * width + 1e-9)))
    if not filled and share > 0:
        filled = 1
    return "█" * filled + "░" * (width - filled)


def size(value: int) -> str:
    """Write a number of bytes in decimal units."""
    if value < 1000:
        return counted(value, "byte")
    amount = float(value)
    for unit in ("kB", "MB", "GB"):
        amount /= 1000
        if amount < 999.95:
            return f"{amount:.1f} {unit}"
    return f"{amount / 1000:,.1f} TB"


def duration(seconds: float) -> str:
    """Write a length of time in at most two units."""
    whole = max(0, round(seconds))
    if whole < 60:
        return counted(whole, "second")
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest and minutes < 10 else counted(minutes, "minute")
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else counted(hours, "hour")
    return f"about {counted(round(hours / 24), 'day')}"


def when(at: datetime) -> str:
    """Write a time that Slack shows in the reader's own zone; UTC where it cannot."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{when_plain(at)}>"


def when_plain(at: datetime) -> str:
    """Write a time in UTC, for places where Slack does not translate dates."""
    utc = at.astimezone(UTC)
    return f"{utc.day} {utc:%b %Y}, {utc:%H:%M} UTC"


def series(parts: Sequence[str], last: str = "and") -> str:
    """Join words as a sentence does: "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def capital(text: str) -> str:
    """Begin a sentence with a capital letter and leave the rest as it is."""
    return text[:1].upper() + text[1:]


def _key(text: str) -> str:
    return _clean(text).translate(_UNANGLED).casefold()


def _clean(text: str) -> str:
    if text.isprintable():  # nearly always, and a page of fifty organisations asks some hundred times
        return " ".join(text.split())
    kept = (" " if char.isspace() else char for char in text if char.isspace() or _is_visible(char))
    return " ".join("".join(kept).split())


def _is_visible(char: str) -> bool:
    return char in _KEPT_FORMAT or not unicodedata.category(char).startswith("C")


def _short(text: str, limit: int) -> str:
    """Clean and cut; of a text far too long only the beginning is looked at."""
    head = text[: limit * 8]
    clean = _clean(head)
    if len(clean) <= limit and len(head) == len(text):
        return clean
    return clean[: limit - 1].rstrip(_KEPT_FORMAT + " ") + "…"


def _unsung(text: str) -> str:
    return _LOUD_MENTION.sub("@" + _JOINER, _EMOJI_CODE.sub(":" + _JOINER, text))


def _flat(text: str) -> str:
    flat = _OUTER_UNDERSCORE.sub("\N{MODIFIER LETTER LOW MACRON}", _unsung(text).translate(_LOOKALIKES))
    flat = flat.replace("://", ":" + _JOINER + "//")
    return _JOINER + flat if flat.startswith(">") else flat


def _isolated(text: str) -> str:
    """Keep a right-to-left name from reordering the words and numbers around it."""
    if not text.isascii() and any(unicodedata.bidirectional(char) in {"R", "AL", "AN"} for char in text):
        return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"
    return text
