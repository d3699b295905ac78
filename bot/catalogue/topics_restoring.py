"""What is true of restores: how one works, what it never does, who decides. Data.

Each fact must be true of this version, and none may promise more than a plan can keep.
"""

from __future__ import annotations

from bot.catalogue.topics_model import Fact

_ASK = "Type `/backup restore` in the channel of the organisation that was copied."
_NEVER = "The organisation that was copied is never written to, and never rewound."
_XERO = "what Xero lets an app write"

FACTS = (
    Fact(
        key="rewind",
        title="Going back in time",
        headline="No: Ledgerkeep does not rewind a live organisation, and Xero has no way to do it.",
        more=(
            "Each snapshot shows what the books held when it was taken.",
            (
                "A restore rebuilds a copy of a snapshot in another, empty organisation of the same region; "
                "the live organisation is never written to."
            ),
        ),
        instead="Look up in a snapshot how a record was, and correct it in Xero by hand.",
    ),
    Fact(
        key="restore",
        title="Restoring",
        headline="Yes: I rebuild a copy of your books in another, empty organisation of the same region.",
        more=(
            "First comes a plan: what is created, what comes back changed, what is left out, and why.",
            "A second person approves that one plan; before the first write everything is looked at again.",
            "Then it is written, read back and compared, and every difference is shown.",
            _NEVER,
        ),
        instead=f"{_ASK} What would not come back is told by `/backup coverage`.",
    ),
    Fact(
        key="restore_live",
        title="Restoring over the live organisation",
        headline="No: a restore is never written over an organisation that is in use.",
        more=(
            "It goes into another organisation that is empty; asked to write to any other, I refuse.",
            _NEVER,
        ),
        instead="To mend single records, look them up with `/backup find` and correct them in Xero by hand.",
    ),
    Fact(
        key="restore_target",
        title="Where a restore goes",
        headline="A restore goes into another organisation: empty, of the same region, country and currency.",
        more=(
            "You create it in Xero; a workspace admin or a keeper links it with `/backup connect`.",
            "Somebody then lets me write to that one organisation in Xero; until then I may only read.",
            "Whether it is empty is checked for the plan, and again before the first write.",
        ),
        instead=_ASK,
    ),
    Fact(
        key="restore_part",
        title="Restoring some kinds of data",
        headline="Yes: a restore can be of chosen kinds of data, together with all that they need.",
        more=("Invoices need contacts and accounts, for instance; what is added stands in the plan.", _NEVER),
        instead=_ASK,
    ),
    Fact(
        key="restore_one",
        title="Restoring a single record",
        headline="No: a restore rebuilds kinds of data in another organisation, not one record in yours.",
        instead="Type `/backup find` and its number: you see how it was, to enter it in Xero by hand.",
    ),
    Fact(
        key="restore_undo",
        title="Undoing a restore",
        headline="No: a restore cannot be undone by a button, because Xero cannot undo all that was written.",
        more=(
            "Its report lists every record that was created, should you want to void or delete them in Xero.",
            "Only the target was written to: you can also leave it and restore into another empty one.",
            "While it writes, “Stop restore” in its message ends it; what was written stays.",
        ),
        source=_XERO,
    ),
    Fact(
        key="restore_stop",
        title="Stopping a restore",
        headline="Yes: “Stop restore” in its message ends a restore after the write it is making.",
        more=(
            "What was written stays in the target; nothing is compared then.",
            "With “Continue restore” it goes on where it was, and nothing is written twice.",
        ),
    ),
    Fact(
        key="restore_time",
        title="How long a restore takes",
        headline="It depends on how much there is; each plan says how many calls and how much time it takes.",
        more=(
            "Xero takes 60 calls a minute for an organisation, and 1,000 or 5,000 a day by the app's tier.",
            "When a day's calls are used up, a restore waits and goes on by itself.",
            "A request expires when nobody approves it within 72 hours.",
        ),
        source="developer.xero.com and how Ledgerkeep is built",
    ),
    Fact(
        key="restore_who",
        title="Who asks for a restore",
        headline="Who may see both organisations may ask for a restore; another person has to approve it.",
        more=(
            "Where the two have different home channels, it takes a workspace admin or a keeper.",
            "Guests, and people of other workspaces, can neither ask for one nor approve one.",
        ),
        instead=_ASK,
    ),
    Fact(
        key="restore_proof",
        title="How restores are checked",
        headline="After a restore the target is read back and compared with the copy.",
        more=(
            "Records, trial balances and what contacts owe are compared.",
            "Of each difference it is said whether the plan had named it.",
            "What could not be compared is called not verified.",
            "Who asked and who approved get a report as a file in a direct message.",
        ),
        instead="Rehearse it before you need it: `/backup drill`.",
    ),
    Fact(
        key="rehearsal",
        title="Rehearsing a restore",
        headline="A rehearsal, or drill, is a restore for practice: planned, approved, written and compared.",
        more=(
            "It goes into an empty organisation of the same region, which may be a demo company.",
            "The daily digest says that there was one and what it found.",
        ),
        instead="Type `/backup drill` to ask for one.",
    ),
    Fact(
        key="restore_emails",
        title="E-mails to customers",
        headline="I e-mail nothing to your customers or suppliers, neither in a backup nor in a restore.",
        more=(
            "A restore never asks Xero to send anything, and repeating invoices come back as drafts.",
            "Invoice reminders are Xero's own: keep them switched off where a restore writes.",
        ),
    ),
    Fact(
        key="region",
        title="Regions",
        headline="Copies of one country's books cannot be rebuilt in an organisation of another country.",
        more=(
            "Region, country and base currency have to be the same, because tax and accounts differ.",
            "Where they are not, the target cannot be chosen in `/backup restore`, which says why.",
        ),
        source=_XERO,
    ),
)
