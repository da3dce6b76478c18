# Around every page.
product = Fieldbook
page-title = Fieldbook
skip = Skip to the content
nav = Main
nav-home = Today
nav-cases = Cases
nav-tasks = Tasks
nav-conflicts = Conflicts
sign-out = Sign out
go-home = Go to today

# Days and times.
months = Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec
weekdays = Monday Tuesday Wednesday Thursday Friday Saturday Sunday
day-of-month = { $month } { $day }
day-of-year = { $month } { $day }, { $year }
today = today
yesterday = yesterday
tomorrow = tomorrow
days-ago = { $days ->
    [one] { $days } day ago
   *[other] { $days } days ago
}
days-late = { $days ->
    [one] { $days } day late
   *[other] { $days } days late
}
late-since = late since { $time }
today-at = today, { $time }
in-days = { $days ->
    [one] in { $days } day
   *[other] in { $days } days
}
minutes-long = { $minutes } min
hours-long = { $hours } h

# Signing in.
sign-in-title = Sign in
sign-in-name = Name
sign-in-password = Password
sign-in-code = Code
sign-in-code-hint = Six digits from your authenticator app
sign-in-go = Sign in
sign-in-wrong = The name, the password or the code is wrong. Try again.
sign-in-locked = { $minutes ->
    [one] Too many failed attempts. Try again in { $minutes } minute.
   *[other] Too many failed attempts. Try again in { $minutes } minutes.
}
sign-in-ended = Your session has ended. What you saved is safe. Sign in to go on.

# What is refused.
not-found-title = Nothing here
not-found = There is nothing here that you may see. It may have moved, or it may be someone else's.
refused-title = That did not work
reason-title = Not open on these pages
reason-needed = Your office reads cases only with a stated reason, and these pages take none: you cannot open this here. Programs take a reason (docs/console-api.md). Who read what of a case is in the audit.
confirm-title = Confirm that it is you
confirm-why = This page asks for your password and a code again, because it shows or does something that must not happen by accident.
confirm-go = Confirm

# The bar on top.
find-label = Find a person or place
find-go = Search
account = Account:
nav-sessions = Where you are signed in
unit-open = open
sign-in-foot = For staff only. Every visit is recorded.

# Lists.
pages = Pages
page-first = First page
page-next = Next page
page-previous = Previous page
col-task = To do
col-person = Person
col-due = Due
col-owner = Assigned to
col-program = Program
col-worker = Worker
col-risk = Risk
col-contact = Last contact
col-next-due = Next due
col-tasks = Open tasks
col-attention = To decide
col-consent = Consent
col-unsent = Not sent yet
col-record = Record
col-to-decide = To decide
col-author = Written by
col-written = Written
col-case = Case
col-found = Person or place
col-type = Kind
col-begun = Signed in
col-used = Last used
col-end = End
nobody = Nobody
unknown = Unknown
person-hidden = Name not shown
no-contact = No contact yet
nothing-due = Nothing due
no-consent = None signed
open-case = Open case
flagged = Very late
paused = Paused
tried = { $count ->
    [one] tried once
   *[other] tried { $count } times
}
count-cases = { $count ->
    [one] { $count } case
   *[other] { $count } cases
}
count-to-review = { $count } to review
count-conflicts = { $count ->
    [one] { $count } conflict
   *[other] { $count } conflicts
}
count-unsent = { $count ->
    [one] { $count } change
   *[other] { $count } changes
}
consent-ended = Ended { $day }
days-left = { $days ->
    [0] Ends today
    [one] { $days } day left
   *[other] { $days } days left
}
range-shown = { $first } to { $last } of { $total }

# The day.
tiles = What waits for you
tile-overdue = Overdue
tile-today = Due today
tile-review = To review
tile-conflicts = Conflicts
tile-safety = Emergencies
due-first = Due first
quiet-longest = Longest without contact
tasks-all = All tasks
cases-all = All cases
home-without-cases = You do not work with cases. What you can open is in the menu.

# Tasks.
tasks-which = Which tasks
no-tasks = No open tasks
no-tasks-hint = A task appears here when a record calls for a follow-up.
none-overdue = Nothing is late
none-overdue-hint = What is due next is under All tasks.
none-today = Nothing more is due today
none-today-hint = What is due next is under All tasks.

# The caseload.
filter-and-sort = Filter and sort
filter-go = Show cases
filter-clear = Clear all
chip-remove = Remove filter:
only-with = Only cases with
any-worker = Any worker
any-program = Any program
any-risk = Any risk
gap = No contact for
any-gap = Any time
gap-over = more than { $days } days
with-overdue = Overdue task
with-unreviewed = Something to review
with-conflicts = Conflict to decide
with-expired-consent = Consent ended
sort-by = Sort by
sort-descending = Last first
no-cases = No cases yet
no-cases-hint = A case appears here when it is assigned to you or to a program that you supervise.
none-match = No case matches all of these filters
none-match-hint = Remove a filter above to see more.

# Conflicts.
conflicts-what = Two people gave different answers to the same question. Open the record and decide which one stands.
no-conflicts = Nothing to decide
no-conflicts-hint = A record appears here when two people give different answers to the same question.

# Search.
find-title = Search
find-hint = A name, a nickname, a street name, a birth year, or the last 4 digits of a phone number. Two letters are enough.
found-title = Found
none-found = Nobody found
none-found-hint = Check the spelling, or try another name. You find only those whom you may see.
more-found = There are more. A longer search finds fewer.

