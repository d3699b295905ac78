"""Which account of the target stands for which of the source, and under which name and code each will be.

Pure. Facts (developer.xero.com/documentation/api/accounting/accounts): every new organisation comes with a
chart of its own; names and codes are unique; system accounts can be neither created nor removed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Account = Mapping[str, Any]
CARDS = frozenset({"CREDITCARD", "PAYPAL"})  # cannot be created from outside (XeroAPI/Xero-OpenAPI issue 535)
_LONGEST_NAME, _LONGEST_CODE = 150, 10


@dataclass(slots=True)
class Labels:
    """The names and codes that are taken in the target, and by whom, while accounts are renamed and added."""

    names: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, code: str, owner: str) -> None:
        """Note that an account has this name and code from now on, and no other."""
        for held, label in ((self.names, plain(name)), (self.codes, code)):
            for old in [one for one, who in held.items() if who == owner]:
                del held[old]
            if label:
                held[label] = owner

    def free_name(self, name: str, owner: str) -> bool:
        """Say whether an account may have this name."""
        return self.names.get(plain(name), owner) == owner

    def free_code(self, code: str, owner: str) -> bool:
        """Say whether an account may have this code."""
        return not code or self.codes.get(code, owner) == owner


def plain(name: object) -> str:
    """Give a name as Xero compares it: without regard to case."""
    return " ".join(str(name or "").casefold().split())


def account_id(account: Account) -> str:
    """Give Xero's id."""
    return str(account["AccountID"])


def role(account: Account) -> str:
    """Give what Xero uses the account for by itself; "" for an ordinary one."""
    return str(account.get("SystemAccount") or "")


def code_of(account: Account) -> str:
    """Give the code; bank accounts may have none."""
    return str(account.get("Code") or "")


def other_name(account: Account) -> str:
    """Give the name for an account whose own is taken: with the first letters of its old id."""
    mark = f" ({account_id(account)[:4]})"
    return str(account.get("Name", ""))[: _LONGEST_NAME - len(mark)].rstrip() + mark


def other_code(account: Account) -> str:
    """Give the code for an account whose own is taken or missing."""
    mark = account_id(account)[:4]
    code = code_of(account)[: _LONGEST_CODE - len(mark) - 1]
    return f"{code}-{mark}" if code else mark


def pair(
    source: Iterable[Account], target: Iterable[Account], *, needs_life: Callable[[Account], bool]
) -> dict[str, Account]:
    """Pair by SystemAccount, then by Code, then by Name; gives source ids with their targets.

    An archived account of the target stands only for one that nothing will be booked to.
    """
    found: dict[str, Account] = {}
    left_source = {account_id(one): one for one in source}
    left_target = {account_id(one): one for one in target}
    for key in (role, code_of, _name):
        index = {key(one): one for one in left_target.values() if key(one)}
        for wanted in list(left_source.values()):
            match = index.get(key(wanted))
            if match is None or account_id(match) not in left_target:
                continue
            if key is role or _fits(wanted, match, alive=needs_life(wanted)):
                found[account_id(wanted)] = match
                del left_source[account_id(wanted)], left_target[account_id(match)]
    return found


def labels_of(target: Iterable[Account]) -> Labels:
    """Note who has which name and code now."""
    labels = Labels()
    for one in target:
        labels.take(str(one.get("Name", "")), code_of(one), account_id(one))
    return labels


def renamings(pairs: Iterable[tuple[Account, Account]], labels: Labels) -> Iterator[tuple[Account, Account]]:
    """Yield (source, target) in an order in which each new name and code is free when it is taken.

    Those that can never get theirs (somebody else keeps it, or two would have to swap) come last.
    """
    waiting = list(pairs)
    while waiting:
        free = [one for one in waiting if _may_take(*one, labels)]
        if not free:
            break
        for source, target in free:
            if _may_take(source, target, labels):
                code = code_of(source) or code_of(target)
                labels.take(str(source.get("Name", "")), code, account_id(target))
                waiting.remove((source, target))
                yield source, target
    yield from waiting


def _may_take(source: Account, target: Account, labels: Labels) -> bool:
    owner = account_id(target)
    return labels.free_name(_name(source), owner) and labels.free_code(code_of(source), owner)


def _name(account: Account) -> str:
    return plain(account.get("Name"))


def _fits(source: Account, target: Account, *, alive: bool) -> bool:
    if role(target) or (alive and target.get("Status") == "ARCHIVED"):
        return False
    if "BANK" not in {source.get("Type"), target.get("Type")}:
        return True
    if source.get("Type") != target.get("Type") or source.get("CurrencyCode") != target.get("CurrencyCode"):
        return False
    kinds = (str(source.get("BankAccountType") or "BANK"), str(target.get("BankAccountType") or "BANK"))
    return kinds[0] == kinds[1] or (kinds[0] in CARDS and kinds[1] == "BANK")
