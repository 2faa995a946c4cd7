# What pages say, in English. Messages that `th` says may hold markup; what is filled in is escaped.

language-name = English
direction = ltr

## The frame

by-jeton = Sign-in by Jeton
link-privacy = Privacy
link-imprint = Imprint
link-help = Help
skip = Skip to the content
areas = Areas
your-menu = Your menu:
appearance = Appearance
appearance-auto = As the system
appearance-light = Light
appearance-dark = Dark
language = Language
copied = Copied
selected = Selected. Press Control or Command with C to copy.

## Times

time-day = { $day } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
 } { $year }
time-moment = { time-day }, { $time } UTC
time-just-now = just now
time-minutes-ago = { $count ->
    [one] 1 minute ago
   *[other] { $count } minutes ago
 }
time-hours-ago = { $count ->
    [one] 1 hour ago
   *[other] { $count } hours ago
 }
time-in-minutes = { $count ->
    [one] in 1 minute
   *[other] in { $count } minutes
 }
time-in-hours = { $count ->
    [one] in 1 hour
   *[other] in { $count } hours
 }

## Sign in

sign-in-title = Sign in
sign-in-button = Sign in
sign-in-asks = <b><bdi>{ $application }</bdi></b> asks you to sign in
returns-to = You will return to <bdi>{ $destination }</bdi>
sign-in-username = E-mail or user name
sign-in-password = Password
sign-in-remember = Remember this device
sign-in-wrong = That did not match.
sign-in-wrong-text = No account has this name and password together. Check both and try again.
sign-in-incomplete = Something is missing.
sign-in-incomplete-text = Type your user name and your password.
sign-in-wait-title = This account rests
sign-in-wait = Too many wrong passwords.
sign-in-wait-text = It opens again at { $until }, in { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
 }. The right password does not help before then.
sign-in-wait-safe = It was not you? Your account is safe. If you use this password elsewhere too, choose another one there.
resume-title = Go on
resume-heading = Go on with <bdi>{ $application }</bdi>
resume-lead = The application sent a long request. One press takes it along.
resume-button = Go on

sign-in-forgot = Forgot it?
sign-in-new = New to { $realm }?
back-to-sign-in = Back to signing in
show-it = Show it

## Forgotten password

forgot-title = Forgotten your password?
forgot-lead = We send a link to your e-mail address. It lets you choose a new one.
forgot-button = Send the link
forgot-fault = Write your e-mail address or your user name.
forgot-sent = If there is an account for <b><bdi>{ $address }</bdi></b>, a link is on its way. It is good once, for 30 minutes.
forgot-sent-nobody = Nobody learns here whether an address has an account. If nothing comes, look under spam, or try the other address that you use.
look-into-mail = Look into your mail
reset-title = Choose a new password
reset-for = for <b><bdi>{ $address }</bdi></b>
reset-ends = Then you sign in with it. You are signed out everywhere, and applications have to ask you again. Personal access tokens stay.
reset-button = Save and sign in
reset-done = Your password was changed. Sign in with it.
reset-done-passkeys = Your password was changed. Sign in with it. Your passkeys still work: look under Security whether you know all of them.
link-ended = This link is of no use any more
link-ended-lead = It was used, it has ended, or a newer one took its place. Each link is good once.
link-ended-forgot = Send me a new link
link-ended-sign-up = Create an account
mail-wait-title = Enough mail for now
mail-wait = Many letters were asked for.
mail-wait-text = The next one can be sent at { $until }, in { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
 }. Look into your mail, and under spam: one may be there already.

## Sign up

sign-up-title = Create an account
sign-up-name = Your name
sign-up-name-fault = Write your name on one line of up to 200 characters.
sign-up-email-hint = You sign in with it, once you have shown that it is yours.
sign-up-email-fault = This is no whole address. Write it such as vera@example.com.
sign-up-domain-fault = Accounts here have an address of { $domains }.
sign-up-terms = Terms
sign-up-accept = I accept the <a href="{ $terms }">terms of { $realm }</a>
sign-up-terms-fault = An account needs them to be accepted.
sign-up-button = Create account
sign-up-known = You have one already?
sign-up-invited = Accounts are made by invitation here.
sign-up-invited-text = Open the link in your invitation. If it has ended, ask whoever invited you for another.
verify-sent = A link is on its way to <b><bdi>{ $address }</bdi></b>. It is good for a day. Your account is there once you have followed it.
verify-sent-spam = If nothing comes, look under spam.
verify-nothing = Nothing came?
send-another = Send another
mail-another = Another letter is on its way.
verify-other = use another address
verify-title = Confirm your e-mail
verify-lead = <b><bdi>{ $address }</bdi></b> becomes your address at <bdi>{ $realm }</bdi>, and you sign in with it.
verify-button = Confirm my e-mail
verify-not-you = You did not ask for an account? Then close this page, and nothing happens.
verify-done = Your e-mail is confirmed. Sign in.

## Two steps

signing-in-as = Signing in as
code-title = One more step
code-lead = Open your authenticator app and type the code for { $realm }.
code-six = Six digits
code-missing = Type the code.
code-wrong = This code is of another moment, or was used. Is the clock of your phone right? Wait for the next code and type that.
code-wait = Too many wrong codes. Try again in { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
 }.
codes-ended = Too many wrong codes.
codes-ended-text = Sign in again from the start.
go-on = Go on
back = Back
remove = Remove
print = Print
use-recovery = Use a recovery code
use-app = Use a code from my authenticator app
recovery-title = Use a recovery code
recovery-lead = One of the ten codes that you kept when you switched on two steps. Each works once.
recovery-code = Recovery code
recovery-wrong = This is none of your codes, or it was used. Take another.
factor-required = Set up a second step first
factor-required-lead = <bdi>{ $application }</bdi> is used only by who signs in with two steps. Setting one up takes about a minute, once.
factor-required-totp = Use an authenticator app
factor-required-then = Afterwards go back to the application and start again.
factor-required-not-now = Not now, sign me out
two-steps = Two steps
two-steps-on = On
two-steps-off = Off
two-steps-hint = After your password, something that only you have.
totp = Authenticator app
totp-set-up = Set up
totp-move = Move to another phone
factor-since = Since { $when }
factor-used = Last used { $when }
totp-title = Set up an authenticator app
totp-lead = Three steps, about a minute.
totp-replaces = The app that you have stops working here once this one is switched on.
totp-open = Open the app on your phone
totp-open-lead = Any that knows time-based codes: your password manager, or the one that came with the phone.
totp-scan = Scan this
totp-qr = QR code for your authenticator app. Or type the key beside it.
totp-type = You cannot scan? Type the key into the app:
totp-the-key = the key
totp-kind = Time-based, 6 digits, every 30 seconds, SHA-1.
totp-code = Type the code that it shows
totp-on = Switch it on
totp-added = Your authenticator app is switched on.
totp-moved = The new app is switched on. The earlier one does not work here any more.
totp-removed = Two steps are switched off.
totp-remove-title = Remove the authenticator app?
totp-remove-lead = Then your password alone signs you in, and your recovery codes are dead.
totp-needed = Two steps are needed here.
totp-needed-todo = You can move to another phone instead.
codes = Recovery codes
codes-left = { $left } of 10 unused
codes-few = Few left
codes-new = Make new codes
codes-new-title = Make new recovery codes?
codes-new-lead = { $left ->
    [0] None of your codes is left.
    [one] One of your codes is left; it stops working.
   *[other] { $left } of your codes are left; they stop working.
 }
codes-title = Keep these recovery codes
codes-lead = For the day when your phone or your passkey is lost. They are shown this once; earlier codes are dead.
codes-for = For <bdi>{ $name }</bdi>. Each code works once, in place of the second step.
codes-kept = I have kept them

## Passkeys

