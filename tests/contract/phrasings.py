"""How people ask: wordings, what each is about, and the kind of answer it must get. Data only.

The table was written before the matcher. `is_held_back` parts it by a hash of the words: the matcher is tuned
on one half only and measured on the other.

The organisation meant throughout is a British one whose last backup read all that it could. A line that is
not indented gives the kind of answer (several where the topics differ in it) and the keys of topics, facts or
intents; wordings follow, one a line.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """One wording; `about` are the keys the answer must be about, in any order."""

    text: str
    about: tuple[str, ...]
    kind: str


def is_held_back(text: str) -> bool:
    """Say whether a wording belongs to the half that nobody tunes on."""
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 1


def read(table: str) -> tuple[Phrase, ...]:
    """Read a table of wordings."""
    found: list[Phrase] = []
    kind, about = "", tuple[str, ...]()
    for line in table.strip("\n").splitlines():
        if line.startswith("  "):
            found.append(Phrase(line.strip(), about, kind))
        else:
            kind, _, keys = line.partition(":")
            about = tuple(keys.split())
    return tuple(found)


TABLE = read("""
changed: quotes
  are quotes backed up?
  quotes
  do you do quotes
  are quotes backed up and would they come back
  what about estimates we sent to customers
  Would I lose my quotes if somebody deleted everything?
  r quotes saved
changed: purchase_orders
  purchase orders?
  do you keep POs
  are our PO's covered
  is a purchase order part of the backup
changed: quotes purchase_orders
  quotes and purchase orders?
  do quotes or purchase orders get backed up?
changed: invoices
  are sales invoices backed up
  invoices
  what happens to my bills
  do u back up supplier bills?
  Are the voided invoices in there as well?
  can you back up invoces
  is every invoice copied
  accounts payable bills - are they in the copy?
changed: credit_notes
  credit notes
  are credit memos included
  do you cover creditnotes?
changed: contacts
  are my customers backed up
  suppliers?
  is our client list saved
  do you copy contacts
  what about vendors
  are the bank details of suppliers in the backup
changed: items
  is inventory covered
  stock levels
  what about products and services
  are tracked inventory items backed up?
  do you keep the item list
changed: bank_transactions
  are bank transactions backed up?
  spend money transactions
  do you save receive money
  what about spend and receive money?
changed: bank_transfers
  transfers between bank accounts
  are bank transfers covered?
changed: prepayments
  prepayments
  are pre-payments backed up
changed: overpayments
  what about overpayments
  customer overpayments - safe?
changed: batch_payments
  are batch payments covered
  do you back up BACS batch payments?
backed_up: payments
  payments?
  are payments on invoices backed up
changed: manual_journals
  manual journals
  do you keep our journals
  are month end journals saved?
  manual jnls?
changed: accounts
  chart of accounts
  is the COA backed up
  are nominal codes included
  do you cover bank accounts
  are the GL codes in the backup?
changed: credit_cards
  credit card accounts
  would my credit cards come back?
  is the amex card account covered
changed: tracking
  tracking categories
  is tracking backed up
  what about departments / cost centres
  are archived tracking options kept
backed_up: contact_groups
  contact groups
  do groups of contacts come back
backed_up: currencies
  are foreign currencies covered?
  exchange rates
  multi currency - is that supported
  do you keep the fx rates
changed: tax_rates
  tax rates
  are VAT rates backed up
  what about the tax codes
  gst rates?
kept: reverse_charge
  reverse charge
  is domestic reverse charge VAT covered
  what happens to 0% reverse charge when restoring
partly: vat
  is VAT covered
  GST?
  what about sales tax
  do you back up vat
changed: repeating
  repeating invoices
  are recurring bills backed up
  repeating templates
  do my recurring invoices come back?
changed: billable_expenses
  billable expenses
  are billable costs covered
kept: budgets
  budgets
  is our budget backed up?
  do you save the budget manager figures
  can I get my budgets back
kept: reminders
  are invoice reminders backed up
  payment reminders?
kept: organisation
  organisation settings
  is the financial year end kept
  company details
  are the org's settings saved
