"""Wordings about restores, from the cautious to the desperate. Data.

A third of them only sound like it: things of other places that are restored, drilled, undone or stopped.
"""

from __future__ import annotations

from tests.contract.phrasings import read

RESTORES = read("""
fact: restore
  can I restore?
  ok how would we restore the books
  is it possible to restore our company
  what gets restored
  could you rebuild our books if xero lost them
fact: rewind
  can you put us back to how it was on Monday
  can the books be rolled back to June
fact: restore_live
  can I restore over my live organisation?
  would a restore overwrite my data
  can I restore into the same organisation
  does restoring replace our existing data
  can I restore in place
  will a restore touch my live xero
fact: restore_target
  where does a restore go to
  does the target have to be empty
  which organisation can I restore into
  what's a target organisation
fact: restore_part
  can I restore only contacts?
  can I restore just the chart of accounts
  is a partial restore possible
  can we restore some of the data
fact: restore_one
  can I restore a single invoice?
  can you restore just one bill
  can I restore one contact
  could a specific invoice be restored
fact: restore_undo
  can you undo a restore?
  can a restore be undone
  is a restore reversible
  how do I undo a restore
fact: restore_stop
  can I stop a restore
  can a restore be paused
fact: restore_time
  how long does a restore take?
  how long would it take to restore everything
  how quickly can you restore our books
  how fast is a restore
fact: restore_who
  who can start a restore
  who may request a restore
  can anyone restore
fact: restore_proof
  how do I know the restore worked
  is a restore checked
  how can we trust a restore
  do you verify restores
fact: rehearsal
  what's a drill?
  what's a rehearsal
  can we rehearse a restore
  can I do a test restore
  should we practise restoring
  have you ever tested a restore
fact: restore_emails
  does a restore e-mail my customers?
  will restoring send anything to clients
fact: region
  can I restore into another country?
  could our UK books be restored in Australia
approvers: approvers
  who can approve a restore?
  how many people must approve a restore
  am I allowed to approve my own restore
kept: budgets
  what happens to budgets in a restore?
  do our budgets come back in a restore
copied: attachments
  what happens to attachments in a restore?
copied: history
  what happens to the history in a restore?
cannot_do:
  restore over my live organisation
  undo the restore
unknown:
  how do I restore an old bicycle
  who restores old furniture
  when is the next fire inspection
  how long does the train take
  can you undo the dishwasher
  how long is the rehearsal dinner
  who has the drill from the garage
  can you restore my faith in humanity
  how do I restore a deleted email
  where is the choir rehearsing
  is the power restored at the office
  can I stop the newsletter
  how long does a parcel take
  which target did marketing set
  do they verify new customers
  can anyone start the coffee machine
  how do I stop a direct debit
  how do I reverse the car
  what is our target for March
  can I undo my signature
  who can request a day off
  how long does payroll take
  how quickly can you reply
  do we rehearse the pitch tomorrow
  is the painting restored
  how do I overwrite a file in Excel
  can I pause my subscription
  how do I test a smoke alarm
""")