passkeys = Passkeys
passkeys-hint = Sign in with your finger, your face or a security key. Nothing to remember, nothing to be stolen by a false page. Your password alone signs you in no longer once you have one.
passkey-add = Add a passkey
passkey-sign-in = Sign in with a passkey
passkey-title = Use your passkey
passkey-lead = Your browser asks for your finger, your face, your PIN or your security key.
passkey-use = Use my passkey
or = or
rename = Rename
passkey-name = Name
passkey-name-hint = What you know it by, such as “Work laptop”.
passkey-name-fault = Type a name of at most { $longest } characters, without invisible ones.
passkey-rename-title = Rename this passkey
passkey-called = <b><bdi>{ $name }</bdi></b>
passkey-remove-title = Remove this passkey?
passkey-remove-last-lead = Then your password alone signs you in, and your recovery codes are dead. Delete the passkey on your device too.
passkey-remove-lead = It signs you in no longer. Delete it on your device too, so that you are not offered it.
passkey-needed-todo = Add another passkey or an authenticator app first.
passkey-added = Your passkey was added.
passkey-renamed = Your passkey has another name.
passkey-removed = Your passkey was removed.
passkey-failed = That did not work.
passkey-late = It took too long, or the page was used before. Try again.
passkey-refused = This passkey does not sign you in here. Try another, or another way.
passkey-many = This account has as many passkeys as it may. Remove one first.
passkey-cancelled = Nothing was chosen in time. Try again, or go another way.
passkey-known = This device has a passkey for your account already.
passkey-impossible = This browser cannot use passkeys here: it needs a newer version, or this server's name with https.
passkey-script = Passkeys need JavaScript.
passkey-script-password = It is switched off in this browser. Go back and sign in with your password instead.
passkey-script-both = It is switched off in this browser. Use a code from your authenticator app or a recovery code instead.
passkey-script-code = It is switched off in this browser. Use a code from your authenticator app instead.
passkey-script-recovery = It is switched off in this browser. Use a recovery code instead.
passkey-script-nothing = It is switched off in this browser. Switch it on to sign in.
passkey-script-app = It is switched off in this browser. Set up an authenticator app instead.
codes-none = None left
codes-missing = You have no recovery codes.
codes-missing-text = Without them you cannot sign in on the day when your phone or your passkey is lost.
totp-removed-only = The authenticator app is removed.
totp-remove-only-lead = Then only your passkeys are asked for.

## Mail

mail-sender = Sign-in of { $realm }
mail-hello = Hello { $name },
mail-reset-subject = Choose a new password for { $realm }
mail-reset-lead = you asked for a new password for your account at { $realm }.
mail-reset-good = The link is good once, for 30 minutes. A newer one ends it.
mail-reset-link = Choose a new password
mail-reset-not-you = You did not ask for it? Then do nothing: your password stays as it is.
mail-verify-subject = Confirm your e-mail for { $realm }
mail-verify-lead = Somebody, probably you, makes an account at { $realm } with this address.
mail-verify-good = The link is good once, for a day. Only then is there an account.
mail-verify-link = Confirm my e-mail
mail-verify-not-you = It was not you? Then do nothing: there will be no account.
mail-token-subject = A personal access token at { $realm } ends soon
mail-token-lead = your personal access token “{ $name }” at { $realm } ends within seven days. Whatever uses it is refused from then on.
mail-token-link = See your tokens
mail-token-end = If you do not need it any more, do nothing.
mail-known-subject = You have an account at { $realm } already
mail-known-lead = Somebody, probably you, wanted to make an account at { $realm } with this address. There is one already.
mail-known-todo = Sign in with it. If you have forgotten the password, choose a new one.
mail-known-link = Choose a new password
mail-known-not-you = It was not you? Then do nothing: nobody learned that you have an account.

## Consent

consent-title = Allow { $application }?
consent-heading = Allow <bdi>{ $application }</bdi> to use your <bdi>{ $realm }</bdi> account?
consent-more = Allow <bdi>{ $application }</bdi> to use more of your <bdi>{ $realm }</bdi> account?
consent-returns = It will take you back to <b><bdi>{ $destination }</bdi></b>.
consent-asks = It asks to
consent-new-since = New since { $day }
consent-new-tag = New
consent-optional = If you like
consent-optional-hint = The application works without it.
consent-before = As before
consent-nothing = It asks to know that it is you, and nothing else.
consent-hint = It never sees your password.
consent-signed-in-as = You are signed in as
consent-not-you = Not you?
consent-deny = Deny
consent-allow = Allow
scope-openid = Know who you are
scope-profile = See your name and profile
scope-email = See your e-mail address
scope-address = See your postal address
scope-phone = See your phone number
scope-offline-access = Keep access while you are away
scope-tokens = Manage your personal access tokens
scope-clients = Register applications that belong to you

## Sign out

sign-out-title = Sign out?
sign-out-lead = Of <bdi>{ $realm }</bdi>, in this browser. Applications that you allowed stay allowed.
sign-out-button = Sign out
signed-out-title = You are signed out
signed-out-lead = of <bdi>{ $realm }</bdi>, in this browser. On a shared computer, close all its windows too.
signed-out-again = Sign in again

## Errors

error-copy-id = Copy the request id
error-status = Status
error-details = For developers
error-request-id = Request id
error-when = When
error-ours = We cannot answer just now
error-ours-lead = Something on our side does not work. Nothing was lost, and your password is fine.
error-our-mistake = The mistake is ours
error-ours-why = It has been recorded, and it usually passes within a minute.
error-ours-todo = Try again in a moment. If it goes on, tell the support the request id.
error-nobodys = It is nobody’s mistake
error-applications = The mistake is the application’s
error-somebodys = The request does not fit
error-finished = This page has become too old
error-finished-lead = You left it open for too long, or used it in another window already.
error-finished-why = Such pages are good once, so that nobody else can use them after you.
error-finished-todo = Start again from the application that you came from. What you allowed earlier still holds.
error-redirect-uri = This application may not send you here
error-redirect-uri-lead = It asked us to take you back to an address that it has not registered, so we stopped. You did nothing wrong, and nothing was shared.
error-redirect-uri-why = Its developer has to register the address, or correct the request.
error-request = This request cannot be answered
error-request-lead = An application sent you here with a request that we do not understand, so we stopped. You did nothing wrong, and nothing was shared.
error-application-why = Its developer has to correct the request.
error-application-todo = Go back and try again later, or tell the people who make the application. The request id helps them.
error-form-lead = Something in it is missing or not as it has to be. Nothing was changed.
error-form-why = This happens when an address was changed, or a page was sent in an unusual way.
error-form-todo = Go back, reload the page, and try again.
error-not-found = There is nothing here
error-not-found-lead = This address leads nowhere.
error-not-found-why = It may have been mistyped, or what it led to is gone.
error-not-found-todo = Check the address, or go back to where you came from.
error-elsewhere = This did not come from one of our pages
error-elsewhere-lead = Another website tried to do this in your name, so we stopped. Nothing was changed.
error-elsewhere-why = Only our own pages may send this.
error-elsewhere-todo = Go back, reload the page, and try again.
error-busy = Too much at once
error-busy-lead = More people are signing in right now than we can look after. Nothing was changed.
error-busy-why = It passes by itself.
error-busy-todo = Try again in a moment.

## The front page

api-title = Admin API
api-document = The same as a document for programs (OpenAPI 3.1)
api-sends = Sends
api-example = Example
api-schemas = Documents

home-title = Jeton
home-lead = This server signs people in to applications.
home-text = There is nothing to do on this page. If an application sent you here, go back to it and sign in from there.
home-demo-title = Jeton’s demo
home-demo-lead = Realms to play with. The people, applications and secrets are made up, and known to everybody.
home-issuer = Address
home-client = Application
home-secret = secret
home-person = Person
home-api-user = API user
home-password = password
home-start = Try it in the browser
home-calls = Calls to paste