kept: trial_balance
  trial balance
  do you keep a TB
  is the trial balance stored with each backup?
partly: users
  users
  who had access to Xero - is that backed up
  are user permissions saved
  do user roles get restored?
partly: branding
  branding
  can I get my branding back?
  are branding themes covered
  do you save our invoice themes
partly: lock_dates
  lock date
  are lock dates backed up?
  is the period lock kept
kept: reports
  are reports backed up
  reports?
  do you keep our management reports
kept: profit_and_loss
  profit and loss
  is the P&L saved
  do you back up the balance sheet
partly: reconciliation
  bank reconciliation
  is reconciliation status kept
  will I have to reconcile everything again
  are bank recs backed up
  what about reconciled transactions
not_backed_up: bank_rules
  what about bank rules
  bank rules
  are bank rules backed up?
  do u save my bank rules
  bnak rules
  what happens with bank rule s
not_backed_up: bank_feeds
  bank feeds?
  do bank feeds come back
  is the feed from Barclays covered
  would my bankfeed be restored
not_backed_up: bank_statement_lines
  bank statement lines
  are statement lines copied
  do you have imported bank statements
switched_off: payroll
  do u back up payslips?
  payroll
  is payroll covered
  are employees and leave balances backed up
  pay runs
  what about STP pay runs
  superannuation?
  wages
  are timesheets saved
  payslips and P60s?
not_backed_up: invoice_templates
  can I get my logo back
  are our invoice templates backed up
  custom docx templates
  is the logo saved?
copied: history
  notes
  are history and notes saved
  do you keep the notes on invoices
  what about history notes
not_backed_up: audit_trail
  audit trail
  is the audit log backed up
  who logged in - do you have that
copied: assets
  fixed assets
  is the asset register covered
  do you copy the fixed asset register?
not_backed_up: depreciation
  depreciation
  are depreciation journals in the backup
copied: attachments
  attachments
  are attachments backed up?
  what is NOT covered for attachments
  pictures of receipts attached to bills
  do you keep the PDFs attached to bills
  attachements?
  are attached documents saved
copied: files
  file library
  what about the files inbox
  documents in the Xero files folder
switched_off: pdfs
  do you keep invoice PDFs
  are pdf copies of invoices stored
copied: projects
  projects
  is project time tracked in the backup
  are Xero Projects covered
  time entries on projects
not_backed_up: project_expenses
  project expenses
not_backed_up: expense_claims
  expense claims
  are staff expense claims backed up
  xero expenses
  mileage claims?
not_backed_up: smart_lists
  smart lists
  are smart lists covered
not_backed_up: conversion_balances
  conversion balances
  opening balances - are they covered
  do you back up the opening balance figures
not_backed_up: email_templates
  email templates
  are the e-mail templates backed up
  wording of our invoice emails
not_backed_up: connected_apps
  connected apps
  what about the apps connected to xero
  are integrations backed up
  is dext covered
not_backed_up: report_layouts
  report layouts
  are custom report layouts backed up
  our customised report templates
not_backed_up: saved_reports
  published reports
  archived reports and report packs
not_backed_up: tax_returns
  are filed VAT returns backed up
  tax returns
  MTD submissions
  do you keep my BAS
not_backed_up: form_1099
  1099s
  are 1099 reports covered
not_backed_up: practice
  practice manager
  is XPM covered
  what about workpapers
not_backed_up: hubdoc
  hubdoc
  do you back up hubdoc documents?
not_backed_up: subscription
  xero subscription
  do you keep the invoices for our Xero subscription
kept: cis
  CIS
  are CIS settings covered
  subcontractor CIS deductions settings
not_backed_up: payment_services
  stripe
  are payment services backed up
  what about gocardless
kept: aged
  aged debtors
  aged receivables report
  do you keep aged payables
not_backed_up: online_links
  links to online invoices
  will the online invoice link still work
switched_off: ledger
  general ledger
  are GL entries backed up
  do you cover the journal report / full ledger
not_backed_up: bank_rules bank_feeds
  bank rules and bank feeds?
  what about feeds & rules at the bank
which_topic: attachments expense_claims
  receipts
  are receipts backed up?
