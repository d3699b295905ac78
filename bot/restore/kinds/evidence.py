"""What the copy has and no restore writes: kept as evidence, or following from other records. Writes nothing.

One step a kind of data says how many records there are; the reasons are the catalogue's own words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.catalogue import RESOURCES
from bot.catalogue.model import Caveat, LedgerEffect, ReasonClass, Resource, RestoreRule
from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.model import IdMap, Json, Kind, NotMapped, Phase, Reason, Step

_RULES = frozenset({RestoreRule.EVIDENCE, RestoreRule.NEVER, RestoreRule.DERIVED})
# Quoted in notes; matched by name; uploaded with the attachments they belong to.
_OWN_KIND = frozenset({"history", "branding_themes", "attachment_contents"})
_OF_RESTORING = frozenset({ReasonClass.NOT_RESTORABLE, ReasonClass.CHANGED_ON_RESTORE})
_NO_LOSS = 96  # weight, see summing.FOLLOWS
_POSTING = frozenset({LedgerEffect.POSTS, LedgerEffect.OUTSIDE})


# Reports that Xero draws again from what is restored: nothing is lost with them.
_DRAWN_AGAIN = frozenset(
    {
        "trial_balance", "balance_sheet", "profit_and_loss", "bank_summary", "executive_summary",
        "aged_receivables", "aged_payables",
    }
)  # fmt: skip


def reason_key(resource: str) -> str:
    """Name the reason for a kind of data."""
    return f"evidence.{resource}"


def plan(ground: Ground) -> Iterator[Step]:
    """Leave out each such kind of data that the copy has records of."""
    counts = ground.source.resources()
    for key in _KEYS:
        if counts.get(key) and ground.is_chosen(key):
            yield Step(
                kind="evidence",
                record_id=key,
                action=Action.LEAVE_OUT,
                part=str(counts[key]),
                name=str(counts[key]),
                reasons=(reason_key(key),),
                phase=Phase.CLOSING,
            )


def _reason(resource: Resource) -> Reason:
    if resource.restore.rule not in _RULES:
        sentence = f"{_title(resource)}: Ledgerkeep does not write them back yet."
        return Reason(key=reason_key(resource.key), sentence=sentence, weight=40)
    comes_by_itself = resource.restore.rule is RestoreRule.DERIVED or resource.key in _DRAWN_AGAIN
    caveat = _worst(resource)
    return Reason(
        key=reason_key(resource.key),
        sentence=caveat.sentence if caveat else f"{_title(resource)}: {_small(resource.restore.comes_back)}",
        instead=caveat.instead if caveat else "",
        moves_ledger=resource.ledger in _POSTING and not comes_by_itself,
        weight=_NO_LOSS if comes_by_itself else caveat.weight if caveat else 85,
    )


def _worst(resource: Resource) -> Caveat | None:
    """Choose the caveat about restoring that weighs most."""
    fitting = (one for one in resource.caveats if one.reason in _OF_RESTORING)
    return min(fitting, key=lambda one: one.weight, default=None)


def _title(resource: Resource) -> str:
    return f"{resource.group}, {_small(resource.title)}" if resource.group else resource.title


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _nothing(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    del record, ids
    raise NotMapped("evidence", step.record_id)


def _is_ours(resource: Resource) -> bool:
    written = resource.restore.rule not in _RULES
    return not written and resource.key not in _OWN_KIND


_KEYS = tuple(key for key, one in RESOURCES.items() if _is_ours(one))
EVIDENCE = Kind(
    key="evidence",
    resource="",
    title="Kept as evidence",
    stage=900,
    verb="PUT",
    path="Evidence",
    collection="",
    id_field="",
    plan=plan,
    payload=_nothing,  # no step of this kind writes
    write_scope="",
    batch=1,
    params={},
    reasons=tuple(_reason(RESOURCES[key]) for key in _KEYS),
)