home-mail = Mail
home-mail-lead = What the realms send to people is shown here, and goes nowhere.
demo-mail-title = The demo’s mail
demo-mail-lead = The newest first. Nothing of it leaves this machine.
demo-mail-to = To
demo-mail-at = Sent
demo-mail-none = No mail yet
demo-mail-why = Sign up somewhere, or say that you have forgotten a password, and look here again.

## Account

account = Account
account-access = Access
account-overview = Overview
account-yours = Your account
account-security = Security
account-sessions = Sessions
account-applications = Authorized applications
account-tokens = Personal Access Tokens
path = Path
cancel = Cancel
save = Save
edit = Edit
copy = Copy
keep-it = Keep it
download = Download
faults = { $count ->
    [one] One thing to mend.
   *[other] { $count } things to mend.
 }
faults-kept = What you wrote is still here.
overview-hello = Hello, <bdi>{ $name }</bdi>
overview-lead = Your account at { $realm }: what you are called here, and who may act for you.
overview-glance = At a glance
overview-security = How you prove that it is you
overview-sessions = { $count ->
    [one] Signed in on 1 device
   *[other] Signed in on { $count } devices
 }
overview-applications = { $count ->
    [0] None may use your account
    [one] 1 may use your account
   *[other] { $count } may use your account
 }
overview-tokens = { $count ->
    [0] None is live
    [one] 1 is live
   *[other] { $count } are live
 }
profile = Profile
profile-name = Name
profile-name-hint = What applications call you.
profile-given-name = Given name
profile-family-name = Family name
profile-email = E-mail
profile-verified = Verified
profile-unverified = Not verified
profile-none = None
profile-username = User name
profile-id = Account id
profile-saved = Your profile is saved.
profile-fault = Write each name on one line of up to 200 characters.
leave = Leave
leave-data = Take your data with you
leave-data-lead = A JSON file with all that { $realm } keeps about your account here.
leave-close = Close your account
leave-close-lead = Ends your sessions, applications and tokens at once. It cannot be undone.
close-account = Close account
close-title = Close your account?

## E-mail

email-change = Change e-mail
email-title = Change your e-mail
email-lead = A link is mailed to the new address. It counts once you have followed it; until then the present one stays.
email-present = Present address
email-new = New e-mail
email-send = Send the link
email-same = This is your address already.
email-wait = Many letters were asked for. Try again in { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
 }.
email-sent = A link is on its way to { $address }.
email-changed = Your e-mail is changed.
email-confirm-lead = <b><bdi>{ $address }</bdi></b> becomes the address of <bdi>{ $username }</bdi> at <bdi>{ $realm }</bdi>.
email-confirm-not-you = You do not know this account? Then close this page, and nothing happens.
link-ended-email = Ask for a new link
mail-change-subject = Confirm your new e-mail for { $realm }
mail-change-lead = you want this to be the address of your account at { $realm }. The link is good once, for a day.
mail-change-not-you = It was not you? Then do nothing: the address stays as it is.
mail-changed-subject = Your e-mail at { $realm } was changed
mail-changed-lead = your account at { $realm } has another address now. { $address } does not sign you in any more.
mail-factor-subject = The second step of your account at { $realm } was changed
mail-passkey-added = a passkey was added to your account at { $realm }.
mail-passkey-removed = a passkey was removed from your account at { $realm }.
mail-totp-added = an authenticator app was set up for your account at { $realm }.
mail-totp-removed = the authenticator app was removed from your account at { $realm }.
mail-codes-made = new recovery codes were made for your account at { $realm }. The earlier ones are dead.
mail-factor-link = Look at it
mail-factor-not-you = Not you? Then somebody else uses your account: change your password, remove the passkeys that you do not know, and end the other sign-ins.
mail-changed-not-you = It was not you? Then somebody else uses your account: write to those who run it.

## Security

security-lead = How you prove that it is you.
password = Password
password-hint = Applications never see it.
password-now = Password now
password-new = New password
password-rule = At least { $least } characters. A few unrelated words are easy to keep and hard to guess.
password-change = Change password
password-changed = Your password was changed.
password-changed-passkeys = Your password was changed. Your passkeys still sign in: remove those that you do not know.
password-none = You sign in without a password.
password-missing = Type your password.
password-wrong = This is not your password.
password-wait = Too many wrong passwords. Try again in { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
 }.
password-too-short = Write at least { $least } characters.
password-too-long = Write at most 1024 bytes.
password-control = Leave out tabs and other control characters.
password-common = This one is among those that are tried first. Choose another; a few unrelated words will do.

## Sessions

sessions-lead = Where you are signed in. Ending one takes effect on its next click.
sessions-devices = Devices
sessions-end-others = Sign out everywhere else
sessions-end-all = Sign out everywhere
sessions-ends = A session ends after { $hours ->
    [one] an hour
   *[other] { $hours } hours
 } without use, and after { $days ->
    [one] a day
   *[other] { $days } days
 } in any case.
sessions-besides = Signing out here does not touch applications or tokens.
sessions-ended = All other sessions have ended.
session-ended = The session has ended.
session-on = { $browser } on { $system }
session-unknown = Unknown device
session-this = This one
session-since = Signed in { $when }

## Authorized applications

applications = Applications
applications-lead = These may act in your name, within what you allowed. Withdraw any of them; it is locked out on its next request.
applications-none = No applications yet
applications-why = An application that asks to use your account appears here once you have allowed it.
granted-since = Since { $when }
granted-may = { $count ->
    [one] May do 1 thing
   *[other] May do { $count } things
 }
application-withdraw = Withdraw
application-withdraw-title = Withdraw <bdi>{ $name }</bdi>?
application-withdraw-lead = From its next request on it can no longer:
application-withdraw-rest = What it has copied stays with it; ask its makers to delete that. If you allow it again later, you are asked afresh.
application-withdrawn = { $application } is locked out.

## Personal Access Tokens

tokens-lead = For your own scripts: each acts as you, within its scopes. Treat it like a password.
tokens-live = Live
tokens-count = { $count ->
    [one] 1 token
   *[other] { $count } tokens
 }
tokens-none = No tokens yet
tokens-why = A token lets a script of yours call the API without a browser and without your password. You choose what it may do and how long it lives, and you can end it at any time.
tokens-ended = Ended in the last 90 days
tokens-use = How to use one
token-create = Create Token
token-create-lead = It is shown once, on the next page.
token-submit = Submit
token-name = Name
token-name-hint = So that you know it again in a year: what uses it, and where.
token-name-fault = Write a name of 1 to 100 characters, on one line.
token-scopes = Scopes
token-scopes-hint = What it may do in your name. Fewer is safer.
token-scope-fault = Choose at least one of these.
token-end = Ends
token-in-days = { $days ->
    [365] in a year
    [one] in 1 day
   *[other] in { $days } days
 }
token-never = never
token-new = Your new token
token-copy-now = Copy it now. It is not shown again.
token-copy-why = We keep only a fingerprint of it. If you lose it, regenerate it.
token-the = the token
token-use-as = Use it as
token-copied = I have copied it
token-try = Try it
token-created = Created { $when }
token-used = Last used { $when }
token-used-from = Last used { $when } from { $address }
token-unused = Never used
token-ends = Ends { $when }
token-never-ends = Never ends
token-ends-soon = Ends soon
token-no-end = No end
token-revoked-on = Revoked on { $when }
token-expired-on = Ended on { $when }
token-is-revoked = Revoked
token-is-expired = Expired
token-is-withdrawn = Ended with its application
token-regenerate = Regenerate
token-regenerate-title = Regenerate <bdi>{ $name }</bdi>?
token-regenerate-lead = You get a new token with the same name, scopes and end. <b>The present one stops working at once.</b>
token-present = Present token
token-last-used = Last used
token-keep-present = Keep the present one
token-revoke = Revoke
token-revoke-title = Revoke <bdi>{ $name }</bdi>?
token-revoke-lead = Whatever uses it is refused from its next request on. It cannot be undone; you can create another token.
token-revoked = The token is revoked.