which_topic: invoice_templates email_templates repeating
  templates
  what about templates
which_topic: expense_claims billable_expenses project_expenses
  expenses
  are expenses covered
which_topic: tax_rates currencies
  rates?
fact: rewind
  can you undo yesterday
  can I roll back xero to last week
  do you do point in time restore
  rewind my organisation to monday
  can u turn back the clock in our ledger
fact: read_only
  do you write to xero
  do you ever change anything in my Xero?
  is it read only
  can you mess up my books
  will the backup alter our data
fact: restore
  can you restore
  how do I restore
  can I restore an organisation to a new one?
  how does a restore work
  is restoring possible
fact: restore_emails
  will a restore e-mail my customers
  do customers get emails when you restore
  would my clients get invoices emailed again after a restore
places: places
  is my data encrypted / where is it
  where are the backups kept
  who holds the key
  where is our data stored
  are the copies encrypted?
  which country is the data in
  is it safe, how is it encrypted
retention: retention
  how long do you keep backups
  what is the retention
  when are old backups deleted
fact: snapshot
  what is a snapshot
  whats a snapshot?
fact: visibility
  who can see our backups
  who has access to this information
  can anybody in slack see this
fact: region
  can I restore a UK org into an Australian one
  can I restore into another region?
  does the target have to be in the same country
fact: verification
  how do I know the backup works
  are backups tested
  do you check the backup is correct
fact: no_ai
  do you use AI
  is my data used to train chatgpt
  are you an LLM
fact: deleted_records
  what happens to deleted invoices
  if someone deletes a contact is it gone from the backup too
fact: disconnecting
  how do I disconnect
  what happens to the copies when I unlink an organisation
fact: export
  can I download my data
  how do I export a backup
  can i get a copy as csv
everything: everything
  what isn't covered?
  what's not backed up
  what do you not cover
  is everything backed up?
  what are the gaps
  what would I lose
  what is missing from the backup
  what do you back up
  whats covered
  coverage for Harbour
last_backup: last_backup
  when did you last back up Harbour?
  when was the last backup
  last backup?
  latest snapshot
  how old is our newest backup
of_day: of_day
  did the backup run last night
last_backup: last_backup
  when were we last backed up
  is my backup up to date
next_run: next_run
  when's the next one
  when is the next backup
  what time do backups run
  how often do you back up
  what is the schedule
  when do you run tonight
limits: limits
  how close are we to the limits
  are we over any limit
  limits
  are we getting too big
  size limits?
  how near are we to 40,000 invoices
of_day: of_day
  were there gaps last night
of_day: of_day
  did last night's backup have any problems
verdict: verdict
  did anything fail
  was the last backup complete?
  any errors in the backup
approvers: approvers
  who can approve a restore
  who are the approvers
  can I approve my own restore
  who signs off a restore
keepers: keepers
  who are the keepers
  who can change the settings
  who is allowed to link an organisation
kept_copies: kept_copies
  how many snapshots do you have
  how many backups are there
  how far back do your backups go
  how big are the backups
  how much space do the copies take
  what is the oldest backup
holders: payroll
  which of my organisations have payroll
  who uses payroll
holders: budgets
  who has budgets?
  which organisations have budgets
  which clients use budgets
holders: tracking
  which of our orgs use tracking categories
  how many organisations have tracking
count: invoices
  how many invoices do we have
  how many bills are in the backup
  number of invoices backed up
count: quotes
  how many quotes are in there
count: contacts
  how many contacts has Harbour got
status: status
  status
  how are we doing
  are we all ok?
  is everything fine
  how do all my organisations stand
  anything I need to do
help: help
  help
  what can you do
  what can I ask you
  how does this work
  commands
hello: hello
  hello
  hi there
  good morning
  hey
  kia ora
  g'day
thanks: thanks
  thanks
  thank you!
  cheers mate
  great, ta
