"""Names of files made from names that people and other programs gave: safe on every system, none twice.

What a name says is never trusted: it cannot lead out of its folder, hide its ending or be a device of Windows
(learn.microsoft.com/windows/win32/fileio/naming-a-file). Knows no record; the true name is kept by others.
"""

from __future__ import annotations

import re
import unicodedata

MOST_BYTES = 120  # of UTF-8; leaves room for folders where a whole path may have 260 characters
_LONGEST_ENDING = 16  # characters, the dot included
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(?:\..*)?", re.IGNORECASE
)
# Control, direction and other invisible characters, halves of characters, private and unassigned ones,
# separators of lines and paragraphs (unicode.org/reports/tr44, General_Category).
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NAMELESS = "unnamed"


def safe_name(name: str, most_bytes: int = MOST_BYTES) -> str:
    """Give a name that is one file's name on every system, as near to `name` as that allows."""
    seen = "".join(char for char in unicodedata.normalize("NFC", name) if _is_seen(char))
    plain = _ends(_FORBIDDEN.sub("_", seen))
    return _whole(plain or _NAMELESS, "", most_bytes)


class Names:
    """The names given in one folder; two that only differ in letter case or accents' spelling are one."""

    def __init__(self, *taken: str) -> None:
        self._taken = {_folded(name) for name in taken}
        self._next: dict[str, int] = {}

    def give(self, name: str, most_bytes: int = MOST_BYTES) -> str:
        """Give a safe name nobody else has here; ten of one name get numbers."""
        first = safe_name(name, most_bytes)
        key, found = _folded(first), first
        while _folded(found) in self._taken:
            number = self._next[key] = self._next.get(key, 1) + 1
            found = _whole(first, f" ({number})", most_bytes)
        self._taken.add(_folded(found))
        return found


def _is_seen(char: str) -> bool:
    return unicodedata.category(char) not in _UNSEEN


def _ends(text: str) -> str:
    """Take off what Windows drops at the end, and what hides a file on other systems at its beginning."""
    text = text.strip().rstrip(". ")
    return f"_{text}" if text.startswith(".") else text.strip()


def _whole(name: str, number: str, most_bytes: int) -> str:
    """Put a name together within its room: what is cut is the end of its stem, never its ending."""
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) >= _LONGEST_ENDING or len(ending.encode()) * 2 > most_bytes:
        stem, dot, ending = name, "", ""
    mark = "_" if _DEVICES.fullmatch(name) else ""
    room = most_bytes - len(f"{mark}{number}{dot}{ending}".encode())
    cut = _ends(stem.encode()[:room].decode(errors="ignore")) or _NAMELESS[:room]
    return f"{mark}{cut}{number}{dot}{ending}"


def _folded(name: str) -> str:
    """Fold what some file systems do not tell apart."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", name).casefold()).casefold()