## Becoming an administrator

invitation-first-title = Make this server yours
invitation-first-lead = You opened the link that the server printed when it started.
invitation-first-button = Become the owner
invitation-title = Become an administrator
invitation-lead = Somebody who runs this server sent you this link.
invitation-button = Become an administrator
invitation-role = { $role ->
    [owner] It makes you an owner: you may do everything.
    [support] It lets you see everything, and disable, revoke and reset.
   *[auditor] It lets you see everything, and change nothing.
 }
invitation-reach = { $count ->
    [one] That holds in one realm, and in no other.
   *[other] That holds in { $count } realms, and in no other.
 }
invitation-until = It works once, until { $moment }.
invitation-name = Name
invitation-name-hint = You sign in with it. Your e-mail address is a good one.
invitation-name-missing = Write a name, such as your e-mail address, of at most 255 letters.
invitation-name-taken = Somebody else signs in with this name. Choose another.
invitation-repeated = The password again
invitation-not-repeated = This is not the same password. Type it again.
invitation-accepted = Welcome. You are an administrator of this server now.

## Developers

developers = Developers
developers-work = Your work
developers-applications = Applications
developers-lead = What you build on the { $realm } API. Each has credentials of its own.
developers-yours = Your applications
developers-first = Register your first application
developers-first-lead = You tell us what you are building; we give you a client ID, and a secret if your application can keep one. It takes about a minute.
developers-overview = Overview
older = Older ones
kind-web = Web application
kind-spa = Single-page app
kind-native = Mobile or desktop
kind-service = Server-to-server
kind-device = Device or TV
kind-agent = Agent or MCP client
application-live = Live
application-disabled = Disabled
application-used = Last used { $when }
application-since = Registered { $when }
application-asks = What it may do
application-may-nothing = It may ask for no scope.
application-set-up = How it is set up
application-client-id = Client ID
application-endpoint = Token endpoint
application-proves = Proves itself by
application-method = { $method ->
    [client_secret_basic] Secret in the header (client_secret_basic)
    [client_secret_post] Secret in the form (client_secret_post)
    [header] ID and secret in headers
   *[none] PKCE, without a secret
 }
application-grants = Grants
application-redirects = Redirect URIs
application-access-token = Access token
application-refresh-token = Refresh token
application-seconds = { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
 }
application-registered = Registered
developers-credentials = Credentials
developers-api-users = API users
developers-settings = Settings
application-register = Register an application
application-register-button = Register
kind-title = What are you building?
kind-hint = It decides how the application proves who it is. You do not need to know the names of the flows.
kind-off = Not to be had here.
kind-fault = Choose what you are building.
kind-web-hint = Pages made by a server of yours, which can keep a secret.
kind-spa-hint = Runs in the browser alone; keeps no secret.
kind-native-hint = Installed by people; keeps no secret.
kind-service-hint = A job or service without a person in front of it.
kind-device-hint = No keyboard; people confirm on their phone.
kind-agent-hint = Acts for a person through tools.
application-name = Name
application-name-hint = People read it when they are asked to allow it.
application-redirects-hint = Where people return to after they decided. Compared character by character; only the port of 127.0.0.1 and [::1] may differ.
application-redirect = Redirect URI
application-redirect-fine = Fine
application-redirect-more = Another one
application-scopes = Scopes it may ask for
application-links = Logo, links and what people see
application-logo = Address of its logo
application-logo-hint = Those who run the realm may show it; until then people see two letters.
application-home = Home page
application-privacy = Privacy promise
application-terms = Terms
application-contact = Contact for security matters
application-registered-title = Registered
application-is-registered = <bdi>{ $name }</bdi> is registered
application-its-credentials = Its credentials
application-secret = Client secret
application-to = To the application
application-client-id-hint = Public. It says who asks.
secret-copy-now = Copy the secret now. It is not shown again.
secret-copy-why = If you lose it, make a second one; the first goes on working until you remove it.
secret-added-why = Move everything over to it, then remove the older one.
secret-none = It keeps no secret: it proves itself by PKCE and its redirect URIs.
secret-new = The new secret
secrets = Secrets
secret = Secret
secrets-live = { $live } of { $most } live
secrets-hint = Two may be live, so that you can change without an outage: add one, move everything over, remove the old one.
secrets-full = Both places are taken. Remove the older before you add another.
secret-created = Created
secret-used = Last used
secret-addresses = In the last hour from
secret-ends = Ends
secret-ended = Ended
secret-newer = Newer
secret-unknown = unknown
secret-add = Add a secret
secret-add-hint = It is made here, and shown once.
secret-remove = Remove
secret-removed = The secret is removed.
secret-remove-title = Remove this secret?
secret-remove-this = Remove <code>{ $start }…</code>?
secret-remove-ended = It has ended already: nothing breaks.
secret-remove-unused = Nobody has used it yet.
secret-remove-last = It is the only secret: until you add another, every call of the application is refused.
secret-remove-stays = { $which ->
    [newer] The newer secret <code>{ $start }…</code>
    [older] The older secret <code>{ $start }…</code>
   *[unknown] The other secret
 } goes on working. Tokens that were issued stay good until they end.
