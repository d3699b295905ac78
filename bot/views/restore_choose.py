"""The modal that asks for a restore: what, from when, into which organisation, and why.

A menu cannot show what may not be chosen: organisations that cannot be written to stand below it, each with
the reason. Menus that depend on the copy carry its id in their block's name, so that what was chosen for
another copy is not kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.restore_form import RestoreForm, SnapshotChoice, TargetChoice, TypeChoice
from bot.domain.restore_plan import Check, Conversion, Verdict
from bot.views import blocks, ids
from bot.views.blocks import Block
from bot.views.message import Entry, Listing, fitted
from bot.views.settings_inputs import choice as option
from bot.views.words import channel, counted, label, name, plain_name, sentence, series, stopped, when_plain

TITLE, DRILL_TITLE = "Restore a copy", "Rehearse a restore"
DRILL_WHY = "A rehearsal, to see that this copy can be used"  # stands in the form; people may change it
EVERYTHING, CHOSEN = "everything", "chosen"
SINGLE_PAYMENTS, KEEP_NUMBERS, HISTORY_NOTES = "single_payments", "keep_void_numbers", "history_notes"
REASON_AT_MOST = 500
_OPTIONS_AT_MOST = 100  # Slack's limit of a menu
_REFUSED_AT_MOST = 12
_PROMISE = (
    "I rebuild a copy of your books in *another* organisation of the same region. I do not rewind your live "
    "organisation: the one that was copied is never written to. Nothing is written before somebody else has "
    "approved a plan that says what comes back, what comes back changed and what does not."
)
_DRILL_PROMISE = (
    "A rehearsal is a restore for practice: the same plan, approval, writing and comparison, so that you "
    "know that a copy can be used before you need it. It *writes for real*, into *another* organisation of "
    "the same region; the one that was copied is never written to. Nothing is written before somebody else "
    "has approved the plan."
)
_EMPTY = "It must be empty; that is checked when the plan is made, and again before the first write."
_DRILL_EMPTY = f"One kept for tests is best. {_EMPTY} A demo company that holds Xero's samples is not."
_WHOLE = "A rehearsal of everything says most: one of some kinds is shorter, but says nothing of the others."
_NO_TARGET = (
    "❗ No organisation here can be written to. In Xero, create one of the same country and base currency "
    "and leave it empty; then link it with `/backup connect`."
)
_CONVERSIONS: Mapping[Conversion, tuple[str, str]] = {
    Conversion.JOURNAL: ("As one labelled manual journal", "Works everywhere; the plan shows its lines."),
    Conversion.SETUP: ("As conversion balances", "Xero lets only some apps; if it refuses, none come back."),
    Conversion.NONE: ("Not at all", "Balances will differ by them."),
}


def restore_modal(form: RestoreForm, *, ref: str) -> Block:
    """Draw the form as far as it is filled in."""
    source = form.source
    drawn = [blocks.section(_DRILL_PROMISE if form.is_drill else _PROMISE), _source(form)]
    if source is not None:
        drawn += [_snapshot(form), _target(form), *fitted([_refused(form)])]
        drawn += [*_what(form), _options(form), _conversion(form)]
    where = channel(source.home_channel) if source else ""
    posted = f" The request is posted in {where}, where both names are shown." if where else ""
    drawn += [_reason(form), blocks.context(f"Approved by: {form.approvers or 'workspace admins'}.{posted}")]
    return blocks.modal(
        title_of(is_drill=form.is_drill),
        drawn,
        callback_id=ids.RESTORE_MODAL,
        submit="Make the plan",
        metadata=ids.reference(ref),
    )


def title_of(*, is_drill: bool) -> str:
    """Give the title of the form."""
    return DRILL_TITLE if is_drill else TITLE


def _source(form: RestoreForm) -> Block:
    choices = [option(plain_name(one.name, 70), one.id) for one in form.sources[:_OPTIONS_AT_MOST]]
    return _menu(
        ids.RESTORE_SOURCE, "The copy of which organisation?", choices, form.filled.source_id, at_once=True
    )


def _snapshot(form: RestoreForm) -> Block:
    if not form.snapshots:
        return blocks.section(
            "❗ There is no snapshot of this organisation, so there is nothing to restore. "
            "`/backup now` takes one."
        )
    shown = form.snapshots[:_OPTIONS_AT_MOST]
    chosen = form.filled.snapshot_id or shown[0].id
    block = f"{ids.RESTORE_SNAPSHOT}.{form.filled.source_id}"
    more = len(form.snapshots) - len(shown)
    hint = f"Newest first. {counted(more, 'older one')} cannot be shown here." if more else "Newest first."
    return _menu(
        ids.RESTORE_SNAPSHOT,
        "As it was when?",
        [_moment(one) for one in shown],
        chosen,
        block=block,
        hint=hint,
    )


def _moment(one: SnapshotChoice) -> Block:
    gaps = f" ({counted(one.gaps, 'gap')})" if one.gaps else ""
    return option(f"#{one.number} · {when_plain(one.taken_at)} · {one.verdict.value}{gaps}", one.id)


def _target(form: RestoreForm) -> Block:
    usable = [one for one in form.targets if not one.why]
    if not usable:
        return blocks.section(_NO_TARGET)
    choices = [_place(one) for one in usable[:_OPTIONS_AT_MOST]]
    only = usable[0].organisation.id if form.is_drill and len(usable) == 1 else ""
    return _menu(
        ids.RESTORE_TARGET,
        "Into which organisation?",
        choices,
        form.filled.target_id or only,
        block=f"{ids.RESTORE_TARGET}.{form.filled.source_id}",
        hint=_DRILL_EMPTY if form.is_drill else _EMPTY,
    )


def _place(one: TargetChoice) -> Block:
    facts = one.organisation.facts
    about = ", ".join(part for part in (facts.country, facts.base_currency) if part)
    demo = " (demo company)" if facts.is_demo else ""
    return option(
        plain_name(one.organisation.name, 70), one.organisation.id, plain_name(f"{about}{demo}", 70)
    )


def _refused(form: RestoreForm) -> Listing | None:
    refused = [one for one in form.targets if one.why]
    if not refused:
        return None
    return Listing(
        heading="*Cannot be written to:*",
        entries=[
            Entry(f"• *{name(one.organisation.name)}*: {_why_not(one)}", name(one.organisation.name, 40))
            for one in refused
        ],
        more="name the organisation to hear why.",
        most=_REFUSED_AT_MOST,
    )


def _why_not(one: TargetChoice) -> str:
    """Say what differs, then why that matters, once: what follows from the first reason is no news."""
    failing = [each for each in one.checks if each.verdict is Verdict.FAILS]
    differ = [each for each in failing if "" not in _values(each) and len(set(_values(each))) > 1]
    if not differ:
        return stopped(one.why, 300)
    told = "; ".join(f"{label(each.title).lower()} {' instead of '.join(_values(each))}" for each in differ)
    return f"{told}. {stopped(failing[0].why, 200)}"


def _values(one: Check) -> tuple[str, str]:
    return sentence(one.target_value, 40), sentence(one.source_value, 40)


def _what(form: RestoreForm) -> list[Block]:
    everything = option("Everything that comes back", EVERYTHING)
    chosen = option("Only some kinds of data", CHOSEN, "With all that they need.")
    radio = {
        "type": "radio_buttons",
        "options": [everything, chosen],
        "initial_option": chosen if form.filled.only_types else everything,
    }
    hint = _WHOLE if form.is_drill else ""
    drawn = [_input(ids.RESTORE_WHAT, "What?", radio, hint=hint, at_once=True)]
    if form.filled.only_types:
        drawn.append(_types(form))
        added = sentence(series(form.added), 1500)
        drawn.append(
            blocks.context(f"What they need comes with them: {added}." if added else "Choose some kinds.")
        )
    return drawn


def _types(form: RestoreForm) -> Block:
    choices = [_kind(one) for one in form.types[:_OPTIONS_AT_MOST]]
    picked = [one for one in choices if one["value"] in form.filled.types]
    element = {"type": "multi_static_select", "options": choices}
    return _input(
        ids.RESTORE_TYPES,
        "Which kinds of data?",
        element | ({"initial_options": picked} if picked else {}),
        at_once=True,
        optional=True,
    )


def _kind(one: TypeChoice) -> Block:
    return option(plain_name(one.title, 70), one.key)


def _options(form: RestoreForm) -> Block:
    choices = [
        option("Batch payments as single payments", SINGLE_PAYMENTS, "Single ones may stay reconciled."),
        option("Keep the numbers of voided documents", KEEP_NUMBERS, "Created and voided again."),
        option("Quote each record's history in a note", HISTORY_NOTES, "Slow: one call to Xero a record."),
    ]
    wanted = {
        SINGLE_PAYMENTS: form.filled.single_payments,
        KEEP_NUMBERS: form.filled.keep_void_numbers,
        HISTORY_NOTES: form.filled.history_notes,
    }
    picked = [one for one in choices if wanted[one["value"]]]
    element: Block = {"type": "checkboxes", "options": choices}
    return _input(
        ids.RESTORE_OPTIONS,
        "Options",
        element | ({"initial_options": picked} if picked else {}),
        optional=True,
    )


def _conversion(form: RestoreForm) -> Block:
    choices = {key: option(title, key.value, about) for key, (title, about) in _CONVERSIONS.items()}
    element = {
        "type": "radio_buttons",
        "options": list(choices.values()),
        "initial_option": choices[form.filled.conversion],
    }
    return _input(ids.RESTORE_CONVERSION, "Balances that no document explains", element)


def _reason(form: RestoreForm) -> Block:
    element: Block = {"type": "plain_text_input", "multiline": True, "max_length": REASON_AT_MOST}
    typed = {"initial_value": form.filled.reason} if form.filled.reason else {}
    return _input(
        ids.RESTORE_REASON,
        "Why?",
        element | typed,
        hint="Shown in the channel to everybody who decides on it.",
    )


def _menu(
    action_id: str,
    label: str,
    choices: Sequence[Block],
    chosen: str,
    *,
    block: str = "",
    hint: str = "",
    at_once: bool = False,
) -> Block:
    element: Block = {"type": "static_select", "options": list(choices)}
    initial = next((one for one in choices if one["value"] == chosen), None)
    if initial is not None:
        element["initial_option"] = initial
    return _input(action_id, label, element, block=block, hint=hint, at_once=at_once)


def _input(
    action_id: str,
    label: str,
    element: Mapping[str, object],
    *,
    block: str = "",
    hint: str = "",
    at_once: bool = False,
    optional: bool = False,
) -> Block:
    """Give a field; `at_once`: what is chosen is sent before the form is."""
    field: Block = {
        "type": "input",
        "block_id": block or action_id,
        "label": blocks.plain(label, 2000),
        "element": {**element, "action_id": action_id},
    }
    more = {"dispatch_action": at_once, "optional": optional, "hint": hint and blocks.plain(hint, 2000)}
    return field | {key: value for key, value in more.items() if value}