# Sessions.
sessions-what = End each one that you do not know or no longer need. What was saved there stays saved.
end-session = End
end-others = End all others
this-session = This one

# Values, and what was done to them.
value-yes = Yes
value-no = No
value-someone = someone
value-other-record = another record
did-set = { $who } set { $field } to { $value }
did-clear = { $who } emptied { $field }
did-add = { $who } added { $value } to { $field }
did-remove = { $who } removed { $value } from { $field }
did-log = { $who } added to { $field }: { $value }
did-count = { $who } counted { $by } in { $field }
did-write = { $who } wrote in { $field }: { $value }
did-delete = { $count ->
    [one] { $who } deleted { $count } letter from { $field }
   *[other] { $who } deleted { $count } letters from { $field }
}

# A case.
case-who = Who it is
case-team = Team
case-all-of-it = Full record
case-next = Next steps
case-no-tasks = No open tasks.
case-consents = Consents
case-consent-revoked = Revoked
case-consent-stands = No end date
case-consent-days = { $days ->
    [0] ends today
    [one] { $days } day left, until { $date }
   *[other] { $days } days left, until { $date }
}
case-new = New record
case-notes = All notes
case-print = Print
case-records = Records
case-records-earlier = Earlier records
case-no-records = No records yet.
case-no-records-hint = Choose New record to write the first one.
case-no-earlier = There is nothing earlier.
case-newest = Newest
case-earlier = Earlier
case-unsent = Only on this device
case-apart = Written { $written } by its device's clock. The server received it { $received }.
case-changed-times = { $count ->
    [one] Changed once
   *[other] Changed { $count } times
}
case-voided = Voided
case-amended-by = { $count ->
    [one] Amended once
   *[other] Amended { $count } times
}
notes-title = All notes
notes-find = Search these notes
notes-found = { $count ->
    [one] { $count } record has all of these words.
   *[other] { $count } records have all of these words.
}
notes-all = Show all
notes-none = Nobody has written a note in this case.
notes-none-found = No note has all of these words. Try fewer or shorter words.

# A record.
record-edit = Change
record-about = About this record
record-happened = Happened
record-written = Written by its device's clock
record-received = Received by the server
record-at-server = at the server { $received }
record-state = State
record-kept-in = Kept in
record-voided = This record was voided and counts no more.
record-conflicts = { $count ->
    [one] One answer to decide
   *[other] { $count } answers to decide
}
record-conflicts-what = People gave different answers without knowing of each other. All of them are kept until someone decides.
record-disputed = To decide
record-value-history = History of { $field }
record-decided = Decided between several answers
record-overwritten = Replaced by another answer given at the same time
record-empty = This record is empty.
record-unknown-fields = From a newer version
record-history = History
record-history-earlier = Earlier history
record-left-out = { $count ->
    [one] One change cannot be read any more, because its text was erased.
   *[other] { $count } changes cannot be read any more, because their text was erased.
}

# Forms.
form-title-new = New: { $form }
form-title-change = Change: { $form }
form-the-record = The record
form-begun = Begun { $when }
form-old = You began this form { $when }. Finish it, or throw it away.
form-required = (required)
form-no-answer = No answer
form-choose = Choose
form-not-offered = { $option } (no longer offered)
form-nothing-to-choose = There is nothing to choose from.
form-example = Example: { $example }
form-range = From { $min } to { $max }
form-duration-hint = Hours and minutes, such as 1:30
form-append = Add to the note
form-count-one = Add one to { $field }
form-add-entry = Add
form-add-entry-to = Add to { $field }
form-remove = Remove
form-remove-entry = Remove entry { $number } from { $field }
form-missing = Answer this question.
form-happened-hint = If you leave this empty: when you began this form
form-part-missing = { $field } is missing.
form-not-yet = Not yet known
form-changed-since = Someone else has changed this since. It now says: { $value }
form-emptied-since = Someone else has emptied this since.
form-of-every-record = When, where and what next
form-problems = { $count ->
    [one] There is a problem. Fix it, then save again.
   *[other] There are { $count } problems. Fix them, then save again.
}
form-doubtful = Please check what is marked below. If it is right, save it as it is.
form-kept = Your answers are kept as you give them. Nobody else sees them until you save the record.
form-kept-at = Kept at { $time }
form-submit = Save the record
form-submit-change = Save the change
form-submit-anyway = It is right, save it
form-keep = Finish later
form-discard = Throw away
form-discard-sure = Everything in this form will be gone.
form-discard-go = Yes, throw it away
drafts-title = Unfinished forms
drafts-what = Nobody else sees them until you save the record.
drafts-form = Form
drafts-about = About
drafts-begun = Begun
drafts-state = State
drafts-old = Old
drafts-complete = Ready to save
drafts-missing = { $count ->
    [one] { $count } answer missing or to fix
   *[other] { $count } answers missing or to fix
}
no-drafts = No unfinished forms
no-drafts-hint = A form that you begin and do not save waits here.
new-title = New record
new-what = What do you want to write down?
new-back = Back to the case
new-none = There is nothing here that you can write.
new-none-hint = Ask your supervisor which records your role may write.