secret-remove-button = Remove the secret
secret-in-use = It is in use.
secret-in-use-why = Somebody presented it { $when }. Such calls are refused with <code>invalid_client</code> from the next one on.
secret-change = Where the change stands
secret-step-second = A second secret exists
secret-step-since = Since { $when }.
secret-step-move = Everything uses it
secret-step-used = The older one was used { $when }.
secret-step-unused = Nothing was seen to use the older one.
secret-step-remove = The older is removed
secret-step-remove-hint = By you, once nothing uses it.
done = Done
never = never
actions = Actions
state = State
keep-them = Keep them
confirm-type = Type <b><bdi>{ $name }</bdi></b> to go on
confirm-fault = This is not its name. Write it as it stands above.
api-user = API user
api-users-lead = Logins for machines, across your applications.
api-users-of-hint = User name and password for the password grant. They belong to the application, not to a person, and cannot sign in on pages.
api-users-none = No API users yet. One lets a program sign in by the password grant.
api-users-off = API users sign in by the password grant, which applications may not use here.
api-user-signed-in = Last sign-in
api-user-active = Active
api-user-new = New
api-user-new-password = New password
api-user-disable = Disable
api-user-enable = Enable
api-user-by-realm = By those who run the realm
api-user-is-disabled = { $name } is disabled. What it had obtained has ended.
api-user-is-enabled = { $name } may sign in again.
api-user-another = New API user
api-user-name = User name
api-user-name-hint = A login for a machine, such as shop-nightly. Unique at { $realm }.
api-user-purpose = What it is for
api-user-made = We make the password, and show it once.
api-user-create = Create API user
api-user-password-title = The password
api-user-password-of = The password of <code><bdi>{ $name }</bdi></code>
api-user-password = Password
api-user-replaced = The earlier password stopped working just now, and what was obtained with it has ended.
api-user-copy-why = We keep only a fingerprint of it. If you lose it, make a new one.
application-people-see = What people see, and what it may do
application-tokens = Its tokens
application-id-token = What an ID token says of people
as-realm = As the realm: { $value }
application-pkce = Must use PKCE
application-pkce-always = It must use PKCE.
application-factor = People need a second factor for it
application-factor-always = Everybody needs a second factor here.
application-factor-own = People need a second factor for it. Only those who run the realm can change that.
application-tick-stays = Only those who run the realm can take this back.
application-saved = The settings are saved.
application-saved-hint = It holds from the next request on.
application-developers = Developers
application-developers-lead = Own it together, hand it over
application-developers-hint = Invite a colleague, hand it to somebody, or leave it.
danger = Danger
application-end-all = End all its authorizations
application-end-all-hint = Every token that it has is dead; people and API users sign in again.
application-end-all-link = End them…
application-end-all-title = End all authorizations of <bdi>{ $name }</bdi>?
application-end-all-why = Access tokens that an API verifies by itself stay good until they end.
application-end-all-button = End them
application-ended = All its authorizations have ended.
application-delete = Delete
application-delete-hint = See first what would break.
application-delete-link = Delete…
application-delete-title = Delete <bdi>{ $name }</bdi>?
application-breaks = What breaks, at once:
application-delete-why = Access tokens that an API verifies by itself stay good until they end. Its API users stay with the developers who made them.
application-delete-button = Delete for good
application-deleted = { $name } is deleted.
breaks-used = The last call that a secret proved came { $when }.
application-handed-over = { $name } is handed over.
application-left = You own { $name } no more.
developers-own-hint = All of them may do everything with it. Its owner says who they are.
you = You
developer-owner = Owner
developer-since = Since { $when }
developer-until = Until { $when }
developer-is-invited = Invited
developer-uninvite = Withdraw
developer-uninvited = The invitation is withdrawn.
developer-dismiss = Remove
developer-dismissed = They own it no more. They still know its secrets and passwords: make new ones.
developer-leave = Leave…
developer-leave-title = Leave it?
developer-leave-this = Leave <bdi>{ $name }</bdi>?
developer-leave-why = You no longer see its secrets, API users and activity. API users that you made for it stay with it.
developer-leave-heir = <bdi>{ $name }</bdi> is its owner then.
developer-leave-knows = You still know its secrets and passwords. Let the others make new ones.
developer-leave-button = Leave it
developer-stay = Stay
developer-hand-over = Hand over…
developer-hand-over-title = Hand it over?
developer-hand-over-to = Hand <bdi>{ $name }</bdi> to <bdi>{ $to }</bdi>?
developer-hand-over-why = They get its secrets, API users and activity. You lose them.
developer-hand-over-button = Hand it over
developer-invite = Invite a colleague
developer-email = E-mail address
developer-email-hint = Of an account here, proven; or of one that they make within 14 days.
developer-invite-hint = We send a letter; they find the invitation among their applications.
developer-invite-button = Invite
developer-invited = { $address } is invited.
developer-waiting = Invitations
developer-waiting-by = <bdi>{ $name }</bdi> invites you to own it together
developer-accept = Accept
developer-decline = Decline
invitation-accepted-application = { $name } is yours too.
invitation-declined = The invitation is declined.
mail-developer-subject = An application at { $realm } for you
mail-developer-lead = { $name } invites you to own the application { $application } at { $realm } together. You find the invitation among your applications, for 14 days.
mail-developer-link = To your applications
mail-developer-not-you = You do not know this? Then ignore this letter.
breaks-authorizations = { $more ->
    [yes] More than { $most } authorizations end, with their refresh tokens
   *[no] { $count ->
        [0] No authorization ends: none is live
        [one] One authorization ends, with its refresh token
       *[other] { $count } authorizations end, with their refresh tokens
    }
 }
breaks-secrets = { $count ->
    [0] No secret proves it
    [one] One live secret proves nothing any more: calls with it are refused
   *[other] { $count } live secrets prove nothing any more: calls with them are refused
 }
breaks-api-users = { $count ->
    [0] No API user belongs to it
    [one] One API user loses its application
   *[other] { $count } API users lose their application
 }

## Activity

reason-unknown-client = No application has this client id
reason-no-client-authentication = No client id was sent
reason-secret-missing = The secret is missing
reason-wrong-secret = A wrong secret
reason-removed-secret = A removed secret
reason-expired-secret = A secret that has ended
reason-other-auth-method = The right secret in the wrong place
reason-client-disabled = The application is disabled
reason-too-many-attempts = Too many attempts
reason-grant-not-allowed = A grant that this application may not use
reason-public-client = A public application has no token of its own
reason-unknown-scope = A scope that does not exist
reason-scope-not-allowed = A scope that this application may not have
reason-scope-not-granted = A scope that was not granted
reason-resource-not-allowed = A resource that this application may not ask for
reason-unknown-code = A code that does not exist
reason-code-of-another = A code of another application
reason-code-used = A code that was used twice
reason-code-expired = A code that was too old
reason-code-ended = A code of an account that was disabled or signed out
reason-other-redirect-uri = Another redirect URI than the code was asked with
reason-verifier-missing = PKCE: code_verifier is missing
reason-verifier-unexpected = PKCE: a code_verifier without a code_challenge
reason-verifier-wrong = PKCE: code_verifier does not fit code_challenge
reason-unknown-refresh-token = A refresh token that does not exist
reason-refresh-token-of-another = A refresh token of another application
reason-refresh-token-used = A refresh token that was used before; its authorization was ended, as somebody may have copied it
reason-refresh-token-expired = A refresh token that has ended
reason-refresh-token-revoked = A refresh token that was revoked
reason-refresh-token-ended = A refresh token of an account that was disabled or signed out
reason-wrong-password = User name and password do not match
reason-second-step-needed = The password is right, but two steps are needed
reason-wrong-second-step = A code or a passkey is wrong
reason-redirect-uri = A redirect URI that is not registered
reason-challenge-missing = PKCE: code_challenge is missing
reason-denied = The person did not approve
reason-sign-in-needed = Nobody was signed in, and no page was to be shown
reason-consent-needed = The person had not approved, and no page was to be shown
reason-invalid-token = An access token that is not valid
reason-insufficient-scope = An access token without the scope
reason-malformed = The request cannot be read
reason-unavailable = The server could not answer
reason-other = Another reason
why-removed-secret = The secret is the one that was removed on { $day }.
why-expired-secret = The secret is the one that ended on { $day }.
why-other-auth-method = The secret is right, but the application is registered for { $what }.
why-grant-not-allowed = The application may not use the grant { $what }.
why-unknown-scope = There is no scope { $what }.
why-scope-not-allowed = The application may not have the scope { $what }.
why-scope-not-granted = The scope { $what } was not granted.
why-redirect-uri = The redirect URI differs from the registered one { $how ->
    [last_character] in its last character
    [slash_at_end] by a slash at its end
    [letter_case] in upper and lower case
    [scheme] in its scheme
    [port] in its port
    [query] in its query
    [fragment] in its fragment
    [path] in its path
    [host] in its host
    [nothing_registered] because none is registered
   *[other] in more than one place
 }.
why-other-redirect-uri = The redirect URI differs from the one of the authorization request { $how ->
    [last_character] in its last character
    [slash_at_end] by a slash at its end
    [letter_case] in upper and lower case
    [scheme] in its scheme
    [port] in its port
    [query] in its query
    [fragment] in its fragment
    [path] in its path
    [host] in its host
    [nothing_registered] because none is registered
   *[other] in more than one place
 }.
why-said = { $what }
developers-activity = Activity
activity-search = Search the refusals
activity-search-hint = Address, reason, error
activity-last = Last { $span }
activity-show = Show
activity-per-hour = Calls per hour
activity-per-three-hours = Calls in three hours
activity-per-day = Calls per day
activity-per-week = Calls per week
activity-in-span = in { $span }, { $refused } refused
activity-chart-label = Calls of the last { $span }: at most { $most } at a time, of which at most { $refused } were refused
activity-answered = Answered
activity-refused = Refused
activity-why = Why calls were refused
activity-nothing-refused = Nothing was refused in this time.
activity-by-call = What was asked for
activity-call = Call
activity-last-refused = Last refusals
activity-no-secrets = Times in UTC. Secrets and tokens are never recorded.
activity-at = Last at
activity-times = Times
activity-reason = Reason
activity-from = From
activity-sent = Sent:
activity-registered = Registered:
activity-none-found = No refusal contains what you look for.
activity-none-kept = No call of this application was refused in the last 14 days.
activity-kept = A call shows here within a minute. We keep the last 25 different refusals, and 25 more that anybody who knows the client ID can cause.
chart-table = As a table
chart-time = Time
chart-now = now
span-hour = hour
span-day = 24 hours
span-week = 7 days
span-month = 30 days
span-year = 12 months
number-group = ,
reasons-reason = Reason
reasons-share = Share
reasons-calls = Calls

