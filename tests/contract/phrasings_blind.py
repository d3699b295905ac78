"""Wordings written before the matcher was hardened against answering beside the point. Data only.

Nearly half of them are about things of which nothing is known here: those must be answered by saying so.
"""

from __future__ import annotations

from tests.contract.phrasings import read

# 155 wordings in another voice than the tables before. When first asked, before the matcher was hardened: 142
# right, 7 not known, 6 wrong. The matcher was hardened with these in sight.
BLIND = read("""
changed: quotes
  Quick one: if my laptop dies are the quotes gone?
  Morning. Client wants to know whether his quotations form part of the nightly copy.
  Quote backups - do they exist?
changed: invoices
  Could somebody confirm our sales invoices are being looked after?
  Are the 2021 bills in the copy
  is it right that draft bills get copied as well
  Supplier invoices are covered, correct?
changed: credit_notes
  And credit notes, are they part of it?
  what happens with credit notes we never allocated
changed: purchase_orders
  Our warehouse lives off purchase orders. Backed up?
changed: contacts
  are all of our 4000 contacts in there
  Do supplier bank details get copied too
changed: items
  We sell 900 products, is the item list safe
  are inventory quantities in the snapshot
changed: bank_transactions
  the spend money lines, do they make it into the backup
changed: bank_transfers
  bank transfers between our two accounts, saved or no
changed: manual_journals
  do my wages journals (manual ones) get copied
  Year-end journals from the auditor - kept?
changed: accounts
  is the whole chart of accounts in a snapshot
  would nominal codes be preserved
changed: tracking
  we track by branch with tracking categories. included?
changed: repeating
  are the repeating invoice templates included in the copy
changed: tax_rates
  are tax rates part of the backup
changed: prepayments
  prepayments - do they survive
changed: overpayments
  overpayments from customers: in the backup?
changed: billable_expenses
  are billable expenses lost
backed_up: payments
  do part payments on bills get backed up
backed_up: currencies
  currency rates, do you take them
backed_up: contact_groups
  are contact groups remembered
kept: budgets
  The board's budget is only in Xero. Is there a second copy of it?
  can the budget be recovered
kept: organisation
  our organisation settings - are they written down somewhere by the backup
kept: reminders
  are invoice reminders switched on or off saved
kept: trial_balance
  auditors want the trial balance, do you hold one per backup
kept: profit_and_loss
  is a copy of the P&L kept
  balance sheet included?
partly: users
  Do you record who the users are
partly: branding
  are branding themes in the snapshot
partly: lock_dates
  what about our lock dates
partly: reconciliation
  after a disaster is all my reconciling lost
partly: vat
  is VAT in the backup at all
kept: reports
  will our reports be in the backup
not_backed_up: bank_rules
  my 60 bank rules, would they be gone
  Bank rules - please tell me they're included
not_backed_up: bank_feeds
  HSBC feed, does that get saved
not_backed_up: bank_statement_lines
  do the imported bank statement lines get copied
switched_off: payroll
  Is payroll excluded?
  do you hold copies of P60s
  our pay runs and payslips: safe?
copied: attachments
  does a copy of the attachments exist
  Scanned receipts attached to bills - do you have them?
copied: history
  history & notes: backed up?
copied: assets
  fixed asset register please
  are the assets we depreciate each year copied
copied: projects
  is anything from Projects copied
not_backed_up: expense_claims
  Staff expense claims. Covered?
not_backed_up: invoice_templates
  what becomes of our custom invoice template
  will my logo survive
not_backed_up: email_templates
  are the email templates we wrote saved
not_backed_up: conversion_balances
  conversion balances, kept?
not_backed_up: tax_returns
  do you hold our filed VAT returns
not_backed_up: connected_apps
  are the apps we connected backed up
not_backed_up: hubdoc
  is Hubdoc part of it
not_backed_up: audit_trail
  does it include the audit log
not_backed_up: smart_lists
  smart lists?
copied: files
  is our xero file library copied
not_backed_up: bank_rules bank_feeds
  neither bank rules nor bank feeds I suppose?
kept: aged
  are aged receivables reports saved
which_topic: attachments expense_claims
  do you keep receipts
which_topic: expense_claims billable_expenses project_expenses
  expenses?
fact: rewind
  our intern wrecked everything today, can you wind back to this morning
  can xero be rolled back with you
fact: read_only
  is there any way you could alter our ledger
fact: restore
  suppose we want a restore, is that possible
fact: restore_emails
  would a restore send emails to our customers
fact: export
  may I download the newest copy
fact: snapshot
  what exactly is a snapshot
fact: visibility
  who in Slack can see our backups
fact: no_ai
  is an AI answering me
places: places
  in which country are our copies kept
retention: retention
  how many months do you keep a backup
everything: everything
  What exactly is not covered for Harbour?
last_backup: last_backup
  tell me when the last backup was
next_run: next_run
  and the next backup is when?
of_day: of_day
  did yesterday's backup have gaps
limits: limits
  are we close to any limits
approvers: approvers
  who are the people that approve restores
kept_copies: kept_copies
  how many snapshots are kept at the moment
count: invoices
  how many invoices does the last backup have
unknown:
  how do I void an invoice in Xero
  where do I find the bank rules screen
  how do I set up a repeating invoice
  what does a good chart of accounts look like
  can you explain double entry to me
  is there a keyboard shortcut for reconcile
  how do I turn on tracking categories
  Xero keeps logging me out, why
  should I register for VAT
  what's the mileage rate HMRC allows
  is entertaining clients tax deductible
  when do I have to file my accounts
  what's the penalty for late payroll filing
  what percentage is GST in New Zealand
  bank rules of the HMRC
  how many days of time off do I have left
  who is off on holiday next week
  can you read me the notes to the accounts
  how did the stock market do today
  do the users of drugs get caught
  what stock should I buy
  house rules for the office kitchen
  how much does Xero cost per month
  what does the premium plan cost
  is QuickBooks better than Xero
  does Sage have bank feeds
  can I connect you to Microsoft Teams
  does HubSpot keep contacts
  what time does the meeting start
  what time is it in Sydney
  when is lunch
  who is the new finance director
  did Sarah leave the company
  I hear Bob got a pay rise
  are you married
  do you like your job
  tell me something funny
  what's the score in the cricket
  how's the traffic on the motorway
  my printer doesn't work
  which files should I shred
  is the logo on our website too big
  what are the rules of chess
  who invented double entry bookkeeping
  why are there two invoices from BT this month
  which customers haven't paid
  what is our biggest expense
  how much did we spend on travel
  is our supplier Jones reliable
  what's the phone number of Acme
  has invoice 1021 been paid yet
  who raised PO 556
  is the budget realistic
  do we make a profit
  how long does a bank transfer take
  when will the customer payment arrive
  do I need to keep paper receipts
  how long must I keep payroll records by law
  what's the password
  book a table for two tonight
  sdkfjh sdf
  next Friday
cannot_do: cannot_do
  add a bank rule for Tesco please
  post a journal for the accruals
  send a reminder to Acme
  please update the contact details of Brown Ltd
""")

