"""How people ask about what is read record by record: is it kept, how far is it, when is it done. Data only.

What is none of ours ("unknown") stands among it.
"""

from __future__ import annotations

from tests.contract.phrasings import read

FILLING = read("""
filled: history
  when will history be complete?
  when will the history be done
  is the history complete yet?
  how far is the history
  how far along are you with history and notes?
  how much of the history is backed up?
  how much of the history is copied so far
  how long until the notes are all in?
  is history finished?
  are the notes done yet
  how many nights until history is complete?
  when are the history and notes all there?
filled: attachments
  when will the attachments be complete?
  when will all attachments be backed up
  are all attachments in yet, when will they be done?
  how far are you with the attachments?
  how far along are the attachments
  how much of the attachments is copied
  are the attachments complete yet?
  is every attached file done
  how long until all attachments are copied?
  how many attachments are left to read?
  are attached files still filling up?
filled: files
  how far is the file library?
  when will the file library be complete
  is the file library done yet
filled: pdfs
  when will the PDFs be done?
  how far are the pdfs
filled: attachments history
  when will attachments and history be complete?
  are the attachments and the history done yet?
filling: filling
  what is still filling up?
  is anything still filling up
  is everything filled up?
  when will everything be read?
  when will it all be in?
count: attachments
  how many attachments do we have?
  how many attached files are there
  number of attachments?
copied: attachments
  do you keep attachments now?
  attachments?
  what about the files attached to bills?
copied: history
  is history backed up?
  do you keep the history of invoices
copied: files
  what about the file library?
  is the file inbox backed up
copied: assets
  what about fixed assets?
  is the asset register backed up
copied: projects
  what about projects?
  are time entries on projects backed up
switched_off: pdfs
  what about PDFs?
  are the invoice pdfs backed up
switched_off: payroll
  what about payroll?
switched_off: ledger
  what about the general ledger?
kept: aged
  what about aged reports?
  are the aged receivables backed up?
kept: reports
  what about reports?
kept: summary_reports
  is the executive summary backed up?
  bank summary?
unknown:
  when will the invoice be paid?
  when will the project be finished?
  when is the VAT return done?
  when will payroll be ready
  how far is the station
  is the bill paid yet?
  when will the books be closed?
  is my tea ready
  how much of the invoice is paid
  how much of the budget is left
  when is the month end done
  is the year end complete
  how far is it to Leeds
  who wrote this note
  when was this attachment uploaded
  how long does an attachment stay in Xero
""")
