"""Put a plan into numbers and reasons for people. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from bot import ledger
from bot.domain.restore_plan import Action, Check, ReasonLine, Todo, TypeCount, Verdict
from bot.restore.forecast import Forecast
from bot.restore.model import Kind, Reason, Step

EXAMPLES = 3
FOLLOWS = 96  # reasons of this weight and more tell of no loss: the record comes back with another one
_MOST_BLOCKED = 0.5  # share of the records to be written
_FIELDS = {
    Action.CREATE: "create",
    Action.CHANGE: "change",
    Action.MATCH: "match",
    Action.LEAVE_OUT: "leave_out",
    Action.BLOCKED: "blocked",
}
# Kinds with one step a resource; its part says of how many records.
_WHOLE = frozenset({"evidence", "attachments", "history"})


def records_of(step: Step) -> int:
    """Say for how many records of the copy a step stands."""
    return int(step.part) if step.kind in _WHOLE else 1


def follows(step: Step, reasons: Mapping[str, Reason]) -> bool:
    """Say whether a record that is not written comes back nevertheless, with others."""
    given = step.reasons
    return step.action is Action.LEAVE_OUT and bool(given) and all(_is_no_loss(reasons[key]) for key in given)


def moved(
    steps: Iterable[Step], kinds: Mapping[str, Kind], reasons: Mapping[str, Reason]
) -> dict[str, set[str]]:
    """Give the ids, by resource, of records that come back changed so that balances move."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for step in steps:
        if step.action is Action.CHANGE and any(reasons[key].moves_ledger for key in step.reasons):
            found[kinds[step.kind].resource].add(step.record_id)
    return found


def counts(
    steps: Iterable[Step],
    kinds: Mapping[str, Kind],
    auxiliary: Collection[str],
    reasons: Mapping[str, Reason],
) -> tuple[TypeCount, ...]:
    """Count records by kind and action, in the order of the kinds; what only finishes a record counts not."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for step in steps:
        if step.kind not in auxiliary:
            field = "follows" if follows(step, reasons) else _FIELDS[step.action]
            found[kinds[step.kind].title][field] += records_of(step)
    first = {kind.title: key for key, kind in reversed(tuple(kinds.items()))}
    titles = dict.fromkeys(kind.title for kind in kinds.values())
    return tuple(
        TypeCount(key=first[title], title=title, **found[title]) for title in titles if title in found
    )


def lines(
    steps: Iterable[Step],
    kinds: Mapping[str, Kind],
    reasons: Mapping[str, Reason],
    remarks: Iterable[tuple[str, str, int]] = (),
) -> tuple[ReasonLine, ...]:
    """Give one line per reason, title of kinds and action, worst first, with a few examples.

    `remarks` are said once, of no record of the copy: kind, reason and number.
    """
    count: Counter[tuple[str, str, Action]] = Counter()
    examples: defaultdict[tuple[str, str, Action], list[str]] = defaultdict(list)
    for step in steps:
        for key in step.reasons:
            place = (key, kinds[step.kind].title, step.action)
            count[place] += records_of(step)
            if step.name and step.kind not in _WHOLE and len(examples[place]) < EXAMPLES:
                examples[place].append(step.name)
    for kind, key, number in remarks:
        count[key, kinds[kind].title, Action.MATCH] += number
    rows = [_line(place, number, examples[place], reasons) for place, number in count.items()]
    return tuple(sorted(rows, key=lambda row: (row.weight, not row.moves_ledger, row.key, row.title)))


def _line(
    place: tuple[str, str, Action],
    number: int,
    examples: list[str],
    reasons: Mapping[str, Reason],
) -> ReasonLine:
    key, title, action = place
    reason = reasons[key]
    return ReasonLine(
        key=key,
        title=title,
        action=action,
        count=number,
        sentence=reason.sentence,
        instead=reason.instead,
        moves_ledger=reason.moves_ledger,
        examples=tuple(examples),
        weight=reason.weight,
        is_loss=not (action is Action.LEAVE_OUT and _is_no_loss(reason)),
    )


def _is_no_loss(reason: Reason) -> bool:
    return reason.weight >= FOLLOWS


def todos(steps: Iterable[Step], reasons: Mapping[str, Reason]) -> tuple[Todo, ...]:
    """List what people do by hand: what must come first, first."""
    count: Counter[str] = Counter()
    for step in steps:
        for key in step.reasons:
            if reasons[key].todo:
                count[key] += records_of(step)
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
    posting = any(step.writes and kinds[step.kind].resource in ledger.RESOURCES for step in steps)
    if posting and not foreseen.is_known:
        found.append("The copy holds no trial balance that could be read, so nothing could be proved.")
    return tuple(found)
