"""Put a plan into numbers and reasons for people. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from bot.domain.restore import Action, Check, ReasonLine, Todo, TypeCount, Verdict
from bot.restore.forecast import Forecast
from bot.restore.model import Kind, Reason, Step

EXAMPLES = 3
_MOST_BLOCKED = 0.5  # share of the records to be written
_FIELDS = {
    Action.CREATE: "create",
    Action.CHANGE: "change",
    Action.MATCH: "match",
    Action.LEAVE_OUT: "leave_out",
    Action.BLOCKED: "blocked",
}


def counts(
    steps: Iterable[Step], kinds: Mapping[str, Kind], auxiliary: Collection[str]
) -> tuple[TypeCount, ...]:
    """Count records by kind and action, in the order of the kinds; what only finishes a record counts not."""
    found: Counter[tuple[str, Action]] = Counter()
    for step in steps:
        if step.kind not in auxiliary:
            # A kind of evidence is one step a resource: its name is how many records there are.
            found[step.kind, step.action] += 1
    named = {key for key, _ in found}
    return tuple(
        TypeCount(key=key, title=kind.title, **{name: found[key, action] for action, name in _FIELDS.items()})
        for key, kind in kinds.items()
        if key in named
    )


def lines(
    steps: Iterable[Step],
    kinds: Mapping[str, Kind],
    reasons: Mapping[str, Reason],
    remarks: Iterable[tuple[str, str, int]] = (),
) -> tuple[ReasonLine, ...]:
    """Give one line per reason, kind and action, worst first, with a few examples.

    `remarks` are said once, of no record of the copy: kind, reason and number.
    """
    count: Counter[tuple[str, str, Action]] = Counter()
    examples: defaultdict[tuple[str, str, Action], list[str]] = defaultdict(list)
    for step in steps:
        for key in step.reasons:
            place = (key, step.kind, step.action)
            count[place] += 1
            if step.name and len(examples[place]) < EXAMPLES:
                examples[place].append(step.name)
    for kind, key, number in remarks:
        count[key, kind, Action.MATCH] += number
    rows = [_line(place, number, examples[place], kinds, reasons) for place, number in count.items()]
    return tuple(sorted(rows, key=lambda row: (row.weight, not row.moves_ledger, row.key, row.title)))


def _line(
    place: tuple[str, str, Action],
    number: int,
    examples: list[str],
    kinds: Mapping[str, Kind],
    reasons: Mapping[str, Reason],
) -> ReasonLine:
    key, kind, action = place
    reason = reasons[key]
    return ReasonLine(
        key=key,
        title=kinds[kind].title,
        action=action,
        count=number,
        sentence=reason.sentence,
        instead=reason.instead,
        moves_ledger=reason.moves_ledger,
        examples=tuple(examples),
        weight=reason.weight,
    )


def todos(steps: Iterable[Step], reasons: Mapping[str, Reason]) -> tuple[Todo, ...]:
    """List what people do by hand: what must come first, first."""
    count = Counter(key for step in steps for key in step.reasons if reasons[key].todo)
    found = [
        Todo(key=key, sentence=reasons[key].todo, before=reasons[key].todo_before, count=number)
        for key, number in count.items()
    ]
    return tuple(sorted(found, key=lambda one: (not one.before, reasons[one.key].weight, one.key)))


def unsafe(
    steps: Collection[Step], kinds: Mapping[str, Kind], checks: Iterable[Check], foreseen: Forecast
) -> tuple[str, ...]:
    """Say why nobody should be able to approve this plan; nothing when it may be offered."""
    found = [one.why or f"{one.title} differs." for one in checks if one.verdict is Verdict.FAILS]
    writing = sum(1 for step in steps if step.writes)
    blocked = Counter(step.kind for step in steps if step.action is Action.BLOCKED)
    if not writing:
        found.append("There is nothing in this plan that could be written.")
    elif blocked.total() > _MOST_BLOCKED * (writing + blocked.total()):
        worst = kinds[blocked.most_common(1)[0][0]].title.lower()
        found.append(
            f"{blocked.total():,} of {writing + blocked.total():,} records are blocked, most of them {worst}."
        )
    if not foreseen.is_known:
        found.append("The copy holds no trial balance that could be read, so nothing could be proved.")
    return tuple(found)