# Review, and values to decide between.
nav-review = Review
review-total = { $count ->
    [one] { $count } record waits
   *[other] { $count } records wait
}
review-what = The oldest come first. A review is due within three business days.
review-none = Nothing waits for your review.
review-none-hint = Records appear here when their authors submit them.
review-choose = Choose
review-came = Received
review-approve = Approve
review-approve-chosen = Approve the chosen records
review-return = Return with reasons
review-approved = { $count ->
    [one] { $count } record was approved.
   *[other] { $count } records were approved.
}
review-left = Not approved
review-changed = This record was changed after you saw it. Read it again.
review-disputed = Values in this record wait for a decision first.
review-gone = This record does not wait for your review any more.
conflict-keep = Keep this
conflict-settled = Somebody has decided this already. The record shows what stands now.

# What is new, and a session that ends.
news = Something on this page has changed.
news-show = Show it
idle-title = You will be signed out in two minutes
idle-what = Nobody has used this page for a while. What you filled in is saved.
idle-stay = Stay signed in
keys-title = Keys
keys-rows = Next row, row before
keys-approve = Approve, where a record waits for your review
keys-return = Return it with reasons
keys-help = This list
close = Close

# Giving a case to somebody.
case-assign = Assign or transfer
assign-title = Assign or transfer
assign-from = Who hands over
assign-from-nobody = Nobody: one more person works on it
assign-to = Who takes over
assign-to-hint = People of your programs take over at once. Another program is asked first.
assign-choose = Choose
assign-people = People of your programs
assign-programs = Ask another program
assign-reason = Why
assign-reason-hint = Needed when another program is asked. Its supervisor reads it, so write only what they may know.
assign-preview = Show what happens
assign-none = Nobody can take this case over.
assign-none-hint = Everybody in your programs who could work on it already does, and there is no other program to ask.
assign-choose-to = Choose who takes over.
assign-say-why = Say why, in 10 to 500 characters.
assign-gives = Give this case to { $name }
assign-asks = Ask { $program } to take this case over
assign-asks-what = Nothing changes until its supervisor accepts. You can take the request back until then.
assign-effects = What happens
assign-opens = Opens to whoever takes over
assign-opened = { $records ->
    [one] { $compartment }: { $records } record
   *[other] { $compartment }: { $records } records
}
assign-needs-consent = Stays closed without a consent
assign-needs-consent-why = A signed consent has to name this area and the program of whoever takes over. Record one in the case first.
assign-closes = Closes to whoever hands over
assign-loses-sight = { $name } will not see this case any more.
assign-devices = Phones of whoever hands over
assign-devices-why = What they have not sent yet still arrives: the phone hands it over before it drops the case.
assign-no-devices = None
assign-device-seen = Last seen { $when }
assign-device-never = Never seen
assign-device-drafts = { $count ->
    [one] { $count } form not finished
   *[other] { $count } forms not finished
}
assign-nothing = Nothing
assign-tasks = { $tasks ->
    [0] No open tasks
    [one] { $tasks } open task, { $overdue } overdue
   *[other] { $tasks } open tasks, { $overdue } overdue
}
assign-ask = Ask them
assign-do = Assign
assign-change = Change

# Transfers between programs.
transfers-title = Transfers
transfers-what = Cases that one program asks another to take over.
transfers-waiting = Waiting for your answer
transfers-none = Nothing waits for your answer.
transfers-asked = Asked by you
transfers-decided = Decided
transfer-asks = { $name } asks { $program } to take a case over
transfer-who = Who will work on it
transfer-accept = Take it over
transfer-refuse = Do not take it over
transfer-why-not = Why not
transfer-waits-for = waiting for { $program }
transfer-take-back = Take back
transfer-accepted = taken over by { $by }; { $worker } works on it
transfer-refused = not taken over by { $by }: { $why }
transfer-taken-back = taken back
transfer-asked-by = { $name } asked { $program }
transfer-words-gone = The words went with the case.

# Moving a whole caseload.
caseload-move = Move a caseload
caseload-what = Everything that somebody works on goes to somebody else in one step.
caseload-choose = Choose who hands over and who takes over.
caseload-same = Choose two different people.
caseload-title = From { $from } to { $to }
caseload-total = { $count ->
    [0] No case can be moved.
    [one] { $count } case moves. Open it to see what happens.
   *[other] { $count } cases move. Open one to see what happens.
}
caseload-stays = Not moved
caseload-do = Move them
caseload-done = { $count ->
    [0] No case was moved.
    [one] { $count } case was moved.
   *[other] { $count } cases were moved.
}
caseload-left = These were not moved

# Refused work.
late-title = Refused work
late-what = What phones handed in and the server did not take. Whoever recorded it is told what you decide.
late-none = Nothing was refused.
late-none-hint = Work that comes too late, or breaks a rule, waits here. It is never thrown away.
late-unknown = Unknown
late-reason = Why
late-waiting-since = Since
late-changes = { $count ->
    [one] { $count } change
   *[other] { $count } changes
}
late-of = Refused: { $record }
late-reasons = Why it was refused
late-times = { $count ->
    [one] handed in once
   *[other] handed in { $count } times
}
late-unreadable = { $count ->
    [one] { $count } change cannot be read. It can only be dismissed.
   *[other] { $count } changes cannot be read. They can only be dismissed.
}
late-says = What it says
late-field = Field
late-before = Now
late-after = As handed in
late-say-why = Why you decide so
late-say-why-hint = Whoever recorded it reads this on their phone.
late-accept = Accept it
late-dismiss = Dismiss it

