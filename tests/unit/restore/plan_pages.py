"""A plan as a page of text: what the golden files keep, and what a person would want to read of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.domain.restore_plan import Action, PlanSummary
from bot.restore.model import Step
from bot.restore.planner import KIND, MadePlan, writes

FIRST = 2  # steps shown of each kind


def page(made: MadePlan) -> str:
    """Draw the plan."""
    summary = made.summary
    parts = (
        ("Not to be approved", summary.unsafe),
        ("Checks", _checks(summary)),
        ("Added types", summary.added_types),
        ("Counts", _counts(summary)),
        ("Reasons, worst first", _reasons(summary)),
        ("By hand", _todos(summary)),
        ("Balances", _balances(summary)),
        ("Effort", _effort(summary)),
        ("Writes in order", _writes(made)),
        ("First steps", _steps(made)),
    )
    return "\n".join(line for title, lines in parts for line in (f"## {title}", *lines, ""))


def _checks(summary: PlanSummary) -> Iterator[str]:
    for one in summary.checks:
        why = f": {one.why}" if one.why else ""
        yield f"{one.verdict}: {one.title} ({one.source_value or '-'} | {one.target_value or '-'}){why}"


def _counts(summary: PlanSummary) -> Iterator[str]:
    fields = ("create", "change", "match", "leave_out", "blocked", "follows")
    for one in summary.counts:
        told = [f"{name} {getattr(one, name)}" for name in fields if getattr(one, name)]
        yield f"{one.title} [{one.key}]: {', '.join(told)}"
    yield f"in all: {', '.join(f'{action} {summary.total(action)}' for action in Action)}"


def _reasons(summary: PlanSummary) -> Iterator[str]:
    for one in summary.reasons:
        marks = [f"{one.weight}", *(["ledger"] if one.moves_ledger else [])]
        marks += [] if one.is_loss else ["no loss"]
        yield f"{one.key} ({', '.join(marks)}): {one.title}, {one.count} {one.action}"
        yield f"    {one.sentence} {one.instead}".rstrip()
        if one.examples:
            yield f"    e.g. {' | '.join(example[:60] for example in one.examples)}"


def _todos(summary: PlanSummary) -> Iterator[str]:
    for one in summary.todos:
        yield f"{'before' if one.before else 'after'}: {one.sentence} [{one.key}, {one.count}]"


def _balances(summary: PlanSummary) -> Iterator[str]:
    if not summary.balances:
        return
    latest = max(one.on for one in summary.balances)
    days = Counter(one.on for one in summary.balances)
    yield f"{len(summary.balances)} on {len(days)} days; on {latest}:"
    for one in summary.balances:
        if one.on == latest:
            yield f"{one.account}: {'' if one.is_exact else 'about '}{one.amount:+,.2f}. {one.why}"


def _effort(summary: PlanSummary) -> Iterator[str]:
    cost = summary.effort
    yield f"{cost.calls_write} calls to write, {cost.calls_read} to read"
    yield f"{cost.seconds} seconds of waiting, {cost.days} days"


def _writes(made: MadePlan) -> Iterator[str]:
    lines: dict[tuple[int, str], list[int]] = {}
    for write in writes(made.plan.steps):
        lines.setdefault((write.steps[0][1].phase, write.kind.key), []).append(len(write.steps))
    for (phase, key), sizes in lines.items():
        kind = KIND[key]
        yield f"{phase} {key}: {kind.verb} {kind.path}, {len(sizes)} calls, {sum(sizes)} elements"


def _steps(made: MadePlan) -> Iterator[str]:
    seen: Counter[tuple[str, Action]] = Counter()
    for step in made.plan.steps:
        seen[step.kind, step.action] += 1
        if seen[step.kind, step.action] <= FIRST:
            yield _line(step)


def _line(step: Step) -> str:
    part = f" {step.part}" if step.part else ""
    reasons = f" because {', '.join(step.reasons)}" if step.reasons else ""
    matched = " =" if step.target_key else ""
    return f"{int(step.phase)} {step.kind}{part}: {step.action}{matched} {step.name[:60]!r}{reasons}"