## Documents

link-docs = Documentation

docs-title = Get a token
docs-lead = How to call the API of { $realm }, step by step. Written by the server from what it really does.
docs-console = Developer console
docs-on-this-page = On this page
docs-reference = Reference
docs-language = Language
docs-address = Address
docs-days = { $count ->
    [one] 1 day
   *[other] { $count } days
 }
docs-hours = { $count ->
    [one] 1 hour
   *[other] { $count } hours
 }
docs-minutes = { $count ->
    [one] 1 minute
   *[other] { $count } minutes
 }
docs-seconds = { $count ->
    [one] 1 second
   *[other] { $count } seconds
 }
docs-fact-issuer = Issuer
docs-fact-token = Token endpoint
docs-fact-access = Access token
docs-fact-access-jwt = A JWT signed with { $algorithm }, good for { $span }
docs-fact-access-opaque = An opaque string, good for { $span }
docs-fact-refresh = Refresh token
docs-fact-refresh-once = Good for { $span }; works once
docs-fact-refresh-again = Good for { $span }, as often as you like
docs-fact-refresh-none = There is none. When the access token has ended, ask for another.
docs-fact-code = Authorization code
docs-fact-code-lives = Good for { $span }; works once
docs-fact-downloads = For your tools
docs-sign-up = You need an account first. <a href="{ $url }">Make one</a>.
docs-developers = Register your application in the <a href="{ $url }">developer console</a>. It gives you the client id and the secret.

docs-code = Ask a person
docs-code-lead = A person signs in with their browser and allows your application what it asks for. You get a code, and exchange it for tokens.
docs-code-pkce = Make a secret for this one request, and its hash (PKCE). Keep the first; the second goes into the address.
docs-code-send = Send their browser to this address. redirect_uri must be one that is registered for your application, to the letter. state comes back as you sent it: check it.
docs-code-back = They come back to your redirect_uri, with code, state and iss in the query. Exchange the code within { $span }. It works once.
docs-client-credentials = Ask for your application
docs-client-credentials-lead = Your application speaks for itself; no person takes part.
docs-password = Sign in with a name and a password
docs-password-lead = Send the name and the password once, and keep only the tokens.
docs-password-lead-api-user = With your application’s client id and an API user’s name and password. Make both in the developer console.
docs-scope = Add scope to ask for certain scopes. Without it you get those that your application has by default.
docs-placeholders = What is marked is yours: put your own value in its place. Keep secrets and tokens out of your source code, and share them with nobody.

docs-use = Call the API
docs-use-lead = Put the access token into this header of every request; its name is written with a z. The token is good for { $span }.
docs-use-lead-own = Put the access token into this header of every request. It is good for { $span }.
docs-use-jwt = The token is a JWT: three parts with a point between them. The second part is Base64, and its member exp says when the token ends, in seconds since 1970.
docs-refresh = Refresh the token
docs-refresh-rotates = Before { $span } are over. You get a new access token and an updated refresh token; the old one is dead once the new one was made. After { $refresh } without a refresh it expires: authenticate again.
docs-refresh-stays = Before { $span } are over. You get a new access token; the refresh token stays as it is. After { $refresh } it expires: authenticate again.

docs-errors = When it is refused
docs-errors-lead = Errors have this status and this body. Where there is a Retry-After header, wait for so many seconds.
docs-error-status = Status
docs-error-code = Error
docs-error-body = Body
docs-error-advice = What to do
docs-error-invalid-request = A parameter is missing, repeated or in the wrong place. The text says which. Do not repeat the same call.
docs-error-invalid-client = The client id is unknown, or the secret is wrong, or was removed.
docs-error-invalid-grant = The name or password is wrong, or the code or refresh token was used, has ended or is another application’s. Begin again; do not repeat the same call.
docs-error-unauthorized-client = Your application may not ask in this way. Register it for this grant.
docs-error-unsupported-grant-type = This address knows no such grant_type. Use one of those on this page.
docs-error-invalid-scope = A scope that there is not, or that your application may not have. Leave scope out to get what it may.
docs-error-too-many-requests = Too many wrong attempts. Wait as long as Retry-After says.
docs-error-unavailable = It is our side. Nothing was used up; try again after a second, then two, then four.
docs-error-invalid-token = The access token has expired or was revoked. Refresh it, or ask for another.

docs-scopes = Scopes
docs-scope-name = Scope
docs-scope-description = What it allows
docs-personal = Personal Access Tokens
docs-personal-lead = A token for a script of your own, without an application. It is used wherever an access token is.
docs-personal-how = Open your profile in the top-right corner, choose <a href="{ $url }">Personal Access Tokens</a>, then Create Token. Give it a name and its scopes, and click Submit. The token is shown once. On the same page you revoke or regenerate it.
docs-personal-lives = It lives for { $span } at most.
docs-verify = Verify a token
docs-verify-lead = For APIs that are called with tokens of this realm. By its signature, without asking us each time; or by introspection, which knows at once what was revoked.
docs-verify-jwks = By its signature
docs-verify-jwks-lead = The keys change: fetch them from this address, keep them for five minutes, and fetch them again when you meet a kid that you do not know.
docs-verify-introspection = By introspection
docs-verify-introspection-lead = Your API proves who it is, and is told whether the token lives. For a dead or foreign token the answer is active: false, and nothing else.
docs-userinfo = Who it is
docs-userinfo-lead = For tokens with the scope openid. What is answered depends on the scopes profile, email, address and phone.
docs-revoke = Revoke a token
docs-revoke-lead = When you need it no longer. With a refresh token in place of the access token, everything that was granted with it ends.
docs-endpoints = Endpoints
docs-endpoint-what = What
docs-endpoint-method = Method
docs-endpoint-address = Address
docs-endpoint-authorization = Authorization: a person approves
docs-endpoint-token = Tokens
docs-endpoint-introspection = Introspection
docs-endpoint-revocation = Revocation
docs-endpoint-userinfo = Userinfo
docs-endpoint-jwks = Keys (JWKS)
docs-endpoint-metadata = Metadata

docs-learn = Learn
docs-run = Try it here
docs-run-hint = Sends this call through this server, and shows the true answer. Nothing that you type here is kept.
docs-run-secret = Client secret
docs-run-username = User name
docs-run-password = Password
docs-run-password-of = Password of { $name }
docs-run-code = Code
docs-run-verifier = Code verifier
docs-run-send = Send
docs-run-took = in { $millis } ms
docs-run-request = request { $id }
docs-run-impossible = What you typed cannot be sent: a header takes plain letters, digits and signs only.
docs-run-none = This application may ask for no token by itself.
docs-own = With what { $name } really is. Secrets are never filled in: we do not know them any more.

## Administration