# A case on paper.
case-handoff = Hand-off sheet
handoff-title = Hand-off sheet
handoff-what = One page with who it is, what is to be done and what happened last, as far as you may see it.
handoff-purpose = What for
handoff-purpose-hint = It stands on the sheet and in the audit.
handoff-say-why = Say what the sheet is for, in 10 to 500 characters.
handoff-show = Show the sheet
handoff-printed = Printed by { $name }, { $at }
handoff-yours = This paper is now your responsibility. Destroy it when it has served its purpose.
handoff-back = Back to the case

# Showing again who one is; the audit; emergencies.
confirm-undone = What you sent was not done. Do it again afterwards.
confirm-problem = That is not right
confirm-wrong = The password or the code is wrong. After five wrong attempts you are signed out.
confirm-no-password = Type your password
confirm-no-code = Type the code from your authenticator app
confirm-code-hint = Six digits from your authenticator app. Each code works once: if you have just used one, wait for the next.
sign-in-signed-out = The password or the code was wrong five times, so you were signed out. What you saved is safe.
nav-audit = Audit
purpose-title = Why do you read the audit?
purpose-why = You are asked once in each session. What you write is in the audit itself, and stands on every page of it.
purpose-label = Purpose
purpose-hint = Name the complaint, the check or the date, and no person. 10 to 500 characters.
purpose-go = Go on to the audit
purpose-shown = Purpose:
audit-what = Everything that was read, written, refused or changed, the newest first. What you read here is in it too.
audit-check = Verify
audit-file = Download, signed
audit-problems = The search cannot be made
audit-search = Search
audit-by = Who
audit-anybody = Anybody
audit-act = What
audit-anything = Anything
audit-from = From
audit-until = Until
audit-number = Number of a case or record
audit-number-hint = As it stands in an order or a complaint
audit-no-day = Choose a day, such as 2026-11-28
audit-days-reversed = The last day comes before the first
audit-no-number = This is not the number of a case or record
audit-this-case = Only the case that you chose
audit-go = Search the audit
audit-all = Show everything
audit-none = Nothing was found.
audit-none-hint = Search for fewer things at once, or for more days.
audit-object = About
audit-at = When
audit-outcome = Result
audit-row = Row
audit-all-of-case = All about this case
audit-newest = Newest rows
audit-older = Older rows
audit-stranger = Someone unknown
audit-administrator = Administrator, on the server
audit-server = The server
audit-at-console = at the console
audit-with-phone = with a phone
audit-case = A case
audit-record = A record that is gone
audit-device = Phone of { $owner }
audit-emergency = Emergency access { $number }
audit-unknown-device = A phone that is not known any more
audit-rows = { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
}
check-title = Verification of the audit
check-broken = The audit does not hold
check-what-to-do = Keep this page, download the audit, and call whoever administers the server. An earlier download shows what stood there.
check-others = What else does not hold
check-well = Every row is as it was written.
check-well-what = None was changed, moved or left out.
check-key = Key of the signature
check-key-what = A downloaded audit is signed. With this key anybody can check it without the server.
check-back = Back to the audit
vouched-title = Vouched for after a restore
vouched-what = After a restore, phones hand in what the server had lost, also what others wrote. These are the changes that rest on the word of another phone.
vouched-none = Nothing rests on the word of another phone.
vouched-none-hint = After a restore, changes appear here that another phone handed in than the one that wrote them.
vouched-author = Written by
vouched-by = Handed in by
vouched-at = Handed in
col-compartment = Kept in
audited-records = { $records ->
    [one] { $records } record
   *[other] { $records } records
}
audited-tasks = { $tasks ->
    [one] { $tasks } task
   *[other] { $tasks } tasks
}
audited-findings = { $findings ->
    [0] all well
    [one] { $findings } problem
   *[other] { $findings } problems
}
audited-done = done
audited-found = found in a search
audited-shown = shown
audited-wrong = wrong
audited-in-emergency = in an emergency
audited-confirm-first = had to confirm first
audited-not-found = nothing that they may see
audited-no-access = not allowed
audited-reason-needed = a reason was needed
audited-accept-refused-work = Accepted refused work
audited-add-user = Added a person
audited-announce = Announced where the server is
audited-announce-address = Announced the next address
audited-announce-key = Announced the next key
audited-assign = Assigned a case
audited-backup = Made a backup
audited-begin-account = Began to set up an account
audited-change-password = Changed the password
audited-close-account = Closed an account
audited-close-emergency = Closed emergency access
audited-close-restore = Ended the time after a restore
audited-confirm-session = Showed again who they are
audited-create = Made a record
audited-disclose = Disclosed under a consent
audited-dismiss-refused-work = Dismissed refused work
audited-end-sessions = Ended sessions
audited-enrol = Enrolled a phone
audited-erase = Erased a case
audited-exceed-budget = Sent more than a day allows
audited-export-audit = Exported the audit
audited-give-role = Gave a role
audited-init = Set the server up
audited-invite = Invited a phone
audited-invite-to-reconnect = Invited a phone to reconnect
audited-invite-to-the-console = Invited to the console
audited-look-at-emergency = Looked at emergency access
audited-open-in-an-emergency = Opened in an emergency
audited-order-wipe = Ordered a phone to be wiped
audited-publish-catalogue = Published the catalogue
audited-read = Read
audited-reconcile = Told what the phone holds
audited-reconnect = Reconnected a phone
audited-refuse = Was refused
audited-renew-certificate = Renewed the certificate
audited-repair-refused-work = Repaired refused work
audited-restore = Restored a backup
audited-revoke-device = Revoked a phone
audited-set-account = Set up an account
audited-settle = Worked out access anew
audited-show-contact = Asked how to reach somebody
audited-sign-in = Signed in
audited-sign-out = Signed out
audited-start = Started
audited-state-a-reason = Gave a reason
audited-take-role = Took a role away
audited-unassign = Took a case away
audited-view = Looked at a record on a phone
audited-accept-transfer = Took a case over
audited-ask-transfer = Asked another program to take a case over
audited-print = Printed a case
audited-refuse-transfer = Did not take a case over
audited-take-back-transfer = Took a request back
audited-write = Changed a record
audited-search = A search for people
audited-refusals = Refused work
nav-emergencies = Emergencies
emergencies-waiting = waiting
emergencies-unseen = { $count ->
    [0] You have looked at all of them
    [one] { $count } not looked at yet
   *[other] { $count } not looked at yet
}
emergencies-open = { $count ->
    [0] Nothing is open or waits for your answer
    [one] { $count } is open or waits for your answer
   *[other] { $count } are open or wait for your answer
}
emergencies-what = Cases that someone opened outside their programs, with each read.
emergencies-own-what = What you opened outside your programs. The privacy officer sees it too.
emergencies-none = Nothing was opened in an emergency.
emergencies-none-hint = When a supervisor opens a case outside their programs, it appears here at once.
emergencies-own-none-hint = You open what you need from the page of a case.
emergency-open = Open
emergency-over = Over
emergency-seen = Looked at
emergency-unseen = Not looked at
emergency-seen-by = { $name }, { $at }
emergency-reason = Reason
emergency-no-reason = The words went with the case when it was erased.
emergency-opened = Opened
emergency-closed = Closed
emergency-until = Until
emergency-reads = What was read
emergency-no-reads = Nothing
emergency-read-case = The case
emergency-more = More was read: search the audit.
emergency-see = I have looked at it
emergency-close = Close now
emergency-audit = Case in the audit
open-title = Open in an emergency
open-what = You read what is closed to you, for a short time. The privacy officer sees at once who opened what, why, and all that was read.
open-problems = It was not opened
open-nothing = Everything that may be opened in an emergency is open to you already.
open-compartment = What do you have to see?
open-choose = Choose what to open
open-at-most = { $name }, { $time } at most
open-minutes = For how long?
open-reason = Why?
open-reason-hint = What happened, and what you need to know. 10 to 500 characters.
open-reason-length = Write 10 to 500 characters about why
open-go = Open it now
open-cancel = Back to the case
audited-wrong-password = wrong password
audited-wrong-code = wrong code
audited-used-code = code used before
audited-unknown-name = no such name
audited-account-closed = account closed
audited-codes-locked = too many wrong codes