unknown:
  what is the corporation tax rate
  who is the king of France?
  asdfgh jkl
  ???
  are dog photos backed up
  what's the weather
  what is our bank balance
  how much does acme owe us
  who is the best accountant
  is my accountant any good
  what was our turnover last year
  are the fax machines covered
  do you support quickbooks
  how much do you cost
  tell me a joke
  what does depreciation mean
  how do I do a bank rec
  42
  when is my VAT return due
  are minutes of board meetings backed up
  self assessment
  lorem ipsum dolor sit amet
  why is the sky blue
  who is my biggest customer
  what is the VAT rate on biscuits
cannot_do: cannot_do
  delete invoice 123
  restore now
  restore Harbour to last Tuesday please
  void all the bills from March
  create an invoice for Acme
  email this to my boss
  delete all backups
  please back up now
  run a backup
  undo the last change to invoice 44
""")

# Written after the matcher was first tuned, in other words. Its first answers to these were 85 % right and
# four of them wrong; it was tuned on them afterwards, which is why UNSEEN exists.
FRESH = read("""
changed: quotes
  if I deleted a quotation by accident would you have it
  Hi team, do our proposals to prospects get saved anywhere?
changed: invoices
  please can you confirm sales invoices are protected
  does the nightly job pick up draft invoices too?
  we raise about 300 invoices a month, are those included
  supplier bills ok?
changed: purchase_orders
  any chance you hold on to purchase orders
changed: credit_notes
  would supplier credit notes survive
changed: contacts
  customer records - included?
  does it take a copy of our supplier list
changed: items
  do the products and their prices get backed up
  stock items, are they in scope
changed: bank_transactions
  spend money entries, backed up or not?
changed: manual_journals
  my accountant posts accruals journals every month, do you capture those
  are manual journals included in what you take
changed: accounts
  would the chart of accounts come back the same
changed: tracking
  we use tracking for each shop, is that preserved
changed: repeating
  what becomes of our repeating bills
changed: tax_rates
  custom tax rates, are they kept
backed_up: payments
  are receipts of payment against invoices stored? i mean payments
  customer payments included?
backed_up: currencies
  we trade in euros and dollars, are the currencies covered
kept: budgets
  will next year's budget be safe
  the budgets took me ages, tell me you keep them
kept: reminders
  invoice reminder settings saved?
kept: trial_balance
  do you hold a trial balance for each month end
partly: users
  list of xero users - do you back that up?
partly: branding
  can you restore our branding themes
partly: lock_dates
  is our lock date recorded in the backups
partly: reconciliation
  do I need to redo all the bank reconciliations after a restore
partly: vat
  how is GST handled in the backup
not_backed_up: bank_rules
  I spent weeks setting up bank rules. Are they safe?
  can bank rules be recovered
not_backed_up: bank_feeds
  will the bank feeds need reconnecting or do you save them
  daily feeds from ANZ, included?
not_backed_up: bank_statement_lines
  imported statement lines covered?
switched_off: payroll
  is there a copy of the payslips somewhere
  do you do payrol
  are leave balances saved
  the wages side - is that in there
  are our employees' super details backed up
copied: attachments
  i attach every receipt to its bill, do you back up those attachments
  are the scans attached to our bills safe
  do attachments come back too
copied: history
  do the notes on a contact get copied
  are history notes part of this
copied: assets
  does the fixed asset register get backed up
  Are assets covered pls
not_backed_up: depreciation
  would depreciation be kept
copied: projects
  we bill off xero projects, is that in the backup
not_backed_up: expense_claims
  staff claims for mileage, saved?
not_backed_up: conversion_balances
  are our opening balances from when we moved to xero saved
not_backed_up: email_templates
  do we lose our email templates
not_backed_up: invoice_templates
  would we lose our invoice template
not_backed_up: connected_apps
  do you remember which apps are connected
not_backed_up: report_layouts
  I built a custom report, will it survive
not_backed_up: tax_returns
  are VAT returns we've already filed saved
  past BAS statements - do you have copies
not_backed_up: payment_services
  does the stripe connection get restored
not_backed_up: hubdoc
  anything in hubdoc backed up?
copied: files
  is the file library included
not_backed_up: smart_lists
  my smart lists, safe?
not_backed_up: audit_trail
  does the audit trail get saved
