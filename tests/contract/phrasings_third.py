"""Wordings of a bookkeeper in a hurry, written after days, weeks and wishes to restore were understood. Data.

A third of them are about things of which nothing is known here.
"""

from __future__ import annotations

from tests.contract.phrasings import read

# 60 wordings. When first asked: 58 right, 2 not known, none wrong.
THIRD = read("""
changed: quotes
  quotes - in your copy y/n
  could you recover the quotes for me?
changed: invoices
  Boss asks: are sales invoices copied each night?
  can you restore an invoice?
changed: purchase_orders
  our POs, do they get backed up
changed: credit_notes
  do credit notes make it into the snapshot
changed: manual_journals
  are the month end journals saved
changed: contacts
  supplier list backed up?
changed: items
  is the price list in the backup
backed_up: payments
  are payments on bills covered
kept: budgets
  budgets, kept or not
not_backed_up: bank_rules
  would I lose the bank rules
switched_off: payroll
  is payroll in there too
copied: attachments
  PDFs attached to bills: are they backed up
not_backed_up: hubdoc
  what about Hubdoc
copied: assets
  fixed assets covered?
of_day: of_day
  did the backup go through last night
  was yesterday's run fine
  how did the backup go yesterday
  did the 3:30 backup finish
  backup ok today?
  did it work overnight
outcomes: outcomes
  how many backups have failed so far this week
  how often did the backup fail
  how many runs failed
failed: failed
  which ones failed
  what has failed
overdue: overdue
  are any backups overdue
  is any backup overdue right now
next_digest: next_digest
  what time is the digest
  when does the next digest come
next_run: next_run
  when do you next run
last_backup: last_backup
  when was our last backup
verdict: verdict
  did the last backup have any errors
fact: restore
  are you able to restore yet
fact: export
  can I download everything as a file
fact: read_only
  do you ever change anything in xero
retention: retention
  how long are copies kept
approvers: approvers
  who signs off on a restore
kept_copies: kept_copies
  how many snapshots have we
count: invoices
  how many invoices does Harbour have
unknown:
  what did we sell yesterday
  is the office open today
  how many people work here
  which supplier is the cheapest
  did Tom finish the accounts yesterday
  what is overdue from our customers
  did the payment to the landlord go through yesterday
  is my train late
  how many meetings failed
  what time is lunch
  who is in the office today
  did the courier come this morning
  how do I chase an overdue invoice
  is the 2:00 meeting ok
  which customers failed to pay
  when is the next board meeting
  did last night's match finish
  what does GDPR stand for
  can you recommend an accountant
""")