# Setting an account up.
sign-in-new = I have a code for a new account
welcome-title = Set up your account
welcome-what = An administrator gave you a code. It works once.
welcome-code = Code of your invitation
welcome-code-hint = Spaces, dashes and capital letters do not matter.
welcome-go = Go on
welcome-has-one = I have an account already
welcome-wrong-code = This code is wrong, was used or has expired. Ask an administrator for a new one.
welcome-hello = { $name }, set up your account
welcome-problems = Your account is not set up yet
welcome-first = 1. Your authenticator app
welcome-scan = Point the app’s camera at this picture. It shows a new code every 30 seconds from then on.
welcome-qr = QR code for your authenticator app. The letters below are the same.
welcome-letters = Or type these letters into the app:
welcome-then = 2. Your password
welcome-password = New password
welcome-password-hint = 12 to 128 characters. Several words that have nothing to do with each other are best.
welcome-totp = Code that the app shows now
welcome-finish = Set up the account
welcome-weak = The password must have 12 to 128 characters and must not be easy to guess
welcome-wrong-totp = This is not the code that the app shows now: check the phone’s clock
welcome-done-title = Your account is ready
welcome-done = Sign in with your name, your password and the next code that the app shows. Each code works once.

# How somebody is reached.
contact-title = How to reach them
contact-hidden = Hidden: { $fields }.
contact-show = Show how to reach them

