"""Keep encrypted, verifiable copies of books in an object store.

It knows nothing of Slack, Xero or the database.
"""

from bot.vault.books import Books
from bot.vault.draft import Draft
from bot.vault.keys import new_data_key, unwrap, wrap
from bot.vault.model import (
    Change,
    Difference,
    DroppedSnapshot,
    Pruned,
    Record,
    ResourceEntry,
    ResourceStatus,
    Rest,
    SnapshotInfo,
    VerifyReport,
)
from bot.vault.stage import Stage
from bot.vault.store import Store
from bot.vault.vault import Vault

__all__ = [
    "Books",
    "Change",
    "Difference",
    "Draft",
    "DroppedSnapshot",
    "Pruned",
    "Record",
    "ResourceEntry",
    "ResourceStatus",
    "Rest",
    "SnapshotInfo",
    "Stage",
    "Store",
    "Vault",
    "VerifyReport",
    "new_data_key",
    "unwrap",
    "wrap",
]