# 123 more in yet another voice, written after that and before they were ever asked. When first asked: 112
# right, 7 not known, 4 wrong (two of those about "retain"). Those were mended afterwards, too.
SECOND = read("""
changed: quotes
  pls check if quotations is saved also
  We issued 40 quotes in spring; still recoverable?
changed: invoices
  For the audit file: are sales invoices retained in your copies?
  Voided bills - in the snapshot or not?
changed: credit_notes
  credit notes too?
changed: purchase_orders
  And what of purchase orders?
  purchase orders are inside the backup?
changed: contacts
  Are suppliers and their bank details preserved
  customer list copied yes?
changed: items
  inventory items: yes or no
changed: bank_transactions
  Receive money transactions, are those retained?
changed: bank_transfers
  Is a transfer between bank accounts something you copy?
changed: manual_journals
  manual journals: retained?
  we post many journals at month end, you have them?
changed: accounts
  Does the snapshot hold the chart of accounts
changed: tracking
  tracking categories please
changed: repeating
  and the repeating bills, saved?
changed: tax_rates
  Our own tax rates, do you hold them
backed_up: payments
  Is every payment copied?
backed_up: currencies
  foreign currencies supported?
changed: overpayments
  overpayment records included?
kept: budgets
  Budgets - would they come back?
  I am afraid for the budget. Is saved?
kept: organisation
  company details in the backup?
kept: trial_balance
  Is the trial balance retained with each snapshot
kept: profit_and_loss
  profit and loss, you keep it?
partly: users
  Is the list of users retained?
partly: branding
  branding themes, kept?
partly: lock_dates
  Are lock dates preserved
partly: reconciliation
  Reconciliation status - preserved?
kept: reports
  Do you retain reports?
partly: vat
  And VAT, is it covered
not_backed_up: bank_rules
  bank rules lost forever?
  Are the bank rules within the scope of the backup
not_backed_up: bank_feeds
  do the bank feeds survive
not_backed_up: bank_statement_lines
  Statement lines from the bank: do you copy those
switched_off: payroll
  Kindly confirm whether payroll is excluded.
  payslips of employees are saved?
copied: attachments
  we attached 2000 PDFs to bills. all safe?
  attachments - what happens to them
copied: history
  Are history and notes retained on contacts
copied: assets
  Is the fixed asset register within scope
copied: projects
  projects, tasks and time, any of it saved?
not_backed_up: expense_claims
  expense claims by staff, you keep?
not_backed_up: invoice_templates
  Is our invoice template in the copy
not_backed_up: email_templates
  email templates gone if we lose Xero?
not_backed_up: conversion_balances
  conversion balances: retained?
not_backed_up: tax_returns
  Are submitted VAT returns retained
not_backed_up: connected_apps
  connected apps, do they come back
not_backed_up: audit_trail
  Do you retain the audit trail
which_topic: tax_rates currencies
  are rates saved
fact: rewind
  is it possible to roll back our xero to March
fact: read_only
  You only read, never write?
fact: restore
  can I get a restore from you
fact: export
  How do I download a copy of our data
fact: no_ai
  do you use chatgpt for these answers
places: places
  Where are the snapshots physically stored
retention: retention
  What is your retention period for backups?
everything: everything
  Give me everything that is not covered
last_backup: last_backup
  last backup was when?
next_run: next_run
  When is the next backup scheduled?
verdict: verdict
  did the last backup fail
limits: limits
  Are we approaching any size limit?
approvers: approvers
  Who may approve restores?
kept_copies: kept_copies
  Number of snapshots held?
count: contacts
  how many contacts in the last backup
unknown:
  how to delete a bank rule
  how can I merge two contacts
  where to change the invoice logo
  why can't I reconcile this payment
  steps for adding an employee
  what is the shortcut for new invoice
  is there a way in Xero to bulk void bills
  who must register for GST
  can a sole trader claim mileage
  do I charge VAT on exports
  deadline for filing the tax return?
  what is the super guarantee rate
  how long do we legally keep invoices
  is a dividend taxable
  notes to the financial statements
  rules of origin for imports
  time off in lieu
  stock options for employees
  shares and stocks
  project manager vacancy
  user experience
  customer service number
  items on the agenda
  the agenda for Monday
  the price of an extra licence
  how much is Hubdoc
  does Dext cost extra
  does MYOB do payroll
  can Shopify send orders to Xero
  is Zoho cheaper
  what do you think of FreshBooks
  is my laptop protected against viruses
  are our emails archived
  is the Google calendar copied
  do you keep CCTV footage
  is the building insured
  are contracts with landlords saved
  what did Anna say about the budget
  who is leaving the firm
  is Tom paid more than me
  I am tired of invoices
  happy birthday
  see you tomorrow
  what day is it
  when do the banks open
  when is the payroll deadline
  which invoice is the largest
  what was the last quote we sent
  what did we pay Barclays in fees
  did the customer pay
  is the supplier reliable
  why did the bank reject the transfer
  translate this into French
  blorp
cannot_do: cannot_do
  approve all draft bills
  please archive contact Smith
  invite Maria as a user
""")