# People, devices and the server, for those who look after them.
nav-people = People
nav-devices = Devices
nav-health = Health
staff-count = { $count ->
    [one] { $count } person
   *[other] { $count } people
}
staff-inactive = Inactive for 90 days
staff-inactive-count = { $count ->
    [one] { $count } person has neither signed in nor synced a device for 90 days.
   *[other] { $count } people have neither signed in nor synced a device for 90 days.
}
staff-inactive-only = Show only those
staff-all = Show everybody
staff-find = Find by name
staff-none = Nobody found
staff-none-hint = Check the spelling.
staff-add = Add a person
staff-add-go = Add
staff-name = Name
staff-name-hint = The name that colleagues know. Two people cannot have the same one.
staff-first-role = First role
staff-role-choose = Choose a role
staff-role-missing = Choose a role.
staff-role-in = { $role }, { $program }
staff-roles = Roles
staff-no-roles = No role
staff-no-roles-hint = Without a role this person sees nothing. Give one below.
staff-account = Account
staff-account-none = No account
staff-account-invited = Invited
staff-account-active = Active
staff-account-closed = Closed
staff-signed-in = Last sign-in
staff-seen = Last synced
staff-never = Never
staff-sessions = Open sessions
staff-added = Added
staff-own = This is your own page. Only another administrator can give you a role or close your account.
staff-give = Give a role
staff-give-hint = The role opens its cases at once, on phones with their next sync.
staff-first-day = First day
staff-first-day-hint = Empty: at once.
staff-last-day = Last day
staff-last-day-hint = Empty: without an end.
staff-planned = Not yet
staff-from = from { $first }
staff-until = until { $last }
staff-from-until = from { $first } until { $last }
staff-give-go = Give this role
staff-take = Take away
staff-take-title = Take a role away from { $name }?
staff-take-loses = { $count ->
    [0] This person keeps sight of all cases that are open to them now.
    [one] This person loses sight of { $count } case at once. Phones delete it with their next sync.
   *[other] This person loses sight of { $count } cases at once. Phones delete them with their next sync.
}
staff-take-kept = What they wrote stays. If you give the role again, cases that are still assigned to them open again.
staff-take-go = Take this role away
staff-invite-account = Make a code for the account
staff-invite-device = Invite a device
staff-sign-out = Sign out everywhere
staff-close = Close the account
staff-close-title = Close the account of { $name }?
staff-close-sessions = { $count ->
    [0] This person cannot sign in at the console any more.
    [one] This person is signed out at once ({ $count } session) and cannot sign in at the console any more.
   *[other] This person is signed out at once ({ $count } sessions) and cannot sign in at the console any more.
}
staff-close-devices = { $count ->
    [0] They have no device that syncs.
    [one] Their { $count } device goes on syncing: revoke it by itself, and take the roles away.
   *[other] Their { $count } devices go on syncing: revoke each by itself, and take the roles away.
}
staff-close-again = Their records stay. A new code opens the account again.
staff-close-go = Close this account
sure-no = Go back, change nothing
code-for-account = Code for the account of { $name }
code-for-device = Code for a device of { $name }
code-account-what = The person opens the address in a browser, types the code, sets up an authenticator app and chooses a password. The code works once. An earlier code works no more.
code-device-what = Scan this with the new device, or type the code there. It works once.
code-once = This code is shown only now. If it is lost, make a new one.
code-qr = QR code of this invitation
code-code = Code
code-until = Works until
code-app = On a phone, open
code-app-needs = This code is for an installed app, which pins the server’s key. The app in a phone’s browser needs a certificate that phones trust.
code-server = Address
code-fingerprint = Fingerprint of the server
code-back = Done, back to { $name }
device-count = { $count ->
    [one] { $count } device
   *[other] { $count } devices
}
device-what = Those that synced longest ago come first; 72 hours are too long.
device-file = Download as CSV
device-days = Days without a sync
device-days-go = Show
device-owner = Owner
device-kind = Device
device-since = Enrolled
device-enrolled-on = Enrolled { $day }
device-catalogue = Catalogue
device-current = Current
device-outdated = An earlier one
device-state = State
device-enrolled = In use
device-ordered = Revoked, waits for its next sync
device-told = Revoked, told to wipe itself
device-none = No devices
device-none-hint = Invite a device on the page of the person who will use it.
device-none-quiet = Every device has synced in that time
device-none-quiet-hint = Choose fewer days, or show all devices.
device-revoke = Revoke
device-revoke-title = Revoke the device of { $name }?
device-revoke-what = From now on it gets nothing and its work is not taken. When it next reaches the server, it is told to wipe itself. While it is offline it keeps what it has, protected by its PIN.
device-revoke-late = Work that it still hands in waits for a supervisor. A revoked device cannot come back: its owner enrolls it as a new one.
device-revoke-unsent = { $count ->
    [one] { $count } draft on it was not sent when it last synced, and will be lost.
   *[other] { $count } drafts on it were not sent when it last synced, and will be lost.
}
device-revoke-go = Revoke this device
health-what = What the server knows of itself. There is nothing here about any case.
health-backups = Backups
health-backup-last = Last backup
health-backup-never = There is no backup yet. Make one today with fieldbook admin backup, and keep it on another machine.
health-backup-old = The last backup is more than 7 days old. Make one with fieldbook admin backup, and keep it on another machine.
health-keys = Keys
health-keys-what = A backup opens only with master.key and the newest keys.db. Keep both elsewhere than the backups, and never an old keys.db.
health-server = Server
health-version = Version
health-catalogue = Catalogue
health-catalogue-since = in force since:
health-devices = Devices in use
health-size = Size of the database
health-tables = Version of the tables
health-feed = Entries of the feed
health-audit = Audit
health-audit-rows = Rows
health-audit-head = Newest hash
health-audit-what = Write it down elsewhere now and then: whoever changed an earlier row would change it too.

# Recovery codes.
recovery-title = Recovery codes
recovery-what = A recovery code signs you in once, with your name and password, when you have no authenticator app at hand.
recovery-once = These codes are shown only now.
recovery-keep = Write them down or print them, and keep them where you keep papers that matter, not beside your password.
recovery-kept = I have kept them
recovery-left = { $count ->
    [0] No recovery code is left
    [one] { $count } recovery code is left
   *[other] { $count } recovery codes are left
}
recovery-used = You signed in with a recovery code. It does not work again.
recovery-voids = When you make new codes, those that you have stop working.
recovery-make = Make new recovery codes
recovery-go-on = Go on
recovery-instead = No authenticator app at hand?
recovery-one = Recovery code
audited-make-recovery-codes = Made recovery codes

