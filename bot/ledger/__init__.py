"""What the documents mean: postings, balances, and how far they explain Xero's own trial balance.

Pure and exact: decimal numbers, no input or output, no clock. It reads records as Xero sent them, counts
those it cannot understand, and never guesses one.
"""

from bot.ledger.balances import Balances, balances
from bot.ledger.bookkeeping import RESOURCES, Bookkeeper
from bot.ledger.chart import Chart, Company, read_company
from bot.ledger.control import CONTROLS, OpenItems, check_banks
from bot.ledger.explain import Cause, Difference, Explanation, Grounds, explain, standing_differences
from bot.ledger.model import AccountKey, Posting
from bot.ledger.trial_balance import TrialBalance, read_trial_balance

__all__ = [
    "CONTROLS",
    "RESOURCES",
    "AccountKey",
    "Balances",
    "Bookkeeper",
    "Cause",
    "Chart",
    "Company",
    "Difference",
    "Explanation",
    "Grounds",
    "OpenItems",
    "Posting",
    "TrialBalance",
    "balances",
    "check_banks",
    "explain",
    "read_company",
    "read_trial_balance",
    "standing_differences",
]
