"""The modal for what is read beside the books, what each of it costs, and what is said after a change."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.organisation import Organisation
from bot.domain.settings import Extra, ExtraCost
from bot.views import blocks, ids
from bot.views import settings_inputs as inputs
from bot.views.blocks import Block
from bot.views.labels import CONNECT_LABEL
from bot.views.message import Message, compose
from bot.views.words import capital, counted, name, number, person, plain_name, series

EXTRAS = "extras"
_NAMES = {
    Extra.ATTACHMENTS: (
        "Attachments",
        "Files on invoices, bills and other records, and in the file library.",
    ),
    Extra.HISTORY: ("History and notes", "Who did what to a record and when, and the notes people left."),
    Extra.PDFS: ("PDFs as issued", "Invoices, credit notes, quotes and orders as Xero draws them."),
    Extra.PAYROLL: ("Payroll", "Staff, their pay and leave. Needs a permission of its own."),
    Extra.JOURNALS: ("Journals", "Xero's own ledger entries. For apps of its Advanced tier only."),
}
_OWN_PERMISSION = (Extra.PAYROLL, Extra.JOURNALS)
_PRIVATE = (
    "*Payroll* is the most private of it. Its names and amounts appear in no message. Copies are encrypted "
    "like all others; whoever may export this organisation can export its payroll, too."
)


def extras_modal(
    organisation: Organisation,
    wanted: Collection[Extra],
    offered: Sequence[Extra],
    cost: ExtraCost | None,
    *,
    ref: str,
) -> Block:
    """Ask what is read beside the books; `offered` is what there is in the organisation's country."""
    choices = [inputs.choice(_NAMES[one][0], one.value, _NAMES[one][1]) for one in offered]
    more = [_reckoned(wanted, cost)] if cost else []
    more += [_permission(offered), *([_PRIVATE] if Extra.PAYROLL in offered else [])]
    return blocks.modal(
        "Read beside the books",
        (
            blocks.section(
                f"The books of *{name(organisation.name)}* are always read. What is ticked here is read "
                "beside them, with the calls to Xero that a night has left; what does not fit goes on the "
                "next night."
            ),
            inputs.ticks(
                EXTRAS,
                "What is read beside the books?",
                choices,
                chosen=[one.value for one in wanted],
                hint="What has no tick is no longer read. Snapshots made so far keep what they hold.",
            ),
            *(blocks.section(one) for one in (_costs(offered, cost), *more)),
        ),
        callback_id=ids.EXTRAS_MODAL,
        submit="Save",
        metadata=ids.reference(ref),
    )


def extras_saved(
    organisation: Organisation, wanted: Collection[Extra], waiting: Collection[Extra]
) -> Message:
    """Confirm a change; what waits for a permission comes with the button that asks Xero for it."""
    title = name(organisation.name)
    told = [f"✅ Saved. Read beside the books of *{title}* from the next backup on: {listed(wanted)}."]
    spoken = f"Saved. What is read beside the books of {title} was changed."
    if not waiting:
        return compose(spoken, blocks.section(told[0]))
    them = series([_spoken(one) for one in waiting])
    told.append(
        f"🔑 *One more step:* Xero gives {them} only with a permission of its own. Type `/backup connect` in "
        "the organisation's home channel, or press the button, and choose the same organisation in Xero. "
        f"Until then, {them} cannot be read."
    )
    if Extra.JOURNALS in waiting:
        told.append(
            "Xero refuses the whole consent when the app is not of its Advanced tier. If that happens, take "
            "the tick of Journals away again."
        )
    return compose(
        f"{spoken} One more step: permission in Xero for {them}.",
        blocks.section("\n".join(told)),
        blocks.actions(
            blocks.button(
                CONNECT_LABEL,
                ids.CONNECT,
                ids.reference(organisation.id),
                spoken=f"Give the permission for {plain_name(organisation.name, 40)} in Xero",
            )
        ),
    )


def extras_changed(organisation_name: str, wanted: Collection[Extra], *, by: str) -> Message:
    """Tell an organisation's home what is read beside its books from now on."""
    title = name(organisation_name)
    return compose(
        f"What is read beside the books of {title} has changed.",
        blocks.section(
            f"📎 {capital(person(by))} changed what is read beside the books of *{title}*. From the next "
            f"backup on: {listed(wanted)}."
        ),
    )


def listed(extras: Collection[Extra]) -> str:
    """Name extras after a colon; "nothing" when there are none."""
    return ", ".join(_spoken(one) for one in Extra if one in extras) or "nothing"


def in_overview(wanted: Collection[Extra], waiting: Collection[Extra], cost: ExtraCost | None) -> str:
    """Say in the overview what is read beside the books, what it costs at first and what it waits for."""
    told = [f"Read beside the books: {listed(wanted)}."]
    if cost and cost.calls(wanted):
        told.append(_first_reading(wanted, cost))
    if waiting:
        them = capital(series([_spoken(one) for one in waiting]))
        told.append(f"🔑 {them}: not read until `/backup connect` has brought the permission.")
    return " ".join(told)


def _spoken(extra: Extra) -> str:
    title = _NAMES[extra][0]
    return title if title.startswith("PDF") else title[0].lower() + title[1:]


def _first_reading(wanted: Collection[Extra], cost: ExtraCost) -> str:
    both = Extra.HISTORY in wanted and Extra.PDFS in wanted
    them = "history, notes and PDFs" if both else "PDFs" if Extra.PDFS in wanted else "history and notes"
    nights = cost.nights(wanted)
    spread = f", {counted(nights, 'night')} at the allowance left" if nights else ""
    return f"What is not read yet of {them} takes about {counted(cost.calls(wanted), 'call')}{spread}."


def _costs(offered: Sequence[Extra], cost: ExtraCost | None) -> str:
    """List what each takes in calls to Xero; with counts where a backup gave them."""
    lines = {
        Extra.ATTACHMENTS: "one call for each record that has files and one for each file"
        + (f"; {number(cost.records_with_files)} records could have some" if cost else ""),
        Extra.HISTORY: "one call for each record" + (_about(cost.history_calls) if cost else ""),
        Extra.PDFS: "one call for each document" + (_about(cost.pdf_calls) if cost else ""),
        Extra.PAYROLL: "up to ten calls for each employee, one for each pay run and one for each timesheet",
        Extra.JOURNALS: "one call for every 100 journals",
    }
    told = "\n".join(f"• {_NAMES[one][0]}: {lines[one]}" for one in offered)
    counts = "" if cost else "How many that is will stand here after the first backup. "
    after = "Later backups ask only for what is new or has changed."
    return f"*What a first reading costs*\n{told}\n{counts}{after}"


def _about(calls: int) -> str:
    return f", about {counted(calls, 'call')} to come" if calls else "; all of it is read"


def _reckoned(wanted: Collection[Extra], cost: ExtraCost) -> str:
    left = f"A night has about {counted(cost.calls_a_night, 'call')} left." if cost.calls_a_night else ""
    now = _first_reading(wanted, cost) if cost.calls(wanted) else ""
    return f"*As it is set now:* {now or 'no calls for history or PDFs.'} {left}".rstrip()


def _permission(offered: Sequence[Extra]) -> str:
    them = series([_NAMES[one][0] for one in _OWN_PERMISSION if one in offered])
    verb = "need" if them.count(" and ") else "needs"
    return (
        f"*{them}* {verb} more than a tick: Xero asks for consent again. Save, then type `/backup connect` "
        "in the home channel to give it. For Journals, Xero must have admitted the app to its Advanced tier; "
        "it refuses the whole consent otherwise."
    )