# Who can see a case, and what of it is withheld.
seers-title = Who can see this case
seers-what = People who can see what you see of this case, and why. What is closed to you is not told of.
seers-who = Name
seers-roles = Roles
seers-why = Why
seers-role = { $role }, { $program }
seers-works = Works on the case
seers-supervises = Supervises a program that works on it
seers-consent = Works on the case, and a consent opens it
seers-office = By their office
seers-with-reason = By their office, when they state a reason
seers-emergency = Opened it in an emergency
withheld-records = There are records here that you may not see ({ $part }).
withheld-way = A signed consent that names your program opens them. Talk with the person about it, or ask your supervisor.
withheld-consent = Record a consent

# Questions about an emergency.
question-ask = Ask about it
question-yours = Your question to { $name }
question-ask-hint = 10 to 500 characters. It waits on their page of emergencies until they answer, and stands there with the answer.
question-send = Send the question
question-asked = { $name } asks
question-answer = Answer
question-waits = Waits for an answer
question-answer-it = Answer the question
question-your-answer = Your answer
question-hint = 10 to 500 characters. The privacy officer reads it.
question-send-answer = Send the answer
audited-ask-about-emergency = Asked about an emergency
audited-answer-about-emergency = Answered about an emergency

# What is given back to its author.
returned-title = Returned to its author
returned-by = Returned by { $by }, { $at }.
returned-fields = Fields to mend:
returned-marked = to mend
conflict-combine = Write what is right
conflict-back = Send back to those who disagree
conflict-back-what = Everyone who wrote one of these answers gets the record back as a task on their phone, with this question marked.
conflict-back-note = What should they clear up?
conflict-back-needs-note = Say what they should clear up. They read it on their phones.
conflict-back-go = Send it back

late-repair = Repair in a form
form-repairs = This form writes refused work anew. When you submit it, that work is settled.
form-repairs-what = See what was refused

# Devices: how they are, and orders to them.
device-app = Program
device-records = Records held
device-size = Size of the store
device-free = Room left on the device
device-clock = Clock
device-clock-right = Right
device-clock-ahead = Clock { $span } ahead
device-clock-behind = Clock { $span } behind
device-waiting = Changes not sent
device-drafts = Open drafts
device-said = What the device said when it last synced
device-lock = Lock
device-lock-what = From its next sync on, the device shows no records and gets none. What was recorded on it is still handed in. Nothing is lost, and you can take this back. While it is offline it keeps what it has, protected by its PIN.
device-lock-go = Lock this device
device-unlock-what = The device is to show nothing. After this it shows records again, from its next sync on.
device-unlock-go = Unlock this device
device-locked = Locked
device-lock-told = Told to lock
device-lock-ordered = To be locked, waits for its next sync
device-wiped = Revoked and wiped
device-revoke-ask = Revoke and wipe
device-revoke-waiting = { $count ->
    [one] One change on it was not sent when it last synced, and will be lost unless it syncs once more.
   *[other] { $count } changes on it were not sent when it last synced, and will be lost unless it syncs once more.
}
order-title = Orders to this device
order-given = Ordered
order-told = Told to the device
order-confirmed = Carried out, says the device
order-not-yet = not yet
order-what = A device learns of an order when it syncs. That it was carried out is the device's own word.
audited-lock-device = Locked a device
audited-unlock-device = Unlocked a device
audited-change-absence = Changed when somebody is away
audited-ordered = ordered
audited-confirmed = carried out, says the device

# When people are away.
staff-away = Away
staff-away-what = Nobody gives this person a case while they are away. What they have stays with them: a supervisor can move it.
staff-away-now = Now
staff-away-take = Remove
staff-away-last-hint = Still away on this day.
staff-away-go = Note this
assign-away = { $name } is away until { $until } and gets no case before.

# A list of people.
import-title = Add from a spreadsheet
import-list = The list, as CSV
import-list-hint = Copy the saved CSV file here. The first line has the heads; each line below gives one role to one person. Days may be left out.
import-try = Show what it would do
import-go = Do all of this
import-lines = What each line does
import-line = Line
import-outcome = What it does
import-adds = Adds this person
import-gives = Gives this role
import-has-it = Has this role already
import-nothing = Nothing to do: everybody in the list has their role already.
import-would = { $count ->
    [one] Nothing was done yet. The list would change one line.
   *[other] Nothing was done yet. The list would change { $count } lines.
}
import-fails = { $count ->
    [one] Nothing was done: one line cannot be done.
   *[other] Nothing was done: { $count } lines cannot be done.
}
import-done = { $count ->
    [one] Done: one line.
   *[other] Done: { $count } lines.
}

# Before a phone's store is open.
enroll-title = Set up this phone
enroll-what = You need the code that your administrator made for you, and a signal. After that the phone works without one.
enroll-code = Code
enroll-code-hint = Letters and digits, as they stand on your invitation.
enroll-code-missing = Type the code from your invitation.
enroll-code-refused = This code does not work. It may be used already, or too old. Ask for a new one.
enroll-secret = Passphrase
enroll-secret-hint = At least { $length } characters. Three or four words are easy to type and hard to guess. Nobody can tell you what it was.
enroll-secret-again = Passphrase once more
enroll-secret-short = Use at least { $length } characters.
enroll-secrets-differ = The two are not the same. Type both again.
enroll-unreachable = The server cannot be reached. Check your signal and try again. Your code is still good.
enroll-no-room = This phone has no room left. Make some, and try again.
enroll-go = Set up
unlock-title = Locked
unlock-go = Unlock
unlock-wrong = { $tries ->
    [one] Wrong passphrase. After one more wrong one, everything on this phone that was not sent is lost.
   *[other] Wrong passphrase. { $tries } tries are left.
}
unlock-wait = { $minutes ->
    [one] Too many wrong ones. Wait a minute.
   *[other] Too many wrong ones. Wait { $minutes } minutes.
}
unlock-unreadable = The passphrase is right, but what is stored on this phone cannot be read. Tell your administrator. Do not delete anything.
door-shut = Not here
door-destroyed = There were ten wrong passphrases, so the keys of this phone were destroyed. Ask your administrator for a new code, and set the phone up again.
door-elsewhere = Fieldbook is open in another window. Go on there, or close it and load this page again.

