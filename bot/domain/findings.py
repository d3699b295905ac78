"""What is shown of something worth a look to a person who may see the books. Values only; never logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.standing import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """One record behind a finding; what does not apply is "" or None. Account numbers come masked."""

    name: str = ""  # contact
    document: str = ""  # number or reference, or what kind it is
    kind: str = ""  # key of the catalogue
    on: date | None = None  # the date the record carries
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingDetail:
    """One finding with the records behind it, of which there may be more than are listed."""

    finding: Finding
    records: tuple[Noticed, ...] = ()