copied: attachments history
  attachments and notes?
changed: quotes invoices
  are invoices and quotes both covered
not_backed_up+switched_off: payroll bank_rules
  payroll? bank rules?
fact: rewind
  could you take us back to how things were on Friday
  I need to undo an import we did this morning, can you?
fact: read_only
  will you ever alter our books
  is there any risk you overwrite something in xero
fact: restore
  say the worst happens, how do I recover
  do you offer restores
fact: restore_emails
  if you rebuild it will invoices be emailed out again
fact: no_ai
  is this thing AI powered?
fact: snapshot
  what do you mean by snapshot
fact: visibility
  can my colleagues see our backups in slack
  who else can see this
fact: deleted_records
  a bill was deleted last month, is it still in the backups
fact: export
  can I get the backup out as excel
places: places
  is our stuff encrypted
  where do you keep the copies
  which cloud are you storing it in
retention: retention
  for how long are the snapshots kept
everything: everything
  tell me everything that's not backed up
  what are you missing
  so what isn't included?
of_day: of_day
  did you back us up today
last_backup: last_backup
  when was Harbour last backed up?
of_day: of_day
  has the backup run yet this morning
next_run: next_run
  what time is tonight's backup
  when will you next back up Harbour
  do you run every day?
limits: limits
  are we anywhere near the size limit
of_day: of_day
  did the backup finish without errors last night
verdict: verdict
  was anything skipped in the last backup
approvers: approvers
  who has to approve it if we want a restore
keepers: keepers
  who can change the backup settings
kept_copies: kept_copies
  how many snapshots have we got
  how far back can I go
  what's the size of our backups
holders: budgets
  which of our companies have a budget
holders: tracking
  who uses tracking categories
count: credit_notes
  how many credit notes are there
count: contacts
  number of contacts?
status: status
  everything ok?
  are we good
help: help
  what can you tell me
hello: hello
  hiya
  good afternoon
thanks: thanks
  cheers
  thanks so much
unknown:
  what's the VAT threshold this year
  is my invoice to Acme paid
  how much profit did we make
  who is our contact at the bank
  can you recommend a good payroll provider
  what is the difference between a bill and an invoice
  do penguins fly
  qwertyuiop
  when do we get paid
  which bank should we use
  what's the exchange rate for euros today
  is it going to rain tomorrow
cannot_do: cannot_do
  please delete the duplicate contact
  restore my company right now
  start a backup please
  can you void invoice INV-0042
  send Ben the aged debtors report
""")

# Written after that, in other words again: 88 % right and eight wrong when first asked; tuned on since.
UNSEEN = read("""
changed: quotes
  Are the quotes we gave clients last summer still in your backup?
  quotations - yes or no
changed: invoices
  If Xero vanished tomorrow would I still have my invoices
  are our bills being captured
  draft bills as well?
  Do backups contain approved invoices
changed: credit_notes
  what about the credit notes we issued
changed: purchase_orders
  are P.O.s covered?
  purchase order backup?
changed: contacts
  Are client addresses backed up
  would a customer we archived be included
  supplier bank details - are they stored
changed: items
  does it cover our inventory items
  is the price list copied
changed: bank_transactions
  receive money entries saved?
  bank transactions included y/n
changed: bank_transfers
  are transfers from current to savings account kept
changed: manual_journals
  the journals I enter by hand each month end, are they in the backup
changed: accounts
  nominal codes saved?
  is our chart of acounts backed up
changed: tracking
  do the tracking options get copied
  are regions we set up in tracking covered
changed: repeating
  recurring invoices - will they still go out if restored
  repeating bills included?
changed: tax_rates
  do you store the tax rates we created
backed_up: payments
  bill payments - saved?
backed_up: currencies
  is multicurrency handled
  are exchange rates saved
kept: budgets
  we keep a budget for 2027 in xero, would we get that back
  budjets?
kept: organisation
  are the company settings part of the backup
kept: reverse_charge
  do you handle the domestic reverse charge
kept: trial_balance
  is a trial balance kept
kept: profit_and_loss
  would I have last year's balance sheet
partly: users
  who has access to Xero, is that stored
  user permissions?
