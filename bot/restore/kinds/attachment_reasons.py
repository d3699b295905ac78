"""Why an attachment does not come back, or under another name. Data."""

from __future__ import annotations

from bot.restore.model import Reason

_BY_HAND = "Export the copy and attach the file by hand where you need it."

NO_COPY = Reason(
    key="attachments.no_copy",
    sentence="Files are attached to these records, but this copy does not hold them: files are fetched "
    "newest first, over several nights, and only where that is switched on.",
    instead="Restore from a later copy, or download them from the source and attach them by hand.",
    fields=("HasAttachments", "Attachments"),
    weight=8,
)
NO_FILE = Reason(
    key="attachments.no_file",
    sentence="The copy knows of this file but does not hold it whole.",
    instead="Restore from a later copy, or download it from the source and attach it by hand.",
    weight=8,
    todo="Attach the files that the copy does not hold.",
)
TOO_LARGE = Reason(
    key="attachments.too_large",
    sentence="The file is larger than the 10 MB that are sure to be taken.",
    instead="Export the copy and attach the file by hand.",
    weight=20,
    todo="Attach the files by hand that are too large to be uploaded.",
)
TOO_MANY = Reason(
    key="attachments.too_many",
    sentence="Xero takes at most ten files for a record; this one is beyond the tenth.",
    instead=_BY_HAND,
    weight=25,
    todo="Keep the files elsewhere that are beyond the tenth of a record.",
)
EMPTY = Reason(
    key="attachments.empty",
    sentence="The file is empty, and Xero takes no empty file.",
    instead="Nothing to do.",
    weight=88,
)
NO_RECORD = Reason(
    key="attachments.no_record",
    sentence="The record that this file is attached to does not come back.",
    instead=_BY_HAND,
    weight=60,
)
BLOCKED = Reason(
    key="attachments.blocked",
    sentence="The record that this file is attached to is blocked; the file comes back with it.",
    instead="See why the record is blocked; the next plan takes the file along.",
    weight=60,
)
HAS_OWN = Reason(
    key="attachments.has_own",
    sentence="The matched record of the target has files of its own, which an upload could replace.",
    instead=_BY_HAND,
    weight=40,
)
RENAMED = Reason(
    key="attachments.renamed",
    sentence="The file comes back under a slightly different name, because Xero does not take some "
    "characters in names of uploaded files, and no name twice.",
    instead="Nothing to do.",
    fields=("FileName",),
    weight=90,
)
OF_FILES = (NO_FILE, TOO_LARGE, TOO_MANY, EMPTY, NO_RECORD, BLOCKED, HAS_OWN, RENAMED)
