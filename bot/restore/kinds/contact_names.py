"""Names of contacts as Xero takes them, and no two the same. Pure; knows neither copy nor target.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/contacts): a name has at most 255
characters, is unique among active contacts whatever the case, and holds no angle brackets and no spaces at
its edges or in a row. Everybody is active while documents are written, so archived ones need names, too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.restore.model import Reason

LONGEST = 255
NAMELESS = "Contact without a name"
ERASED_NAME = "Erased contact"
_BRACKETS = str.maketrans("<>", "()")

TIDIED = Reason(
    key="contacts.name",
    sentence="Xero no longer takes this name (angle brackets, or spaces too many); it is tidied.",
    fields=("Name",),
    weight=64,
)
ARCHIVED_TWIN = Reason(
    key="contacts.name_archived",
    sentence='It is archived and shares its name with another contact; "(archived)" is added to the name.',
    fields=("Name",),
    weight=68,
)
TWIN = Reason(
    key="contacts.name_twice",
    sentence="Another contact has the same name, if only in another case; some characters are added to it.",
    instead="Rename or merge the two in Xero after the restore.",
    fields=("Name",),
    weight=62,
)
REASONS = (TIDIED, ARCHIVED_TWIN, TWIN)


@dataclass(frozen=True, slots=True)
class Wish:
    """The name one contact had; `last` lets others choose before it, as active ones before archived ones."""

    record_id: str
    name: str
    last: bool = False


def tidy(name: str) -> str:
    """Give the name as Xero takes it."""
    plain = "".join(" " if unicodedata.category(one) == "Cc" else one for one in name)
    words = [word for word in plain.translate(_BRACKETS).strip().split(" ") if word]
    return " ".join(words)[:LONGEST].strip() or NAMELESS


def key_of(name: str) -> str:
    """Give what is the same for names that Xero may take for the same."""
    return unicodedata.normalize("NFC", name.casefold())


def name_of(name: str, record_id: str, reasons: Collection[str]) -> str:
    """Give the name a contact comes back with: the same one every time for the same reasons."""
    ending = " (archived)" if ARCHIVED_TWIN.key in reasons else ""
    ending += f" ({record_id[:8]})" if TWIN.key in reasons else ""
    return tidy(name)[: LONGEST - len(ending)].rstrip() + ending


def choose(wishes: Iterable[Wish], taken: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Say by record id why each name changes, nothing where it stays; `taken` are names in use already."""
    used = {key_of(one) for one in taken}
    found: dict[str, tuple[str, ...]] = {}
    for wish in sorted(wishes, key=_order):
        found[wish.record_id] = _first_free(wish, used)
        used.add(key_of(name_of(wish.name, wish.record_id, found[wish.record_id])))
    return found


def _order(wish: Wish) -> tuple[bool, bool, str]:
    return wish.last, tidy(wish.name) != wish.name, wish.record_id


def _first_free(wish: Wish, used: Collection[str]) -> tuple[str, ...]:
    tidied = (TIDIED.key,) if tidy(wish.name) != wish.name else ()
    choices = [tidied, *([(*tidied, ARCHIVED_TWIN.key)] if wish.last else []), (*tidied, TWIN.key)]
    free = (one for one in choices if key_of(name_of(wish.name, wish.record_id, one)) not in used)
    return next(free, choices[-1])