partly: branding
  branding themes - restored or not
kept: reports
  are Xero reports kept
partly: lock_dates
  lock dates saved?
partly: vat
  is the VAT side covered
partly: reconciliation
  is the reconciled status preserved
not_backed_up: bank_rules
  have you got my bank rules
  Bank rules??
  lost all our bank rules, can you bring them back?
not_backed_up: bank_feeds
  bank feed with NatWest covered?
not_backed_up: bank_statement_lines
  do you keep raw bank statement lines
switched_off: payroll
  pay slips saved?
  what about our payroll data
  is STP in the backup
  does it include employee records
  KiwiSaver info?
copied: attachments
  do you copy the receipts we attach
  are files attached to invoices backed up
  attachements on bills covered?
  scanned receipts safe?
copied: history
  do you store the history and notes tab
copied: assets
  is our asset register safe
  fixed assets pls
not_backed_up: depreciation
  the depreciation postings, are those covered
copied: projects
  do projects come back
not_backed_up: expense_claims
  expense claims included?
not_backed_up: conversion_balances
  are conversion balances in the backup
not_backed_up: email_templates
  our email templates: safe or not
not_backed_up: invoice_templates
  is my logo backed up
not_backed_up: connected_apps
  integrations included?
not_backed_up: saved_reports
  do you keep the reports we publish
not_backed_up: tax_returns
  VAT returns?
  are GST returns stored
not_backed_up: payment_services
  GoCardless setup included?
not_backed_up: smart_lists
  smart lists covered or not
not_backed_up: audit_trail
  do you keep an audit trail of who did what
switched_off: pdfs
  do you keep a PDF of every invoice
kept: cis
  is CIS included
kept: aged
  aged debtors report saved?
copied+switched_off: payroll projects
  are timesheets on projects - sorry, project time - backed up?
not_backed_up+switched_off: hubdoc payroll
  hubdoc and payroll, are those in?
fact: rewind
  can we roll everything back to yesterday
fact: read_only
  could you accidentally change my data in xero
  are you read-only?
fact: restore
  how would I restore if everything was lost
  can you rebuild our books
fact: restore_emails
  do restored invoices get sent to clients again
fact: no_ai
  do you send our data to an AI
fact: snapshot
  what's a snapshot exactly
fact: visibility
  who can view this
fact: deleted_records
  what happens if somebody deletes an invoice
fact: export
  can I download a copy of the backup
fact: disconnecting
  how do we disconnect from you
fact: verification
  do you verify the backups
fact: region
  could we restore our NZ company into a UK one
places: places
  where's our data held
  who has the encryption key
retention: retention
  how long are backups kept for
  do you ever delete old snapshots
everything: everything
  list everything you don't cover
  anything not covered?
  what's excluded
last_backup: last_backup
  most recent backup?
  when was our data last backed up
of_day: of_day
  did last night's backup run
next_run: next_run
  when does the next backup happen
  how frequently do you back up
limits: limits
  how big can we get before there's a problem
  are any of our organisations over the size limits
verdict: verdict
  any problems with the last backup
of_day: of_day
  were there failures overnight
approvers: approvers
  who needs to sign off on a restore
keepers: keepers
  who's a keeper here
kept_copies: kept_copies
  how many copies do you hold
  what's the oldest snapshot
holders: payroll
  which clients have payroll
holders: currencies
  which of our organisations use foreign currencies
count: invoices
  how many invoices did you back up
count: items
  how many products are in the backup
status: status
  how's everything looking
  status please
help: help
  what do you do
hello: hello
  morning all
thanks: thanks
  ta very much
  brilliant thanks
unknown:
  what's my cash balance
  how do I add a user in Xero
  what is the deadline for the VAT return
  who approved this invoice
  is payroll expensive
  can I claim mileage for my commute
  what's a good budget for marketing
  why is my bank feed not updating
  how many employees does Xero have
  recommend a restaurant
  blah blah blah
  what is the capital of Peru
  does Acme pay on time
cannot_do: cannot_do
  delete this snapshot
  please restore everything to Monday
  add Priya as an approver
  raise a credit note for Acme
  can you email the report to my accountant