# The phone: around every page.
phone-people = People
phone-quick = Add
phone-sync = Sync
phone-waiting = to send
line-running = Sending…
line-all-sent = All sent { $time }
line-never = Not yet synced
line-to-send = { $count } to send
line-safe-here = No signal, { $count } safe on this phone
line-refused = { $count ->
    [one] { $count } not accepted
   *[other] { $count } not accepted
}
line-one-day = Not synced for a day. Your work is safe here. Find signal when you can.
line-two-days = Not synced for two days. Find signal today: after three days this phone locks.
place-phone = On this phone
place-sent = Sent
place-server = On the server
place-refused = Not accepted

# The phone: today.
today-overdue = Overdue
today-today = Today
today-week = Next 7 days
today-things = { $count ->
    [one] { $count } thing
   *[other] { $count } things
}
today-more = { $count ->
    [one] Show { $count } more
   *[other] Show { $count } more
}
today-finish = Finish the note
today-finish-go = Add the note
today-finish-nothing = Nothing to add
today-unfinished = Unfinished forms
today-conflicts = { $count ->
    [one] { $count } answer where two people differ
   *[other] { $count } answers where two people differ
}
today-conflicts-what = Look at both
today-refused-what = See why
today-nothing = All done for now
today-nothing-hint = Met someone? Note it here.
today-nobody-hint = Nobody is on this phone yet. Sync, or add the first person.

# The phone: people.
people-find = Find someone
people-find-hint = A name, a street name or a phone number.
people-recent = Recent
people-found = { $count ->
    [one] { $count } match
   *[other] { $count } matches
}
people-none-found = Nobody here by that name. Try another spelling or part of the name.
people-none = Nobody yet
people-none-hint = People appear here when their case is given to you, or when you add them.
people-contact = Last contact { $when }
people-new = Not in the list?
people-new-hint = Look twice. Two records of one person are hard to mend.
people-new-go = Add someone new
people-other = Other forms

# The phone: a quick contact, and tasks.
quick-title = New contact
quick-who = Who did you meet?
quick-nobody = Someone, or a group
quick-nobody-hint = Only a count. No name is kept.
quick-people = How many people?
quick-people-hint = Only the number is kept.
quick-people-wrong = Enter a number from 1 to { $most }.
quick-besides = Also noted: { $besides }. You can change it after.
quick-other = Another kind of form
task-open-record = Open and change it
task-form = Use this form
task-or-form = Or use a whole form

# The phone: after saving.
saved-title = Saved
saved-thrown = Thrown away
saved-undo = Undo
saved-add-note = Add a note
saved-open = Open it
saved-another = Another contact

# The phone: two answers.
conflicts-title = Two answers
conflicts-both-kept = Both are kept until you choose.
conflicts-none-hint = When two people write different things, you choose here.
conflicts-ask = Not sure? Leave both, and ask your supervisor.
conflicts-not-yours = Your supervisor decides this one.
conflict-you = You
conflict-keep-mine = Keep mine
conflict-keep-theirs = Keep what { $name } wrote

# The phone: how somebody is reached.
reach-title = Call or text
reach-first = Read this first
reach-no-instruction = Nobody wrote down what is safe. Do not say who you are or why you call.
reach-none = No number yet
reach-none-hint = Add one in their record.
reach-call = Call
reach-text = Text
reach-not-this = Do not use this number.
reach-note = Note the call

# The phone: sending and getting.
sync-title = Sync
sync-go = Sync now
sync-so-far = { $sent } sent, { $received } received
sync-never = not yet
sync-ended-done = Last sync worked ({ $when }).
sync-ended-stopped = The last sync was stopped ({ $when }). It goes on next time.
sync-ended-unreachable = The server did not answer ({ $when }). Your work is safe here. Try again with signal.
sync-ended-portal = This Wi-Fi wants you to sign in first ({ $when }). Open its page, or use mobile data.
sync-ended-failed = The last sync did not work ({ $when }). Show this page to whoever helps you.
sync-stuck = { $count ->
    [one] { $count } record is too large to send. Show this page to whoever helps you.
   *[other] { $count } records are too large to send. Show this page to whoever helps you.
}
sync-refused = Not accepted
sync-refused-what = The rest goes on as usual. Nothing here is lost.
sync-refused-unknown = A record
sync-fix = Fix it
sync-again = Try again
sync-leave = Leave it
sync-ask = Not sure? Ask your supervisor.
sync-facts = For whoever helps you
sync-last = Last sync
sync-waiting = To send
sync-drafts = Unfinished forms
sync-until = Opens until
sync-storage = Room used
sync-storage-used = { $used } of { $quota } MB
sync-storage-full = This phone is almost full. Sync now, then clear photos or apps.
sync-storage-not-kept = Your phone may clear this app when it is full. Sync often.
sync-server = Server
sync-version = App
sync-catalogue = Forms
sync-you = You
