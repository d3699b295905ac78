"""A pretend Xero: stateful, strict, over real HTTP on loopback.

For `make demo` and for tests; it imports nothing of the product it is used to judge.

Strict means: granular scopes only, exact redirect addresses, single-use codes, rotating refresh tokens, one
organisation per consent, XML unless JSON is asked for, lists that leave out what Xero's lists leave out,
limits with Xero's headers, and reports that add up from the documents. Where Xero's own wording is not
published, the answer is plain text, or, inside a list of errors whose shape is known, a sentence that says
it is not Xero's (`writing/messages.py`), so that nobody can come to rely on it.
"""

from __future__ import annotations

from bot.sandbox.xero.calls import Call
from bot.sandbox.xero.faults import Fault, Faults, Kind
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.server import ConsentRefused, PretendXero

__all__ = ["Call", "ConsentRefused", "Fault", "Faults", "Kind", "PretendOrganisation", "PretendXero"]