""")

# Written after that, once more in other words: 95 % right when first asked; four answers were beside the
# point, none of them false. Those were mended afterwards.
LAST = read("""
changed: quotes
  we lost a quote last week, would it be in a snapshot?
  is there a copy of every quote we send
changed: invoices
  INVOICES??
  hey there, just checking our bills are included in this
  can you see if sales invoices are backed up please
  bills for our suppliers covered?
changed: purchase_orders
  does the backup have purchase orders in it
changed: credit_notes
  supplier credit notes also?
changed: contacts
  contacts: covered?
  does it keep phone numbers of customers
changed: items
  is stock on hand preserved
  inventory included or excluded?
changed: bank_transactions
  are spend money transactions in the copy
changed: manual_journals
  manual jounals backed up?
  would year end journals survive a wipe
changed: accounts
  do our account codes get saved
  bank accounts too?
changed: tracking
  department tracking, is it saved
changed: repeating
  how about repeating invoices
changed: tax_rates
  tax codes backed up?
changed: billable_expenses
  billable expenses safe?
backed_up: payments
  is a record of each payment kept
backed_up: currencies
  foreign currency rates stored?
backed_up: contact_groups
  are groups of customers saved
kept: budgets
  would our budget come back if we restored
  budget figures?
kept: reminders
  do reminders for invoices get restored
kept: organisation
  is the year end date saved
kept: trial_balance
  trial balances are stored, right?
kept: profit_and_loss
  p&l backed up?
partly: users
  are the users saved
partly: branding
  our branding theme, is that kept
partly: reconciliation
  will reconciled transactions still be reconciled after a restore
kept: reports
  what about reports
partly: lock_dates
  do you save the lock date
partly: vat
  vat covered?
not_backed_up: bank_rules
  Do you also save rules for the bank
  how about bank rules then
  r bank rules includd
not_backed_up: bank_feeds
  bank feeds: yes/no
not_backed_up: bank_statement_lines
  are the bank statements we imported saved
switched_off: payroll
  we run payroll in xero - covered?
  payrun history saved?
  do you have a copy of our payslips
  employee leave?
copied: attachments
  do you back up the pdf attached to each bill
  photos of receipts on bills - kept?
  are invoice attachments safe
copied: history
  invoice notes backed up?
  do the comments on invoices get saved
copied: assets
  what about our assets
not_backed_up: depreciation
  depreciation journals backed up?
copied: projects
  project tasks and time covered?
not_backed_up: expense_claims
  employee expense claims - in or out?
not_backed_up: conversion_balances
  opening balances pls
not_backed_up: email_templates
  do you save templates for emails
not_backed_up: invoice_templates
  custom invoice template saved?
  logo?
not_backed_up: connected_apps
  are connected apps remembered
not_backed_up: report_layouts
  is the layout of our custom reports saved
not_backed_up: tax_returns
  MTD VAT returns backed up?
not_backed_up: payment_services
  is our stripe setup saved
not_backed_up: hubdoc
  hubdoc files covered?
copied: files
  files in the file library?
not_backed_up: practice
  is practice manager covered
not_backed_up: subscription
  is our xero plan saved
not_backed_up: audit_trail
  login history kept?
not_backed_up: online_links
  do online invoice links keep working
kept: aged
  aged payables kept?
copied+not_backed_up+switched_off: bank_rules payroll attachments
  bank rules, payroll and attachments?
switched_off: ledger
  is the general ledger copied
fact: rewind
  can you put xero back to how it was on 1 June
  is there an undo button
fact: read_only
  do you have write access to our xero
  does this bot change anything in xero
fact: restore
  can we do a restore
  what's the restore process
fact: restore_emails
  if I restore, would customers be emailed
fact: no_ai
  are you using chatgpt
fact: snapshot
  explain what a snapshot is
fact: visibility
  who is able to see our backups
fact: deleted_records
  if I delete a contact will you still have it
fact: export
  how can I export everything
fact: verification
  can I trust the backups
fact: region
  can books from Australia be restored in New Zealand
