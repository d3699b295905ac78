"""What one organisation holds beside its books, made when it is first asked for.

It is kept apart from the organisation, with ids from a well of its own, so that the books of an organisation
are the same whether anybody looks here or not.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass
from uuid import UUID
from weakref import WeakKeyDictionary

from bot.sandbox.xero.beside.library import FileLibrary, Person
from bot.sandbox.xero.beside.project_book import ProjectBook
from bot.sandbox.xero.beside.register import AssetRegister
from bot.sandbox.xero.organisation import PretendOrganisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The three neighbours of the books."""

    files: FileLibrary
    assets: AssetRegister
    projects: ProjectBook


_KNOWN: WeakKeyDictionary[PretendOrganisation, Beside] = WeakKeyDictionary()
_MAKING = threading.Lock()


def beside_of(org: PretendOrganisation) -> Beside:
    """Give what an organisation holds beside its books; a new one has an inbox and nothing else."""
    with _MAKING:
        found = _KNOWN.get(org)
        if found is None:
            found = _KNOWN[org] = _make(org)
        return found


def _make(org: PretendOrganisation) -> Beside:
    # Nothing made here may hold the organisation itself: it would keep it alive for ever.
    well = random.Random(f"{org.tenant_id}:beside")

    def new_id() -> str:
        return str(UUID(int=well.getrandbits(128), version=4))

    created = org.about["CreatedDateUTC"]
    return Beside(
        files=FileLibrary(new_id, org.now, org.lock, _owner(org), created),
        assets=AssetRegister(new_id, org.lock),
        projects=ProjectBook(new_id, org.now, org.lock, org.base_currency),
    )


def _owner(org: PretendOrganisation) -> Person:
    fields = next(iter(org.shelf("Users"))).fields
    return Person(
        user_id=fields["UserID"],
        email=fields["EmailAddress"],
        first=fields["FirstName"],
        last=fields["LastName"],
    )