admin-area = Administration
admin-server = Server
admin-realm = Realm
admin-dashboard = Dashboard
admin-realms = Realms
admin-all-realms = All realms
admin-api-call = As an API call
admin-api-call-hint = It needs a token of yours: <a href="{ $address }">make one</a> with the scope that fits, or <code>all</code>.
admin-pages = Pages
admin-to-start = Back to the start
admin-next = Next
admin-search = Search
admin-show = Show
admin-state = State
admin-active = Active
admin-disabled = Disabled
admin-since = Since
admin-dialect = Dialect
admin-none-found = Nothing found
admin-relaxed = { $count } relaxed
admin-factor-lead = Whoever administers this server proves it in two steps. It takes about a minute, once.
admin-forbidden = Your role does not allow this here
admin-forbidden-lead = You are { $role } of this server. Ask an owner to do it, or to give you another role.
admin-forbidden-some = You are { $role } of some realms. Ask an owner of the whole server to do it, or to give you another role.
admin-realms-lead = Each is one issuer with its own people, applications, keys and settings. None sees another’s.
admin-realms-search = How its name begins
admin-realms-none = No realm that you may work on has a name that begins so.
admin-realm-new = New realm
admin-about = About
admin-account = Account
admin-actions = Actions
admin-api-user = API user
admin-api-user-new = New API user
admin-api-users = API users
admin-api-users-lead = Logins for machines. None of them signs in on pages.
admin-api-users-none = No API users yet
admin-api-users-why = A machine that gets tokens by a password needs one. Developers make them beside their application.
admin-app = Authenticator app
admin-application = Application
admin-application-delete-lead = It goes for good: its calls are refused, and everything that was granted to it ends. Its client id is free again.
admin-application-disable-lead = Every call of it is refused until somebody enables it, and what was granted to it ends.
admin-application-enable-lead = It may ask for tokens again. What ended does not come back.
admin-application-new = Register an application
admin-application-new-lead = What you leave empty is as usual. The names are those of RFC 7591.
admin-application-raise-lead = Every token that it has now is dead, and every authorization of it.
admin-applications = Applications
admin-applications-lead = Everything that may ask <bdi>{ $realm }</bdi> for tokens.
admin-applications-none = No applications yet
admin-applications-not-found = No client id begins with <bdi>{ $search }</bdi>.
admin-applications-search = How its client id begins
admin-applications-why = Whatever asks for tokens is registered first.
admin-as-usual = As usual
admin-at = At, UTC
admin-audience = Audience
admin-audit = Audit log
admin-audit-lead = Who did what at <bdi>{ $realm }</bdi>. It cannot be changed, and holds no secret.
admin-audit-none = No such events.
admin-audit-subject = Whose: a sub or client id
admin-authorization-lead = Its refresh tokens stop working at once. The application has to ask the person again.
admin-authorization-title = Revoke this authorization?
admin-authorizations = Authorizations
admin-back = Back
admin-by-age = Oldest first
admin-by-name = By name
admin-change-that = Change that
admin-changed = Changed
admin-changes = What changes
admin-changes-count = { $count ->
    [one] 1 setting
   *[other] { $count } settings
 }
admin-changes-lead = Nothing is saved yet. Every server heeds it within a second of saving.
admin-changes-title = What changes at <bdi>{ $realm }</bdi>
admin-client-id = Client id
admin-client-id-hint = A fresh one where you leave it empty. It never changes.
admin-clone = Another like this
admin-codes = { $count ->
    [one] 1 recovery code
   *[other] { $count } recovery codes
 }
admin-copied = I have copied it
admin-copy-now = Copy it now. It is not shown again.
admin-copy-why = If it gets lost, make another one.
admin-create = Create
admin-created = It is there.
admin-danger = Danger
admin-delete = Delete
admin-delete-title = Delete { $name }?
admin-deleted-done = { $name } is deleted.
admin-device = Device
admin-dialect-hint = The wire format. The standard is the RFCs as written.
admin-disable = Disable
admin-disable-title = Disable { $name }?
admin-disabled-done = { $name } is disabled.
admin-discard = Discard
admin-document = What is said about it
admin-edit = Edit
admin-email = E-mail
admin-enable = Enable
admin-enable-title = Enable { $name }?
admin-enabled-done = { $name } is enabled.
admin-end = End
admin-end-sessions = End all sessions
admin-end-sessions-lead = Every browser of theirs is signed out. Applications that they allowed go on.
admin-end-sessions-title = End all sessions of { $name }?
admin-ends = Ends
admin-ends-on = Ends { $when }
admin-event = Event
admin-events = Events
admin-every-event = Every event
admin-export = Export
admin-factors = Second factors
admin-factors-none = A password alone.
admin-from = From
admin-grants = Grants
admin-group-access = Access tokens and ID tokens
admin-group-keys = Keys, audit log and the rest
admin-group-name = Name and brand
admin-group-refresh = Refresh tokens and authorizations
admin-group-register = Who may sign up, develop and register
admin-group-sign-in = Signing in
admin-invite = Invite
admin-invite-lead = You get a link where somebody makes an account for themselves. It is good for a week.
admin-invite-make = Make a link
admin-invite-person = Invite somebody
admin-is = Is now
admin-is-revoked = Revoked
admin-issuer = Issuer
admin-issuer-hint = Its address and the <code>iss</code> of its tokens. Below this server where you leave it empty.
admin-key = Key
admin-key-announced = Announced
admin-key-current = Current
admin-key-lead = Whatever it signed is not believed any more, from now on and everywhere. If it is the current key, another takes over at once.
admin-key-retired = Retired
admin-key-revoked = The key is revoked.
admin-key-title = Revoke the key { $name }?
admin-keys = Keys
admin-keys-all = All keys
admin-keys-by-hand = Keys rotate by hand only.
admin-keys-interval = A new key every { $days } days, announced { $hours } hours before.
admin-keys-lead = What <bdi>{ $realm }</bdi> signs with. New keys are announced before they sign, and stay until the last token is over.
admin-keys-none = No keys yet. The first token that needs one makes it.
admin-last-seen = Last seen
admin-last-used = Last used
admin-leave-it = Leave it
admin-link = Link
admin-lock = Until { $until }
admin-lock-network = From <bdi>{ $network }</bdi>, until { $until }
admin-locks = Waits after wrong passwords
admin-make-password = Make a password and show it once
admin-make-password-hint = Without one nobody signs in until there is one.
admin-may-decline = They may decline
admin-meaning = What it means
admin-meanwhile = What others changed meanwhile
admin-member = Member
admin-name = Name
admin-never = never
admin-no = No
admin-none = None
admin-nothing-changed = Nothing would change.
admin-now = Now
admin-number = Number
admin-password = Password
admin-password-done = The password is new.
admin-password-lead = A fresh password is made and shown to you once. The present one stops working, and with it sessions and authorizations that rest on it.
admin-password-new = New password
admin-password-title = A new password for { $name }?
admin-people = People
admin-people-lead = Who can sign in at <bdi>{ $realm }</bdi>.
admin-people-none = Nobody yet
admin-people-not-found = Nobody’s user name or address begins with <bdi>{ $search }</bdi>.
admin-people-read = People read
admin-people-search = How a user name or e-mail address begins
admin-people-why = Make somebody an account, or invite them to make one.
admin-person = Person
admin-person-delete-lead = It goes for good, with everything that it granted. Its sub is never given again.
admin-person-disable-lead = Nobody signs in with it until somebody enables it. Sessions and tokens end.
admin-person-enable-lead = It signs in again. What ended does not come back.
admin-person-new = New person
admin-person-raise-lead = Sessions, authorizations and every access token that was made until now end.
admin-proof = Proves itself by
admin-public = Public, no secret
admin-raise = Make everything before now dead
admin-raise-title = Make everything of { $name } before now dead?
admin-raised-done = Everything of { $name } before now is dead.
admin-realm-created = The realm { $name } is there.
admin-realm-delete-lead = It goes for good, with everybody and everything in it. Its issuer answers 404.
admin-realm-disable-lead = It is served no more, and every code, token and session of it ends.
admin-realm-enable-lead = It is served again. What ended does not come back.
admin-realm-like = A realm like <bdi>{ $realm }</bdi>
admin-realm-like-lead = It gets the dialect, the settings and the scopes, and nobody and no application.
admin-realm-name-hint = a-z, 0-9, - _ and . It stands in the address and never changes.
admin-realm-raise-lead = Every token of this realm that was made until now is dead.
admin-redirects = Returns to
admin-refused = It cannot be so
admin-register = Register
admin-relaxed-by = By the setting <code>{ $setting }</code>
admin-relaxed-by-dialect = By the dialect
admin-relaxes = Relaxes
admin-relaxes-nothing = Nothing is relaxed against the standard.
admin-relaxes-see = See what, and why it matters
admin-relaxes-standard = Relaxes the standard
admin-remove = Remove
admin-revoke = Revoke
admin-revoked-done = It is revoked.
admin-rotate = Rotate
admin-rotate-announced = One is announced already and signs from { $when }.
admin-rotate-now = Now
admin-rotate-now-hint = For when the present key may be known to somebody. APIs that keep the JWKS may refuse tokens until they look again.
admin-rotate-title = Rotate a key at <bdi>{ $realm }</bdi>?
admin-rotate-wait = Announced first
admin-rotate-wait-hint = In { $hours } hours. Whoever verifies has it by then. Nobody notices.
admin-rotated = The key { $key } is made.
admin-save = Save
admin-save-count = { $count ->
    [one] Save 1 setting
   *[other] Save { $count } settings
 }