places: places
  is the backup encrypted
  where are the snapshots stored
retention: retention
  how long do you hold on to snapshots
everything: everything
  what parts aren't backed up
  what gaps are there
  whats not included
last_backup: last_backup
  when did it last run
  how recent is the latest backup
of_day: of_day
  was there a backup yesterday
next_run: next_run
  next backup?
  when will the next snapshot be taken
limits: limits
  how close to the limits is Harbour
of_day: of_day
  did last night go ok or were there errors
verdict: verdict
  was the backup successful
approvers: approvers
  who is an approver
keepers: keepers
  list the keepers
kept_copies: kept_copies
  how many snapshots of Harbour
  how much storage do we use
holders: budgets
  which organisations use budgets
holders: quotes
  who has quotes
count: bank_transactions
  how many bank transactions have you got
status: status
  is everything ok with the backups
  how are things
help: help
  how do I use you
hello: hello
  hey team
thanks: thanks
  thank you so much
unknown:
  what's the weather like in Auckland
  who won the rugby
  how much tax do I owe
  when is payday
  what does GST stand for
  how do I create an invoice
  is Acme Ltd a good customer
  why did sales drop in May
  can I deduct a laptop
  xyzzy
  what is the meaning of life
  who are you calling a bot
cannot_do: cannot_do
  please remove Ben from the keepers
  create a new invoice for 500 pounds
  pay the bill from Acme
  run the backup now
  undo my last change
""")

# And a last time: 92 % right when first asked, three beside the point; mended afterwards, too.
FINAL = read("""
changed: quotes
  quotes backed up at all?
  our sales quotes, would those be recoverable
changed: invoices
  so if someone voids an invoice is it in the copy
  have all the bills from 2019 been saved
changed: contacts
  are vendor records backed up
  my customers' email addresses, do you keep those
changed: items
  do we lose inventory in a restore
changed: bank_transactions
  any spend money stuff backed up
changed: accounts
  chart of accounts - saved?
changed: manual_journals
  did you get our manual journals
changed: tracking
  are cost centres stored
changed: purchase_orders
  POs in the backup?
changed: credit_notes
  are credit notes protected
changed: repeating
  does the backup have our recurring bills
kept: budgets
  are budgets something you save
kept: trial_balance
  are trial balances part of the backup
backed_up: payments
  supplier payments backed up
partly: users
  xero users backed up?
partly: vat
  do you cover sales tax
not_backed_up: bank_rules
  whats the story with bank rules
  I need my bank rules back
not_backed_up: bank_feeds
  are feeds backed up
switched_off: payroll
  payslip copies?
  does backup include salaries
  holiday balances saved?
copied: attachments
  do the bill attachments get saved too
  supplier invoices have PDFs attached, do you store them
copied: history
  are notes saved
copied: assets
  asset register backup?
copied: projects
  will my projects be restored
not_backed_up: conversion_balances
  is the opening balance stored
not_backed_up: invoice_templates
  do invoice templates survive
not_backed_up: tax_returns
  copies of filed VAT returns?
not_backed_up: connected_apps
  third party apps backed up?
fact: rewind
  can i go back to last Thursday's version of xero
fact: read_only
  does ledgerkeep edit our accounts
fact: restore
  is there a restore button
fact: visibility
  can anyone in the channel read this
fact: export
  i want a download of everything
places: places
  how secure is this
  where do backups live
retention: retention
  when do you delete old backups
everything: everything
  what is left out
  show me the gaps
last_backup: last_backup
  latest backup?
  when was the last time you backed up
next_run: next_run
  what's the backup schedule
  when is it running next
limits: limits
  are we near our limits
of_day: of_day
  any gaps last night?
approvers: approvers
  who'd have to approve a restore
kept_copies: kept_copies
  how many backups exist
holders: budgets
  who uses budgets
count: quotes
  how many quotes
status: status
  all good?
unknown:
  what is my VAT number
  who is the CEO of Xero
  can you do my tax return
  how much is an invoice template
  what time is it in London
  are my invoices overdue
  is there a discount for charities
cannot_do: cannot_do
  delete my data
  approve the restore
""")
