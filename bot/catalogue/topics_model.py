"""The words of the topics: what one of them says, and a way to ask. Values only; knows nobody."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One thing people ask about; `about` are keys of the catalogue at home here, `also` those of others.

    `words` are what people call it besides its title, parted by commas; letter case, plurals and hyphens do
    not matter.
    """

    key: str
    title: str
    words: str
    about: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    says: str = ""  # the headline where the entries alone would sound odd; true while all of them are read
    only: str = ""  # of the caveats, those that hold this word
    single: bool = False  # "is backed up", not "are"
    hangs_on_records: bool = False  # "notes on invoices" is about notes


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that is true of Ledgerkeep itself; `headline` is a whole sentence."""

    key: str
    title: str
    headline: str
    more: tuple[str, ...] = ()
    instead: str = ""
    source: str = "how Ledgerkeep is built"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """A word that may mean one of several topics; asked about unless another word of the question settles it.

    Without topics: a thing that sounds like one of ours and of which nothing is known.
    """

    words: str
    topics: tuple[str, ...] = ()


class Beside(Enum):
    """May a topic stand beside this shape?"""

    ANY = "any"
    NONE = "none"  # then the question is about the topic
    NEEDED = "needed"


@dataclass(frozen=True, slots=True)
class Shape:
    """One way to ask; `key` is that of a fact or of an intent. `whole`: an unclear word counts as a topic.

    `of`: what must be said besides, where the words of the pattern are everyday ones.
    """

    key: str
    pattern: str
    topic: Beside = Beside.NONE
    whole: bool = False
    of: str = ""
