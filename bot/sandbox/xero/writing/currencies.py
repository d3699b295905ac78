"""Adding currencies; they can never be taken away again."""

from __future__ import annotations

from bot.sandbox.xero.demo.ground import CURRENCY_NAMES
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.refusals import Checks
from bot.sandbox.xero.writing.sent import Sent


def write(act: Act, sent: Sent) -> Record:
    """Add a currency; one that is there already is answered as it stands."""
    code = sent.text("Code")
    checks = Checks()
    checks.require(
        len(code) == 3 and code.isascii() and code.isupper(), unpublished("Code must be an ISO currency code")
    )
    allowed = "UseMulticurrency" not in act.org.forbidden_actions
    checks.require(allowed, unpublished("The organisation's plan does not allow other currencies"))
    checks.settle()
    known = act.org.shelf("Currencies").find(code)
    if known is not None:
        return known
    name = sent.text("Description") or CURRENCY_NAMES.get(code, code)
    return act.org.put("Currencies", {"Code": code, "Description": name})


def subscribed(org: PretendOrganisation, code: str) -> bool:
    """Tell whether documents may be in this currency."""
    return code == org.base_currency or code in org.shelf("Currencies").records