admin-saved = It is saved.
admin-scope = Scope
admin-scope-delete-lead = No new token has it. Tokens that have it keep it until they end.
admin-scope-new = New scope
admin-scopes = Scopes
admin-scopes-lead = What can be asked for at <bdi>{ $realm }</bdi>, and the words in which people are asked.
admin-scopes-none = No scopes of its own
admin-scopes-own = Of this realm
admin-scopes-why = Those of the standard, such as openid and profile, every realm has.
admin-secret = Secret
admin-secret-add = Add a secret
admin-secret-done = The secret is there.
admin-secret-lead = A fresh secret is made and shown to you once. The newest of the old ones lives on, so that programs can be changed one after the other; older ones end now.
admin-secret-of = Made { $when }
admin-secret-remove-lead = Whatever still uses it is refused from its next request on.
admin-secret-remove-title = Remove a secret of { $name }?
admin-secret-removed = The secret is removed.
admin-secret-title = Add a secret to { $name }?
admin-secrets = Secrets
admin-session-end-lead = Whoever sits there is signed out.
admin-session-end-title = End this session?
admin-session-ended = The session has ended.
admin-sessions = Sessions
admin-sessions-ended = All sessions of { $name } have ended.
admin-sessions-lead = Browsers that are signed in at <bdi>{ $realm }</bdi> now, newest first.
admin-sessions-of = The sub of a person
admin-setting = Setting
admin-settings = Settings
admin-settings-lead = A realm overrides its dialect, and the dialect the standard. Empty a field to go back to what is usual.
admin-settings-saved = { $count ->
    [one] The setting is saved.
   *[other] { $count } settings are saved.
 }
admin-settings-title = Settings of <bdi>{ $realm }</bdi>
admin-show-all = Show all
admin-show-changes = Show what changes
admin-shown-once = Shown once
admin-signs-from = Signs from
admin-since-day = Since { $when }
admin-stale = Somebody changed it since you looked. What is there now is shown; send the form again if you still want what you wrote.
admin-stale-title = It was changed meanwhile
admin-sub = Sub
admin-sub-hint = The id that applications see. A fresh one where you leave it empty. It never changes.
admin-then = Then
admin-title = Title
admin-title-hint = People read it on every page.
admin-token = Token
admin-token-lead = Whatever uses it is refused from its next request on.
admin-token-title = Revoke this personal access token?
admin-tokens = Personal access tokens
admin-type = Type <b><bdi>{ $name }</bdi></b> to go on
admin-type-fault = This is not the name. Type it as it stands there.
admin-unlock = Let them try again
admin-unlock-lead = Wrong passwords of before are forgotten, and the networks from which they came may try again.
admin-unlock-title = Let { $name } try again?
admin-unlocked-done = { $name } may try again.
admin-until = Until
admin-unused = Not used yet
admin-unverified = Not verified
admin-use = Use
admin-used = Used { $when }
admin-username = User name
admin-usual = As usual: { $value }
admin-verified = Verified
admin-was = Was
admin-what = What
admin-who = Who
admin-yes = Yes
admin-administrator-lead = You get a link to send them. It works once, within a week. They set up a second factor first.
admin-administrator-new = Invite an administrator
admin-administrators = Administrators
admin-administrators-lead = Who may look into this server, and who may change it. Each needs a second factor.
admin-all = All
admin-built-in = built in
admin-change = Change
admin-check = Check
admin-dialect-faults = { $count ->
    [one] 1 fault
   *[other] { $count } faults
 }
admin-dialect-file = Its file
admin-dialect-new = New dialect
admin-dialect-settings = Settings that it brings
admin-dialect-sound = Nothing is wrong with it.
admin-dialects = Dialects
admin-dialects-lead = Wire formats as data. What one loosens against the standard stands here in plain sight, and holds in its realms alone.
admin-invited = Invited
admin-line = Line { $line }, column { $column }
admin-link-ends = Link ends { $when }
admin-nothing = nothing
admin-role = Role
admin-role-hint = An owner may do everything, support sees everything and disables, revokes and resets, an auditor only looks.
admin-standard = Standard
admin-withdraw = Take back
admin-withdraw-lead = The link does not work any more.
admin-withdraw-title = Take back the invitation of { $name }?
admin-withdrawn-done = { $name } is not invited any more.
admin-you = You
admin-reach-named = These realms only
admin-reach-named-hint = Others are not even seen.
admin-reach-names = Names of realms, apart by spaces
admin-reach-all = All realms
admin-reach-all-hint = Those of today and those to come. An owner of all realms says who administers.
admin-program = Program
admin-passkey = Passkey
admin-factors-reset = Remove all
admin-factors-title = Remove all second factors of { $name }?
admin-factors-lead = Authenticator app, passkeys and recovery codes go. From then on the password alone signs in, so make sure first that it is really them who ask.
admin-factors-done = The second factors of { $name } are removed.
admin-empty-list = Write [] for a list with nothing in it.
admin-mail = Mail
admin-mail-lead = Letters that wait to be sent, and those that were given up. They are sealed: who they are for is not shown.
admin-mail-letters = Letters
admin-mail-none = No letter waits.
admin-mail-waits = Waiting
admin-mail-given-up = Given up
admin-mail-written = Written
admin-mail-attempts = Attempts
admin-mail-next = Next attempt { $when }
admin-mail-again = Try again
admin-mail-again-title = Send this letter again?
admin-mail-again-lead = It is sent as soon as the mail server takes it. What is in it may have ended meanwhile, such as a link.
admin-mail-again-done = The letter is sent again.
admin-dialect-stale = Somebody changed this dialect since you looked. Their file is below, and then yours. If you save, yours takes its place.
admin-dialect-stored = The file as it is now
admin-dialect-delete-lead = It goes for good. It can only go while no realm speaks it.
admin-is-role = { $role ->
    [owner] Owner
    [support] Support
   *[auditor] Auditor
 }
dashboard-lead = All realms of this server.
dashboard-lead-named = The realms that you reach.
dashboard-tokens-per-minute = Tokens per minute
dashboard-refused-share = Refused
dashboard-sign-ins = Sign-ins
dashboard-p99 = p99 of token calls
dashboard-by-grant = Tokens per minute, by grant
dashboard-refresh-token = Refresh token
dashboard-client-credentials = Client credentials
dashboard-password = Password
dashboard-authorization-code = Authorization code
dashboard-succeeded = Succeeded
dashboard-latency = Time to answer a token call
dashboard-at-p99 = at p99
dashboard-authorizations = Active authorizations
dashboard-database = Database
dashboard-label = { $title } in the last { $span }: from { $least } to { $most }
dashboard-lately = lately
dashboard-refusals = Refusals by reason
dashboard-servers = Servers
dashboard-server = Server
dashboard-version = Version
admin-health = Health
health-lead = What a server sees of the installation while it serves. jeton doctor also looks at the data folder.
health-again = Look again
health-sum = { $failures ->
    [0] { $warnings ->
        [0] Nothing is wrong
        [one] { $warnings } warning, no fault
       *[other] { $warnings } warnings, no fault
     }
    [one] { $failures } fault, { $warnings } warnings
   *[other] { $failures } faults, { $warnings } warnings
 }
health-fail = Fault
health-warn = Warning
health-fine = Fine
