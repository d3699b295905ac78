"""Currencies: added where the target lacks them. Source: developer.xero.com, API page on currencies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.model import IdMap, Json, Kind, Pair, Phase, Reason, Settle, Step

MULTICURRENCY = "UseMulticurrency"  # Xero's name of the action
PLAN = Reason(
    key="currencies.plan",
    sentence="The Xero plan of the new organisation does not allow other currencies.",
    instead="Move it to a plan with several currencies.",
    moves_ledger=True,
    weight=5,
    todo="Move the new organisation to a Xero plan that allows several currencies.",
    todo_before=True,
)


def plan(ground: Ground) -> Iterator[Step]:
    """Match what the target has, add the others; the base currency is there in any case."""
    if not ground.is_chosen("currencies"):
        return
    base = ground.target.facts.base_currency
    there = {*ground.target.currencies, base}
    if base:
        _settle_match(ground, base)
    for record in ground.records("currencies"):
        code = str(record["Code"])
        if code in there:
            _settle_match(ground, code)
            yield _step(code, Action.MATCH, target_key=code)
        elif ground.target.actions is not None and MULTICURRENCY not in ground.target.actions:
            ground.settle("currencies", code, Action.BLOCKED)
            yield _step(code, Action.BLOCKED, reasons=(PLAN.key,))
        else:
            ground.settle("currencies", code, Action.CREATE)
            yield _step(code, Action.CREATE)


def payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    """Send the code with the name that the source knows it by."""
    del step, ids
    body: Json = {"Code": record["Code"]}
    if record.get("Description"):
        body["Description"] = record["Description"]
    return body


def learn(step: Step, record: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterable[Pair]:
    """A currency is its code."""
    del record, answer
    yield Pair("currencies", step.record_id, step.record_id)


def _settle_match(ground: Ground, code: str) -> None:
    ground.settle("currencies", code, Action.MATCH, code)
    ground.notes.setdefault("pairs", []).append(Pair("currencies", code, code))


def _step(code: str, action: Action, *, reasons: tuple[str, ...] = (), target_key: str = "") -> Step:
    return Step(
        kind="currencies",
        record_id=code,
        action=action,
        name=code,
        reasons=reasons,
        phase=Phase.FIRST,
        target_key=target_key,
    )


def _likeness(one: Mapping[str, Any]) -> str:
    return str(one.get("Code", "")).upper()


CURRENCIES = Kind(
    key="currencies",
    resource="currencies",
    title="Currencies",
    stage=10,
    verb="PUT",
    path="Currencies",
    collection="Currencies",
    id_field="Code",
    plan=plan,
    payload=payload,
    write_scope="accounting.settings",
    batch=1,
    params={},
    learn=learn,
    settle=Settle(path="Currencies", collection="Currencies", likeness=_likeness),
    reasons=(PLAN,),
)
