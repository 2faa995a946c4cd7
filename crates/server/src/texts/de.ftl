# Was die Seiten sagen, auf Deutsch.

language-name = Deutsch
direction = ltr

## Der Rahmen

by-jeton = Anmeldung durch Jeton
link-privacy = Datenschutz
link-imprint = Impressum
link-help = Hilfe
skip = Zum Inhalt
areas = Bereiche
your-menu = Dein Menü:
appearance = Aussehen
appearance-auto = Wie das System
appearance-light = Hell
appearance-dark = Dunkel
language = Sprache
copied = Kopiert
selected = Markiert. Mit Strg oder Cmd und C kopierst du es.

## Zeiten

time-day = { $day }. { $month ->
    [1] Jan.
    [2] Feb.
    [3] März
    [4] Apr.
    [5] Mai
    [6] Juni
    [7] Juli
    [8] Aug.
    [9] Sep.
    [10] Okt.
    [11] Nov.
   *[12] Dez.
 } { $year }
time-moment = { time-day }, { $time } UTC
time-just-now = gerade eben
time-minutes-ago = { $count ->
    [one] vor 1 Minute
   *[other] vor { $count } Minuten
 }
time-hours-ago = { $count ->
    [one] vor 1 Stunde
   *[other] vor { $count } Stunden
 }
time-in-minutes = { $count ->
    [one] in 1 Minute
   *[other] in { $count } Minuten
 }
time-in-hours = { $count ->
    [one] in 1 Stunde
   *[other] in { $count } Stunden
 }

## Anmelden

sign-in-title = Anmelden
sign-in-button = Anmelden
sign-in-asks = <b><bdi>{ $application }</bdi></b> bittet dich, dich anzumelden
returns-to = Danach geht es zurück zu <bdi>{ $destination }</bdi>
sign-in-username = E-Mail-Adresse oder Benutzername
sign-in-password = Passwort
sign-in-remember = Dieses Gerät merken
sign-in-wrong = Das passt nicht zusammen.
sign-in-wrong-text = Kein Konto hat diesen Namen zusammen mit diesem Passwort. Prüfe beides und versuche es noch einmal.
sign-in-incomplete = Etwas fehlt.
sign-in-incomplete-text = Gib deinen Benutzernamen und dein Passwort ein.
sign-in-wait-title = Dieses Konto ruht
sign-in-wait = Zu viele falsche Passwörter.
sign-in-wait-text = Es öffnet sich wieder um { $until }, in { $minutes ->
    [one] 1 Minute
   *[other] { $minutes } Minuten
 }. Vorher hilft auch das richtige Passwort nicht.
sign-in-wait-safe = Das warst nicht du? Dein Konto ist sicher. Wenn du dieses Passwort auch anderswo benutzt, wähle dort ein anderes.
resume-title = Weiter
resume-heading = Weiter mit <bdi>{ $application }</bdi>
resume-lead = Die Anwendung hat eine lange Anfrage geschickt. Ein Druck nimmt sie mit.
resume-button = Weiter

sign-in-forgot = Vergessen?
sign-in-new = Neu bei { $realm }?
back-to-sign-in = Zurück zum Anmelden
show-it = Zeigen

## Passwort vergessen

forgot-title = Passwort vergessen?
forgot-lead = Wir schicken einen Link an deine E-Mail-Adresse. Mit ihm wählst du ein neues.
forgot-button = Link schicken
forgot-fault = Schreib deine E-Mail-Adresse oder deinen Benutzernamen.
forgot-sent = Wenn es ein Konto für <b><bdi>{ $address }</bdi></b> gibt, ist ein Link unterwegs. Er gilt einmal, 30 Minuten lang.
forgot-sent-nobody = Niemand erfährt hier, ob eine Adresse ein Konto hat. Wenn nichts kommt, sieh im Spam nach oder versuche deine andere Adresse.
look-into-mail = Sieh in deine E-Mail
reset-title = Neues Passwort wählen
reset-for = für <b><bdi>{ $address }</bdi></b>
reset-ends = Danach meldest du dich damit an. Du wirst überall abgemeldet, und Anwendungen müssen dich neu fragen. Personal Access Tokens bleiben.
reset-button = Speichern und anmelden
reset-done = Dein Passwort ist geändert. Melde dich damit an.
reset-done-passkeys = Dein Passwort ist geändert. Melde dich damit an. Deine Passkeys gelten weiter: Sieh unter Sicherheit nach, ob du alle kennst.
link-ended = Dieser Link gilt nicht mehr
link-ended-lead = Er wurde benutzt, ist abgelaufen, oder ein neuerer hat ihn ersetzt. Jeder Link gilt einmal.
link-ended-forgot = Neuen Link schicken
link-ended-sign-up = Konto anlegen
mail-wait-title = Genug Post für jetzt
mail-wait = Es wurden viele Briefe angefordert.
mail-wait-text = Der nächste geht um { $until }, in { $minutes ->
    [one] 1 Minute
   *[other] { $minutes } Minuten
 }. Sieh in deine E-Mail und in den Spam: Vielleicht ist schon einer da.

## Konto anlegen

sign-up-title = Konto anlegen
sign-up-name = Dein Name
sign-up-name-fault = Schreib deinen Namen in einer Zeile mit höchstens 200 Zeichen.
sign-up-email-hint = Damit meldest du dich an, sobald du gezeigt hast, dass sie dir gehört.
sign-up-email-fault = Das ist keine vollständige Adresse. Schreib sie wie vera@example.com.
sign-up-domain-fault = Konten haben hier eine Adresse von { $domains }.
sign-up-terms = Bedingungen
sign-up-accept = Ich nehme die <a href="{ $terms }">Bedingungen von { $realm }</a> an
sign-up-terms-fault = Ohne sie gibt es kein Konto.
sign-up-button = Konto anlegen
sign-up-known = Du hast schon eines?
sign-up-invited = Konten gibt es hier auf Einladung.
sign-up-invited-text = Öffne den Link in deiner Einladung. Wenn er abgelaufen ist, bitte um einen neuen.
verify-sent = Ein Link ist unterwegs an <b><bdi>{ $address }</bdi></b>. Er gilt einen Tag. Dein Konto gibt es, sobald du ihm gefolgt bist.
verify-sent-spam = Wenn nichts kommt, sieh im Spam nach.
verify-nothing = Es kam nichts?
send-another = Noch einen schicken
mail-another = Noch ein Brief ist unterwegs.
verify-other = eine andere Adresse nehmen
verify-title = E-Mail bestätigen
verify-lead = <b><bdi>{ $address }</bdi></b> wird deine Adresse bei <bdi>{ $realm }</bdi>, und du meldest dich damit an.
verify-button = E-Mail bestätigen
verify-not-you = Du wolltest kein Konto? Dann schließ diese Seite, und nichts geschieht.
verify-done = Deine E-Mail ist bestätigt. Melde dich an.

## Zwei Schritte

signing-in-as = Anmelden als
code-title = Noch ein Schritt
code-lead = Öffne deine Authenticator-App und gib den Code für { $realm } ein.
code-six = Sechs Ziffern
code-missing = Gib den Code ein.
code-wrong = Dieser Code gehört zu einem anderen Moment oder wurde benutzt. Geht die Uhr deines Telefons richtig? Warte auf den nächsten Code und gib den ein.
code-wait = Zu viele falsche Codes. Versuche es wieder in { $minutes ->
    [one] 1 Minute
   *[other] { $minutes } Minuten
 }.
codes-ended = Zu viele falsche Codes.
codes-ended-text = Melde dich noch einmal von vorn an.
go-on = Weiter
back = Zurück
remove = Entfernen
print = Drucken
use-recovery = Wiederherstellungscode benutzen
use-app = Code aus meiner Authenticator-App benutzen
recovery-title = Wiederherstellungscode benutzen
recovery-lead = Einer der zehn Codes, die du aufbewahrt hast, als du zwei Schritte eingeschaltet hast. Jeder gilt einmal.
recovery-code = Wiederherstellungscode
recovery-wrong = Das ist keiner deiner Codes, oder er wurde benutzt. Nimm einen anderen.
factor-required = Richte erst einen zweiten Schritt ein
factor-required-lead = <bdi>{ $application }</bdi> benutzt nur, wer sich mit zwei Schritten anmeldet. Einrichten dauert etwa eine Minute, einmal.
factor-required-totp = Authenticator-App benutzen
factor-required-then = Geh danach zur Anwendung zurück und beginne noch einmal.
factor-required-not-now = Jetzt nicht, abmelden
two-steps = Zwei Schritte
two-steps-on = An
two-steps-off = Aus
two-steps-hint = Nach deinem Passwort etwas, das nur du hast.
totp = Authenticator-App
totp-set-up = Einrichten
totp-move = Auf ein anderes Telefon
factor-since = Seit { $when }
factor-used = Zuletzt benutzt { $when }
totp-title = Authenticator-App einrichten
totp-lead = Drei Schritte, etwa eine Minute.
totp-replaces = Die App, die du hast, gilt hier nicht mehr, sobald diese eingeschaltet ist.
totp-open = Öffne die App auf deinem Telefon
totp-open-lead = Jede, die zeitbasierte Codes kennt: dein Passwortmanager oder die, die auf dem Telefon war.
totp-scan = Scanne das hier
totp-qr = QR-Code für deine Authenticator-App. Oder tippe den Schlüssel daneben.
totp-type = Du kannst nicht scannen? Tippe den Schlüssel in die App:
totp-the-key = den Schlüssel
totp-kind = Zeitbasiert, 6 Ziffern, alle 30 Sekunden, SHA-1.
totp-code = Gib den Code ein, den sie zeigt
totp-on = Einschalten
totp-added = Deine Authenticator-App ist eingeschaltet.
totp-moved = Die neue App ist eingeschaltet. Die frühere gilt hier nicht mehr.
totp-removed = Zwei Schritte sind ausgeschaltet.
totp-remove-title = Authenticator-App entfernen?
totp-remove-lead = Dann meldet dich dein Passwort allein an, und deine Wiederherstellungscodes gelten nicht mehr.
totp-needed = Zwei Schritte sind hier nötig.
totp-needed-todo = Du kannst stattdessen auf ein anderes Telefon wechseln.
codes = Wiederherstellungscodes
codes-left = { $left } von 10 unbenutzt
codes-few = Nur noch wenige
codes-new = Neue Codes machen
codes-new-title = Neue Wiederherstellungscodes machen?
codes-new-lead = { $left ->
    [0] Keiner deiner Codes ist übrig.
    [one] Einer deiner Codes ist übrig; er gilt dann nicht mehr.
   *[other] { $left } deiner Codes sind übrig; sie gelten dann nicht mehr.
 }
codes-title = Bewahre diese Wiederherstellungscodes auf
codes-lead = Für den Tag, an dem dein Telefon oder dein Passkey verloren geht. Sie werden nur dieses eine Mal gezeigt; frühere gelten nicht mehr.
codes-for = Für <bdi>{ $name }</bdi>. Jeder Code gilt einmal, anstelle des zweiten Schritts.
codes-kept = Ich habe sie aufbewahrt

## Passkeys

passkeys = Passkeys
passkeys-hint = Melde dich mit Finger, Gesicht oder Sicherheitsschlüssel an. Nichts zu merken, nichts, was eine falsche Seite stehlen kann. Dein Passwort allein meldet dich nicht mehr an, sobald du einen hast.
passkey-add = Passkey hinzufügen
passkey-sign-in = Mit einem Passkey anmelden
passkey-title = Benutze deinen Passkey
passkey-lead = Dein Browser fragt nach Finger, Gesicht, PIN oder Sicherheitsschlüssel.
passkey-use = Meinen Passkey benutzen
or = oder
rename = Umbenennen
passkey-name = Name
passkey-name-hint = Woran du ihn erkennst, etwa „Laptop im Büro“.
passkey-name-fault = Gib einen Namen mit höchstens { $longest } Zeichen ein, ohne unsichtbare.
passkey-rename-title = Diesen Passkey umbenennen
passkey-called = <b><bdi>{ $name }</bdi></b>
passkey-remove-title = Diesen Passkey entfernen?
passkey-remove-last-lead = Dann meldet dich dein Passwort allein an, und deine Wiederherstellungscodes gelten nicht mehr. Lösche den Passkey auch auf deinem Gerät.
passkey-remove-lead = Er meldet dich nicht mehr an. Lösche ihn auch auf deinem Gerät, damit er dir nicht mehr angeboten wird.
passkey-needed-todo = Füge erst einen anderen Passkey oder eine Authenticator-App hinzu.
passkey-added = Dein Passkey ist hinzugefügt.
passkey-renamed = Dein Passkey heißt jetzt anders.
passkey-removed = Dein Passkey ist entfernt.
passkey-failed = Das hat nicht geklappt.
passkey-late = Es hat zu lange gedauert, oder die Seite wurde schon benutzt. Versuche es noch einmal.
passkey-refused = Dieser Passkey meldet dich hier nicht an. Versuche einen anderen oder einen anderen Weg.
passkey-many = Dieses Konto hat so viele Passkeys, wie es haben darf. Entferne erst einen.
passkey-cancelled = Es wurde nicht rechtzeitig etwas gewählt. Versuche es noch einmal, oder geh einen anderen Weg.
passkey-known = Dieses Gerät hat schon einen Passkey für dein Konto.
passkey-impossible = Dieser Browser kann Passkeys hier nicht benutzen: Er muss neuer sein, oder der Server braucht einen Namen mit https.
passkey-script = Passkeys brauchen JavaScript.
passkey-script-password = Es ist in diesem Browser ausgeschaltet. Geh zurück und melde dich mit deinem Passwort an.
passkey-script-both = Es ist in diesem Browser ausgeschaltet. Nimm einen Code aus deiner Authenticator-App oder einen Wiederherstellungscode.
passkey-script-code = Es ist in diesem Browser ausgeschaltet. Nimm einen Code aus deiner Authenticator-App.
passkey-script-recovery = Es ist in diesem Browser ausgeschaltet. Nimm einen Wiederherstellungscode.
passkey-script-nothing = Es ist in diesem Browser ausgeschaltet. Schalte es ein, um dich anzumelden.
passkey-script-app = Es ist in diesem Browser ausgeschaltet. Richte stattdessen eine Authenticator-App ein.
codes-none = Keiner übrig
codes-missing = Du hast keine Wiederherstellungscodes.
codes-missing-text = Ohne sie kannst du dich nicht anmelden, wenn dein Telefon oder dein Passkey verloren geht.
totp-removed-only = Die Authenticator-App ist entfernt.
totp-remove-only-lead = Dann wird nur noch nach deinen Passkeys gefragt.

## Post

mail-sender = Anmeldung von { $realm }
mail-hello = Hallo { $name },
mail-reset-subject = Neues Passwort für { $realm }
mail-reset-lead = du hast ein neues Passwort für dein Konto bei { $realm } angefordert.
mail-reset-good = Der Link gilt einmal, 30 Minuten lang. Ein neuerer beendet ihn.
mail-reset-link = Neues Passwort wählen
mail-reset-not-you = Das warst nicht du? Dann tu nichts: Dein Passwort bleibt, wie es ist.
mail-verify-subject = Bestätige deine E-Mail für { $realm }
mail-verify-lead = Jemand, vermutlich du, legt mit dieser Adresse ein Konto bei { $realm } an.
mail-verify-good = Der Link gilt einmal, einen Tag lang. Erst dann gibt es ein Konto.
mail-verify-link = E-Mail bestätigen
mail-verify-not-you = Das warst nicht du? Dann tu nichts: Es wird kein Konto geben.
mail-token-subject = Ein Personal Access Token bei { $realm } endet bald
mail-token-lead = dein Personal Access Token „{ $name }“ bei { $realm } endet in den nächsten sieben Tagen. Was es benutzt, wird dann abgewiesen.
mail-token-link = Deine Tokens ansehen
mail-token-end = Wenn du es nicht mehr brauchst, tu nichts.
mail-known-subject = Du hast schon ein Konto bei { $realm }
mail-known-lead = Jemand, vermutlich du, wollte mit dieser Adresse ein Konto bei { $realm } anlegen. Es gibt schon eines.
mail-known-todo = Melde dich damit an. Wenn du das Passwort vergessen hast, wähle ein neues.
mail-known-link = Neues Passwort wählen
mail-known-not-you = Das warst nicht du? Dann tu nichts: Niemand hat erfahren, dass du ein Konto hast.

## Zustimmen

consent-title = { $application } erlauben?
consent-heading = Darf <bdi>{ $application }</bdi> dein Konto bei <bdi>{ $realm }</bdi> benutzen?
consent-more = Darf <bdi>{ $application }</bdi> mehr von deinem Konto bei <bdi>{ $realm }</bdi> benutzen?
consent-returns = Danach geht es zurück zu <b><bdi>{ $destination }</bdi></b>.
consent-asks = Das möchte sie
consent-new-since = Neu seit { $day }
consent-new-tag = Neu
consent-optional = Wenn du magst
consent-optional-hint = Die Anwendung funktioniert auch ohne.
consent-before = Wie bisher
consent-nothing = Sie möchte wissen, dass du es bist, und sonst nichts.
consent-hint = Dein Passwort sieht sie nie.
consent-signed-in-as = Du bist angemeldet als
consent-not-you = Nicht du?
consent-deny = Ablehnen
consent-allow = Erlauben
scope-openid = Wissen, wer du bist
scope-profile = Deinen Namen und dein Profil sehen
scope-email = Deine E-Mail-Adresse sehen
scope-address = Deine Postanschrift sehen
scope-phone = Deine Telefonnummer sehen
scope-offline-access = Zugriff behalten, während du weg bist
scope-tokens = Deine Personal Access Tokens verwalten
scope-clients = Anwendungen registrieren, die dir gehören

## Abmelden

sign-out-title = Abmelden?
sign-out-lead = Von <bdi>{ $realm }</bdi>, in diesem Browser. Anwendungen, die du erlaubt hast, bleiben erlaubt.
sign-out-button = Abmelden
signed-out-title = Du bist abgemeldet
signed-out-lead = von <bdi>{ $realm }</bdi>, in diesem Browser. An einem geteilten Rechner schließe auch alle seine Fenster.
signed-out-again = Wieder anmelden

## Fehler

error-copy-id = Anfragenummer kopieren
error-status = Status
error-details = Für Entwickler
error-request-id = Anfragenummer
error-when = Wann
error-ours = Wir können gerade nicht antworten
error-ours-lead = Bei uns funktioniert etwas nicht. Nichts ging verloren, und mit deinem Passwort ist alles in Ordnung.
error-our-mistake = Der Fehler liegt bei uns
error-ours-why = Er ist festgehalten und geht meist innerhalb einer Minute vorbei.
error-ours-todo = Versuche es gleich noch einmal. Wenn es so bleibt, nenne dem Support die Anfragenummer.
error-nobodys = Niemand hat etwas falsch gemacht
error-applications = Der Fehler liegt bei der Anwendung
error-somebodys = Die Anfrage passt nicht
error-finished = Diese Seite ist zu alt geworden
error-finished-lead = Sie war zu lange offen, oder du hast sie schon in einem anderen Fenster benutzt.
error-finished-why = Solche Seiten gelten einmal, damit sie nach dir niemand anders benutzen kann.
error-finished-todo = Fang bei der Anwendung, von der du kommst, noch einmal an. Was du früher erlaubt hast, gilt weiter.
error-redirect-uri = Diese Anwendung darf dich nicht hierher schicken
error-redirect-uri-lead = Sie wollte dich an eine Adresse zurückbringen lassen, die sie nicht eingetragen hat. Deshalb haben wir angehalten. Du hast nichts falsch gemacht, und nichts wurde weitergegeben.
error-redirect-uri-why = Wer sie entwickelt, muss die Adresse eintragen oder die Anfrage berichtigen.
error-request = Diese Anfrage lässt sich nicht beantworten
error-request-lead = Eine Anwendung hat dich mit einer Anfrage hierher geschickt, die wir nicht verstehen. Deshalb haben wir angehalten. Du hast nichts falsch gemacht, und nichts wurde weitergegeben.
error-application-why = Wer sie entwickelt, muss die Anfrage berichtigen.
error-application-todo = Geh zurück und versuche es später noch einmal, oder sag denen Bescheid, die die Anwendung machen. Die Anfragenummer hilft ihnen.
error-form-lead = Etwas darin fehlt oder ist nicht so, wie es sein muss. Nichts wurde geändert.
error-form-why = Das kommt vor, wenn eine Adresse verändert oder eine Seite auf ungewöhnliche Weise abgeschickt wurde.
error-form-todo = Geh zurück, lade die Seite neu und versuche es noch einmal.
error-not-found = Hier ist nichts
error-not-found-lead = Diese Adresse führt nirgendwohin.
error-not-found-why = Vielleicht ist sie vertippt, oder es gibt nicht mehr, wohin sie führte.
error-not-found-todo = Prüfe die Adresse, oder geh dorthin zurück, woher du kommst.
error-elsewhere = Das kam nicht von einer unserer Seiten
error-elsewhere-lead = Eine andere Website wollte das in deinem Namen tun. Deshalb haben wir angehalten. Nichts wurde geändert.
error-elsewhere-why = Nur unsere eigenen Seiten dürfen das abschicken.
error-elsewhere-todo = Geh zurück, lade die Seite neu und versuche es noch einmal.
error-busy = Zu viel auf einmal
error-busy-lead = Gerade melden sich mehr Menschen an, als wir bedienen können. Nichts wurde geändert.
error-busy-why = Das geht von selbst vorbei.
error-busy-todo = Versuche es gleich noch einmal.

## Die Startseite

api-title = Admin-API
api-document = Dasselbe als Dokument für Programme (OpenAPI 3.1)
api-sends = Sendet
api-example = Beispiel
api-schemas = Dokumente

home-title = Jeton
home-lead = Dieser Server meldet Menschen bei Anwendungen an.
home-text = Auf dieser Seite gibt es nichts zu tun. Wenn dich eine Anwendung hierher geschickt hat, geh zu ihr zurück und melde dich von dort an.
home-demo-title = Jetons Demo
home-demo-lead = Realms zum Ausprobieren. Die Personen, Anwendungen und Geheimnisse sind erfunden und allen bekannt.
home-issuer = Adresse
home-client = Anwendung
home-secret = Geheimnis
home-person = Person
home-api-user = API-Benutzer
home-password = Passwort
home-start = Im Browser ausprobieren
home-calls = Aufrufe zum Einfügen

home-mail = Post
home-mail-lead = Was die Bereiche den Leuten schicken, steht hier und geht nirgendwohin.
demo-mail-title = Die Post der Demo
demo-mail-lead = Das Neueste zuerst. Nichts davon verlässt diesen Rechner.
demo-mail-to = An
demo-mail-at = Geschickt
demo-mail-none = Noch keine Post
demo-mail-why = Leg irgendwo ein Konto an, oder sag, dass du ein Passwort vergessen hast, und sieh wieder her.

## Konto

account = Konto
account-access = Zugriff
account-overview = Übersicht
account-yours = Dein Konto
account-security = Sicherheit
account-sessions = Sitzungen
account-applications = Erlaubte Anwendungen
account-tokens = Personal Access Tokens
path = Pfad
cancel = Abbrechen
save = Speichern
edit = Bearbeiten
copy = Kopieren
keep-it = Behalten
download = Herunterladen
faults = { $count ->
    [one] Eines ist zu ändern.
   *[other] { $count } Dinge sind zu ändern.
 }
faults-kept = Was du geschrieben hast, steht noch da.
overview-hello = Hallo, <bdi>{ $name }</bdi>
overview-lead = Dein Konto bei { $realm }: wie du hier heißt und wer für dich handeln darf.
overview-glance = Auf einen Blick
overview-security = Wie du zeigst, dass du es bist
overview-sessions = { $count ->
    [one] Auf 1 Gerät angemeldet
   *[other] Auf { $count } Geräten angemeldet
 }
overview-applications = { $count ->
    [0] Keine darf dein Konto benutzen
    [one] 1 darf dein Konto benutzen
   *[other] { $count } dürfen dein Konto benutzen
 }
overview-tokens = { $count ->
    [0] Keines gilt
    [one] 1 gilt
   *[other] { $count } gelten
 }
profile = Profil
profile-name = Name
profile-name-hint = So nennen dich Anwendungen.
profile-given-name = Vorname
profile-family-name = Nachname
profile-email = E-Mail
profile-verified = Bestätigt
profile-unverified = Nicht bestätigt
profile-none = Keine
profile-username = Benutzername
profile-id = Kontonummer
profile-saved = Dein Profil ist gespeichert.
profile-fault = Schreibe jeden Namen in eine Zeile mit höchstens 200 Zeichen.
leave = Gehen
leave-data = Nimm deine Daten mit
leave-data-lead = Eine JSON-Datei mit allem, was { $realm } zu deinem Konto aufbewahrt.
leave-close = Schließe dein Konto
leave-close-lead = Beendet sofort deine Sitzungen, Anwendungen und Tokens. Das lässt sich nicht rückgängig machen.
close-account = Konto schließen
close-title = Dein Konto schließen?

## E-Mail

email-change = E-Mail ändern
email-title = E-Mail ändern
email-lead = An die neue Adresse geht ein Link. Sie gilt, sobald du ihm gefolgt bist; bis dahin bleibt die jetzige.
email-present = Jetzige Adresse
email-new = Neue E-Mail
email-send = Link schicken
email-same = Das ist schon deine Adresse.
email-wait = Es wurden viele Briefe angefordert. Versuche es wieder in { $minutes ->
    [one] 1 Minute
   *[other] { $minutes } Minuten
 }.
email-sent = Ein Link ist unterwegs an { $address }.
email-changed = Deine E-Mail ist geändert.
email-confirm-lead = <b><bdi>{ $address }</bdi></b> wird die Adresse von <bdi>{ $username }</bdi> bei <bdi>{ $realm }</bdi>.
email-confirm-not-you = Du kennst dieses Konto nicht? Dann schließ diese Seite, und nichts geschieht.
link-ended-email = Neuen Link anfordern
mail-change-subject = Bestätige deine neue E-Mail für { $realm }
mail-change-lead = du willst, dass dies die Adresse deines Kontos bei { $realm } wird. Der Link gilt einmal, einen Tag lang.
mail-change-not-you = Das warst nicht du? Dann tu nichts: Die Adresse bleibt, wie sie ist.
mail-changed-subject = Deine E-Mail bei { $realm } wurde geändert
mail-changed-lead = dein Konto bei { $realm } hat jetzt eine andere Adresse. { $address } meldet dich nicht mehr an.
mail-factor-subject = Der zweite Schritt deines Kontos bei { $realm } wurde geändert
mail-passkey-added = zu deinem Konto bei { $realm } ist ein Passkey hinzugekommen.
mail-passkey-removed = aus deinem Konto bei { $realm } ist ein Passkey entfernt worden.
mail-totp-added = für dein Konto bei { $realm } ist eine Authenticator-App eingerichtet worden.
mail-totp-removed = aus deinem Konto bei { $realm } ist die Authenticator-App entfernt worden.
mail-codes-made = für dein Konto bei { $realm } sind neue Wiederherstellungscodes gemacht worden. Die früheren gelten nicht mehr.
mail-factor-link = Sieh es dir an
mail-factor-not-you = Das warst nicht du? Dann benutzt jemand anderes dein Konto: Ändere dein Passwort, entferne die Passkeys, die du nicht kennst, und beende die anderen Anmeldungen.
mail-changed-not-you = Das warst nicht du? Dann benutzt jemand anderes dein Konto: Schreib denen, die es betreiben.

## Sicherheit

security-lead = Wie du zeigst, dass du es bist.
password = Passwort
password-hint = Anwendungen sehen es nie.
password-now = Jetziges Passwort
password-new = Neues Passwort
password-rule = Mindestens { $least } Zeichen. Ein paar Wörter ohne Zusammenhang sind leicht zu behalten und schwer zu erraten.
password-change = Passwort ändern
password-changed = Dein Passwort ist geändert.
password-changed-passkeys = Dein Passwort ist geändert. Deine Passkeys gelten weiter: Entferne die, die du nicht kennst.
password-none = Du meldest dich ohne Passwort an.
password-missing = Gib dein Passwort ein.
password-wrong = Das ist nicht dein Passwort.
password-wait = Zu viele falsche Passwörter. Versuche es wieder in { $minutes ->
    [one] 1 Minute
   *[other] { $minutes } Minuten
 }.
password-too-short = Schreibe mindestens { $least } Zeichen.
password-too-long = Schreibe höchstens 1024 Bytes.
password-control = Lass Tabulatoren und andere Steuerzeichen weg.
password-common = Dieses wird als eines der ersten versucht. Wähle ein anderes; ein paar Wörter ohne Zusammenhang genügen.

## Sitzungen

sessions-lead = Wo du angemeldet bist. Wenn du eine beendest, gilt das beim nächsten Klick.
sessions-devices = Geräte
sessions-end-others = Überall sonst abmelden
sessions-end-all = Überall abmelden
sessions-ends = Eine Sitzung endet nach { $hours ->
    [one] einer Stunde
   *[other] { $hours } Stunden
 } ohne Benutzung, und nach { $days ->
    [one] einem Tag
   *[other] { $days } Tagen
 } auf jeden Fall.
sessions-besides = Abmelden lässt Anwendungen und Tokens, wie sie sind.
sessions-ended = Alle anderen Sitzungen sind beendet.
session-ended = Die Sitzung ist beendet.
session-on = { $browser } auf { $system }
session-unknown = Unbekanntes Gerät
session-this = Dieses
session-since = Angemeldet { $when }

## Erlaubte Anwendungen

applications = Anwendungen
applications-lead = Diese dürfen in deinem Namen handeln, soweit du es erlaubt hast. Entziehe es jeder von ihnen; ab der nächsten Anfrage ist sie ausgesperrt.
applications-none = Noch keine Anwendungen
applications-why = Eine Anwendung, die dein Konto benutzen möchte, steht hier, sobald du sie erlaubt hast.
granted-since = Seit { $when }
granted-may = { $count ->
    [one] Darf 1 Sache
   *[other] Darf { $count } Dinge
 }
application-withdraw = Entziehen
application-withdraw-title = <bdi>{ $name }</bdi> den Zugriff entziehen?
application-withdraw-lead = Ab der nächsten Anfrage kann sie nicht mehr:
application-withdraw-rest = Was sie kopiert hat, bleibt bei ihr; bitte ihre Hersteller, es zu löschen. Wenn du sie später wieder erlaubst, wirst du neu gefragt.
application-withdrawn = { $application } ist ausgesperrt.

## Personal Access Tokens

tokens-lead = Für deine eigenen Skripte: jedes handelt als du, soweit seine Rechte reichen. Behandle es wie ein Passwort.
tokens-live = Gültig
tokens-count = { $count ->
    [one] 1 Token
   *[other] { $count } Tokens
 }
tokens-none = Noch keine Tokens
tokens-why = Mit einem Token ruft ein Skript von dir die Schnittstelle auf, ohne Browser und ohne dein Passwort. Du wählst, was es darf und wie lange es gilt, und kannst es jederzeit beenden.
tokens-ended = In den letzten 90 Tagen beendet
tokens-use = Wie man eines benutzt
token-create = Create Token
token-create-lead = Es wird einmal gezeigt, auf der nächsten Seite.
token-submit = Submit
token-name = Name
token-name-hint = Damit du es in einem Jahr wiedererkennst: was es benutzt und wo.
token-name-fault = Schreibe einen Namen mit 1 bis 100 Zeichen in eine Zeile.
token-scopes = Rechte
token-scopes-hint = Was es in deinem Namen darf. Weniger ist sicherer.
token-scope-fault = Wähle mindestens eines davon.
token-end = Ende
token-in-days = { $days ->
    [365] in einem Jahr
    [one] in 1 Tag
   *[other] in { $days } Tagen
 }
token-never = nie
token-new = Dein neues Token
token-copy-now = Kopiere es jetzt. Es wird nicht wieder gezeigt.
token-copy-why = Wir behalten nur einen Fingerabdruck davon. Wenn du es verlierst, erneuere es.
token-the = das Token
token-use-as = Benutze es als
token-copied = Ich habe es kopiert
token-try = Probiere es aus
token-created = Erstellt { $when }
token-used = Zuletzt benutzt { $when }
token-used-from = Zuletzt benutzt { $when } von { $address }
token-unused = Nie benutzt
token-ends = Endet { $when }
token-never-ends = Endet nie
token-ends-soon = Endet bald
token-no-end = Ohne Ende
token-revoked-on = Widerrufen am { $when }
token-expired-on = Beendet am { $when }
token-is-revoked = Widerrufen
token-is-expired = Abgelaufen
token-is-withdrawn = Mit seiner Anwendung beendet
token-regenerate = Erneuern
token-regenerate-title = <bdi>{ $name }</bdi> erneuern?
token-regenerate-lead = Du bekommst ein neues Token mit demselben Namen, denselben Rechten und demselben Ende. <b>Das jetzige gilt sofort nicht mehr.</b>
token-present = Jetziges Token
token-last-used = Zuletzt benutzt
token-keep-present = Das jetzige behalten
token-revoke = Widerrufen
token-revoke-title = <bdi>{ $name }</bdi> widerrufen?
token-revoke-lead = Was es benutzt, wird ab der nächsten Anfrage abgewiesen. Das lässt sich nicht rückgängig machen; du kannst ein anderes Token erstellen.
token-revoked = Das Token ist widerrufen.

## Verwalten

invitation-first-title = Mach diesen Server zu deinem
invitation-first-lead = Du hast den Link geöffnet, den der Server beim Start gezeigt hat.
invitation-first-button = Eigentümer werden
invitation-title = Verwalter werden
invitation-lead = Jemand, der diesen Server betreibt, hat dir diesen Link geschickt.
invitation-button = Verwalter werden
invitation-role = { $role ->
    [owner] Er macht dich zum Eigentümer: Du darfst alles.
    [support] Er lässt dich alles sehen, sperren, widerrufen und zurücksetzen.
   *[auditor] Er lässt dich alles sehen und nichts ändern.
 }
invitation-reach = { $count ->
    [one] Das gilt in einem Realm und in keinem anderen.
   *[other] Das gilt in { $count } Realms und in keinem anderen.
 }
invitation-until = Er gilt einmal, bis { $moment }.
invitation-name = Name
invitation-name-hint = Damit meldest du dich an. Deine E-Mail-Adresse eignet sich gut.
invitation-name-missing = Gib einen Namen mit höchstens 255 Zeichen ein, etwa deine E-Mail-Adresse.
invitation-name-taken = Mit diesem Namen meldet sich schon jemand an. Wähle einen anderen.
invitation-repeated = Das Passwort noch einmal
invitation-not-repeated = Das ist nicht dasselbe Passwort. Gib es noch einmal ein.
invitation-accepted = Willkommen. Du verwaltest jetzt diesen Server.

## Developers

developers = Entwickler
developers-work = Ihre Arbeit
developers-applications = Anwendungen
developers-lead = Was Sie mit der API von { $realm } bauen. Jede hat eigene Zugangsdaten.
developers-yours = Ihre Anwendungen
developers-first = Registrieren Sie Ihre erste Anwendung
developers-first-lead = Sie sagen, was Sie bauen; Sie bekommen eine Client-ID und ein Geheimnis, wenn Ihre Anwendung eines bewahren kann. Es dauert etwa eine Minute.
developers-overview = Überblick
older = Ältere
kind-web = Webanwendung
kind-spa = Single-Page-App
kind-native = Handy oder Desktop
kind-service = Server zu Server
kind-device = Gerät oder Fernseher
kind-agent = Agent oder MCP-Client
application-live = Aktiv
application-disabled = Gesperrt
application-used = Zuletzt benutzt { $when }
application-since = Registriert { $when }
application-asks = Was sie darf
application-may-nothing = Sie darf keinen Scope verlangen.
application-set-up = Wie sie eingerichtet ist
application-client-id = Client-ID
application-endpoint = Token-Endpunkt
application-proves = Weist sich aus durch
application-method = { $method ->
    [client_secret_basic] Geheimnis im Header (client_secret_basic)
    [client_secret_post] Geheimnis im Formular (client_secret_post)
    [header] ID und Geheimnis in Headern
   *[none] PKCE, ohne Geheimnis
 }
application-grants = Grants
application-redirects = Redirect-URIs
application-access-token = Access-Token
application-refresh-token = Refresh-Token
application-seconds = { $seconds ->
    [one] { $seconds } Sekunde
   *[other] { $seconds } Sekunden
 }
application-registered = Registriert
developers-credentials = Zugangsdaten
developers-api-users = API-Benutzer
developers-settings = Einstellungen
application-register = Anwendung registrieren
application-register-button = Registrieren
kind-title = Was bauen Sie?
kind-hint = Davon hängt ab, wie die Anwendung sich ausweist. Die Namen der Abläufe müssen Sie nicht kennen.
kind-off = Hier nicht möglich.
kind-fault = Wählen Sie, was Sie bauen.
kind-web-hint = Seiten von einem Server, der ein Geheimnis bewahren kann.
kind-spa-hint = Läuft nur im Browser; bewahrt kein Geheimnis.
kind-native-hint = Wird installiert; bewahrt kein Geheimnis.
kind-service-hint = Ein Dienst, vor dem kein Mensch sitzt.
kind-device-hint = Ohne Tastatur; bestätigt wird auf dem Telefon.
kind-agent-hint = Handelt mit Werkzeugen für einen Menschen.
application-name = Name
application-name-hint = Man liest ihn, wenn man gefragt wird, ob man sie zulässt.
application-redirects-hint = Wohin Menschen zurückkehren, nachdem sie entschieden haben. Wird Zeichen für Zeichen verglichen; nur der Port von 127.0.0.1 und [::1] darf abweichen.
application-redirect = Redirect-URI
application-redirect-fine = In Ordnung
application-redirect-more = Noch eine
application-scopes = Scopes, die sie verlangen darf
application-links = Logo, Links und was man sieht
application-logo = Adresse des Logos
application-logo-hint = Wer den Realm betreibt, kann es zeigen; bis dahin sieht man zwei Buchstaben.
application-home = Startseite
application-privacy = Datenschutz
application-terms = Bedingungen
application-contact = Kontakt für Sicherheitsfragen
application-registered-title = Registriert
application-is-registered = <bdi>{ $name }</bdi> ist registriert
application-its-credentials = Ihre Zugangsdaten
application-secret = Client-Geheimnis
application-to = Zur Anwendung
application-client-id-hint = Öffentlich. Sie sagt, wer fragt.
secret-copy-now = Kopieren Sie das Geheimnis jetzt. Es wird nicht noch einmal gezeigt.
secret-copy-why = Geht es verloren, machen Sie ein zweites; das erste gilt, bis Sie es entfernen.
secret-added-why = Stellen Sie alles darauf um, dann entfernen Sie das ältere.
secret-none = Sie bewahrt kein Geheimnis: Sie weist sich durch PKCE und ihre Redirect-URIs aus.
secret-new = Das neue Geheimnis
secrets = Geheimnisse
secret = Geheimnis
secrets-live = { $live } von { $most } gültig
secrets-hint = Zwei dürfen gelten, damit ein Wechsel ohne Ausfall geht: eines hinzufügen, alles umstellen, das alte entfernen.
secrets-full = Beide Plätze sind belegt. Entfernen Sie das ältere, bevor Sie ein neues hinzufügen.
secret-created = Erstellt
secret-used = Zuletzt benutzt
secret-addresses = In der letzten Stunde von
secret-ends = Endet
secret-ended = Beendet
secret-newer = Neuer
secret-unknown = unbekannt
secret-add = Geheimnis hinzufügen
secret-add-hint = Es wird hier gemacht und einmal gezeigt.
secret-remove = Entfernen
secret-removed = Das Geheimnis ist entfernt.
secret-remove-title = Dieses Geheimnis entfernen?
secret-remove-this = <code>{ $start }…</code> entfernen?
secret-remove-ended = Es gilt schon nicht mehr: Nichts geht kaputt.
secret-remove-unused = Noch niemand hat es benutzt.
secret-remove-last = Es ist das einzige Geheimnis: Bis Sie ein neues hinzufügen, wird jeder Aufruf abgelehnt.
secret-remove-stays = { $which ->
    [newer] Das neuere Geheimnis <code>{ $start }…</code>
    [older] Das ältere Geheimnis <code>{ $start }…</code>
   *[unknown] Das andere Geheimnis
 } gilt weiter. Ausgestellte Tokens gelten bis zu ihrem Ende.
secret-remove-button = Geheimnis entfernen
secret-in-use = Es wird benutzt.
secret-in-use-why = Jemand hat es { $when } vorgelegt. Solche Aufrufe werden ab dem nächsten mit <code>invalid_client</code> abgelehnt.
secret-change = Wie weit der Wechsel ist
secret-step-second = Ein zweites Geheimnis gibt es
secret-step-since = Seit { $when }.
secret-step-move = Alles benutzt es
secret-step-used = Das ältere wurde { $when } benutzt.
secret-step-unused = Niemand wurde gesehen, der das ältere benutzt.
secret-step-remove = Das ältere ist entfernt
secret-step-remove-hint = Von Ihnen, sobald niemand es mehr benutzt.
done = Fertig
never = nie
actions = Aktionen
state = Zustand
keep-them = Behalten
confirm-type = Schreiben Sie <b><bdi>{ $name }</bdi></b>, um fortzufahren
confirm-fault = Das ist nicht der Name. Schreiben Sie ihn, wie er oben steht.
api-user = API-Benutzer
api-users-lead = Logins für Maschinen, über alle Ihre Anwendungen.
api-users-of-hint = Benutzername und Passwort für den Password-Grant. Sie gehören der Anwendung, keinem Menschen, und können sich auf Seiten nicht anmelden.
api-users-none = Noch keine API-Benutzer. Mit einem meldet sich ein Programm durch den Password-Grant an.
api-users-off = API-Benutzer melden sich durch den Password-Grant an, den Anwendungen hier nicht benutzen dürfen.
api-user-signed-in = Letzte Anmeldung
api-user-active = Aktiv
api-user-new = Neu
api-user-new-password = Neues Passwort
api-user-disable = Sperren
api-user-enable = Entsperren
api-user-by-realm = Durch die Betreiber
api-user-is-disabled = { $name } ist gesperrt. Was er erhalten hatte, ist beendet.
api-user-is-enabled = { $name } darf sich wieder anmelden.
api-user-another = Neuer API-Benutzer
api-user-name = Benutzername
api-user-name-hint = Ein Login für eine Maschine, etwa shop-nightly. Einmalig bei { $realm }.
api-user-purpose = Wofür er ist
api-user-made = Wir machen das Passwort und zeigen es einmal.
api-user-create = API-Benutzer erstellen
api-user-password-title = Das Passwort
api-user-password-of = Das Passwort von <code><bdi>{ $name }</bdi></code>
api-user-password = Passwort
api-user-replaced = Das frühere Passwort gilt seit eben nicht mehr, und was damit erhalten wurde, ist beendet.
api-user-copy-why = Wir bewahren nur einen Fingerabdruck. Geht es verloren, machen Sie ein neues.
application-people-see = Was man sieht, und was sie darf
application-tokens = Ihre Tokens
application-id-token = Was ein ID-Token über Menschen sagt
as-realm = Wie der Realm: { $value }
application-pkce = Muss PKCE benutzen
application-pkce-always = Sie muss PKCE benutzen.
application-factor = Man braucht für sie einen zweiten Faktor
application-factor-always = Hier braucht jeder einen zweiten Faktor.
application-factor-own = Man braucht für sie einen zweiten Faktor. Nur wer den Realm betreibt, kann das ändern.
application-tick-stays = Nur wer den Realm betreibt, kann das zurücknehmen.
application-saved = Die Einstellungen sind gespeichert.
application-saved-hint = Es gilt ab der nächsten Anfrage.
application-developers = Entwickler
application-developers-lead = Gemeinsam besitzen, übergeben
application-developers-hint = Laden Sie jemanden ein, übergeben Sie sie, oder verlassen Sie sie.
danger = Gefahr
application-end-all = Alle Autorisierungen beenden
application-end-all-hint = Jedes Token ist ungültig; Menschen und API-Benutzer melden sich neu an.
application-end-all-link = Beenden…
application-end-all-title = Alle Autorisierungen von <bdi>{ $name }</bdi> beenden?
application-end-all-why = Access-Tokens, die eine API selbst prüft, gelten bis zu ihrem Ende.
application-end-all-button = Beenden
application-ended = Alle ihre Autorisierungen sind beendet.
application-delete = Löschen
application-delete-hint = Sehen Sie zuerst, was nicht mehr ginge.
application-delete-link = Löschen…
application-delete-title = <bdi>{ $name }</bdi> löschen?
application-breaks = Was sofort nicht mehr geht:
application-delete-why = Access-Tokens, die eine API selbst prüft, gelten bis zu ihrem Ende. Ihre API-Benutzer bleiben bei den Entwicklern, die sie gemacht haben.
application-delete-button = Endgültig löschen
application-deleted = { $name } ist gelöscht.
breaks-used = Der letzte Aufruf mit einem Geheimnis kam { $when }.
application-handed-over = { $name } ist übergeben.
application-left = { $name } gehört Ihnen nicht mehr.
developers-own-hint = Alle dürfen alles mit ihr. Wer sie besitzt, sagt, wer sie sind.
you = Sie
developer-owner = Besitzer
developer-since = Seit { $when }
developer-until = Bis { $when }
developer-is-invited = Eingeladen
developer-uninvite = Zurückziehen
developer-uninvited = Die Einladung ist zurückgezogen.
developer-dismiss = Entfernen
developer-dismissed = Die Anwendung gehört ihnen nicht mehr. Sie kennen noch ihre Geheimnisse und Passwörter: machen Sie neue.
developer-leave = Verlassen…
developer-leave-title = Verlassen?
developer-leave-this = <bdi>{ $name }</bdi> verlassen?
developer-leave-why = Sie sehen ihre Geheimnisse, API-Benutzer und Aktivität nicht mehr. API-Benutzer, die Sie für sie gemacht haben, bleiben bei ihr.
developer-leave-heir = <bdi>{ $name }</bdi> besitzt sie dann.
developer-leave-knows = Sie kennen noch ihre Geheimnisse und Passwörter. Lassen Sie die anderen neue machen.
developer-leave-button = Verlassen
developer-stay = Bleiben
developer-hand-over = Übergeben…
developer-hand-over-title = Übergeben?
developer-hand-over-to = <bdi>{ $name }</bdi> an <bdi>{ $to }</bdi> übergeben?
developer-hand-over-why = Sie bekommen Geheimnisse, API-Benutzer und Aktivität. Sie selbst verlieren sie.
developer-hand-over-button = Übergeben
developer-invite = Jemanden einladen
developer-email = E-Mail-Adresse
developer-email-hint = Eines Kontos hier, bestätigt; oder eines, das innerhalb von 14 Tagen entsteht.
developer-invite-hint = Wir schicken einen Brief; die Einladung steht bei ihren Anwendungen.
developer-invite-button = Einladen
developer-invited = { $address } ist eingeladen.
developer-waiting = Einladungen
developer-waiting-by = <bdi>{ $name }</bdi> lädt Sie ein, sie gemeinsam zu besitzen
developer-accept = Annehmen
developer-decline = Ablehnen
invitation-accepted-application = { $name } gehört jetzt auch Ihnen.
invitation-declined = Die Einladung ist abgelehnt.
mail-developer-subject = Eine Anwendung bei { $realm } für Sie
mail-developer-lead = { $name } lädt Sie ein, die Anwendung { $application } bei { $realm } gemeinsam zu besitzen. Die Einladung steht 14 Tage lang bei Ihren Anwendungen.
mail-developer-link = Zu Ihren Anwendungen
mail-developer-not-you = Das sagt Ihnen nichts? Dann beachten Sie diesen Brief nicht.
breaks-authorizations = { $more ->
    [yes] Mehr als { $most } Autorisierungen enden, mit ihren Refresh-Tokens
   *[no] { $count ->
        [0] Keine Autorisierung endet: Es gibt keine
        [one] Eine Autorisierung endet, mit ihrem Refresh-Token
       *[other] { $count } Autorisierungen enden, mit ihren Refresh-Tokens
    }
 }
breaks-secrets = { $count ->
    [0] Kein Geheimnis weist sie aus
    [one] Ein Geheimnis gilt nicht mehr: Aufrufe damit werden abgelehnt
   *[other] { $count } Geheimnisse gelten nicht mehr: Aufrufe damit werden abgelehnt
 }
breaks-api-users = { $count ->
    [0] Kein API-Benutzer gehört zu ihr
    [one] Ein API-Benutzer verliert seine Anwendung
   *[other] { $count } API-Benutzer verlieren ihre Anwendung
 }

## Activity

reason-unknown-client = Keine Anwendung hat diese Client-ID
reason-no-client-authentication = Es wurde keine Client-ID gesendet
reason-secret-missing = Das Geheimnis fehlt
reason-wrong-secret = Ein falsches Geheimnis
reason-removed-secret = Ein entferntes Geheimnis
reason-expired-secret = Ein abgelaufenes Geheimnis
reason-other-auth-method = Das richtige Geheimnis an der falschen Stelle
reason-client-disabled = Die Anwendung ist gesperrt
reason-too-many-attempts = Zu viele Versuche
reason-grant-not-allowed = Ein Grant, den diese Anwendung nicht verwenden darf
reason-public-client = Eine öffentliche Anwendung bekommt kein eigenes Token
reason-unknown-scope = Ein Scope, den es nicht gibt
reason-scope-not-allowed = Ein Scope, den diese Anwendung nicht haben darf
reason-scope-not-granted = Ein Scope, der nicht erlaubt wurde
reason-resource-not-allowed = Eine Ressource, die diese Anwendung nicht verlangen darf
reason-unknown-code = Ein Code, den es nicht gibt
reason-code-of-another = Ein Code einer anderen Anwendung
reason-code-used = Ein Code, der zweimal verwendet wurde
reason-code-expired = Ein Code, der zu alt war
reason-code-ended = Ein Code eines Kontos, das gesperrt oder abgemeldet wurde
reason-other-redirect-uri = Eine andere Redirect-URI als die, mit der der Code verlangt wurde
reason-verifier-missing = PKCE: code_verifier fehlt
reason-verifier-unexpected = PKCE: ein code_verifier ohne code_challenge
reason-verifier-wrong = PKCE: code_verifier passt nicht zu code_challenge
reason-unknown-refresh-token = Ein Refresh-Token, das es nicht gibt
reason-refresh-token-of-another = Ein Refresh-Token einer anderen Anwendung
reason-refresh-token-used = Ein Refresh-Token, das schon verwendet war; seine Erlaubnis wurde beendet, denn jemand könnte es kopiert haben
reason-refresh-token-expired = Ein abgelaufenes Refresh-Token
reason-refresh-token-revoked = Ein widerrufenes Refresh-Token
reason-refresh-token-ended = Ein Refresh-Token eines Kontos, das gesperrt oder abgemeldet wurde
reason-wrong-password = Benutzername und Passwort passen nicht zusammen
reason-second-step-needed = Das Passwort stimmt, aber es sind zwei Schritte nötig
reason-wrong-second-step = Ein Code oder ein Passkey stimmt nicht
reason-redirect-uri = Eine Redirect-URI, die nicht registriert ist
reason-challenge-missing = PKCE: code_challenge fehlt
reason-denied = Die Person hat nicht zugestimmt
reason-sign-in-needed = Niemand war angemeldet, und es sollte keine Seite gezeigt werden
reason-consent-needed = Die Person hatte nicht zugestimmt, und es sollte keine Seite gezeigt werden
reason-invalid-token = Ein Access-Token, das nicht gilt
reason-insufficient-scope = Ein Access-Token ohne den Scope
reason-malformed = Die Anfrage ist nicht zu lesen
reason-unavailable = Der Server konnte nicht antworten
reason-other = Ein anderer Grund
why-removed-secret = Das Geheimnis ist das, das am { $day } entfernt wurde.
why-expired-secret = Das Geheimnis ist das, das am { $day } abgelaufen ist.
why-other-auth-method = Das Geheimnis ist richtig, aber die Anwendung ist für { $what } registriert.
why-grant-not-allowed = Die Anwendung darf den Grant { $what } nicht verwenden.
why-unknown-scope = Es gibt keinen Scope { $what }.
why-scope-not-allowed = Die Anwendung darf den Scope { $what } nicht haben.
why-scope-not-granted = Der Scope { $what } wurde nicht erlaubt.
why-redirect-uri = Die Redirect-URI unterscheidet sich von der registrierten { $how ->
    [last_character] im letzten Zeichen
    [slash_at_end] durch einen Schrägstrich am Ende
    [letter_case] in Groß- und Kleinschreibung
    [scheme] im Schema
    [port] im Port
    [query] in der Abfrage
    [fragment] im Fragment
    [path] im Pfad
    [host] im Rechnernamen
    [nothing_registered] denn es ist keine registriert
   *[other] an mehr als einer Stelle
 }.
why-other-redirect-uri = Die Redirect-URI unterscheidet sich von der des Authorization-Requests { $how ->
    [last_character] im letzten Zeichen
    [slash_at_end] durch einen Schrägstrich am Ende
    [letter_case] in Groß- und Kleinschreibung
    [scheme] im Schema
    [port] im Port
    [query] in der Abfrage
    [fragment] im Fragment
    [path] im Pfad
    [host] im Rechnernamen
    [nothing_registered] denn es ist keine registriert
   *[other] an mehr als einer Stelle
 }.
why-said = { $what }
developers-activity = Aktivität
activity-search = In den Ablehnungen suchen
activity-search-hint = Adresse, Grund, Fehler
activity-last = Letzte { $span }
activity-show = Zeigen
activity-per-hour = Aufrufe je Stunde
activity-per-three-hours = Aufrufe in drei Stunden
activity-per-day = Aufrufe je Tag
activity-per-week = Aufrufe je Woche
activity-in-span = in { $span }, { $refused } abgelehnt
activity-chart-label = Aufrufe der letzten { $span }: höchstens { $most } auf einmal, davon höchstens { $refused } abgelehnt
activity-answered = Beantwortet
activity-refused = Abgelehnt
activity-why = Warum Aufrufe abgelehnt wurden
activity-nothing-refused = In dieser Zeit wurde nichts abgelehnt.
activity-by-call = Was verlangt wurde
activity-call = Aufruf
activity-last-refused = Letzte Ablehnungen
activity-no-secrets = Zeiten in UTC. Geheimnisse und Token werden nie festgehalten.
activity-at = Zuletzt um
activity-times = Anzahl
activity-reason = Grund
activity-from = Von
activity-sent = Gesendet:
activity-registered = Registriert:
activity-none-found = Keine Ablehnung enthält, was Sie suchen.
activity-none-kept = In den letzten 14 Tagen wurde kein Aufruf dieser Anwendung abgelehnt.
activity-kept = Ein Aufruf ist hier innerhalb einer Minute zu sehen. Wir behalten die letzten 25 verschiedenen Ablehnungen, und 25 weitere, die jeder verursachen kann, der die Client-ID kennt.
chart-table = Als Tabelle
chart-time = Zeit
chart-now = jetzt
span-hour = Stunde
span-day = 24 Stunden
span-week = 7 Tage
span-month = 30 Tage
span-year = 12 Monate
number-group = .
reasons-reason = Grund
reasons-share = Anteil
reasons-calls = Aufrufe

## Documents

link-docs = Dokumentation

docs-title = Token holen
docs-lead = So rufen Sie die API von { $realm } auf, Schritt für Schritt. Geschrieben vom Server, nach dem, was er wirklich tut.
docs-console = Entwicklerkonsole
docs-on-this-page = Auf dieser Seite
docs-reference = Nachschlagen
docs-language = Sprache
docs-address = Adresse
docs-days = { $count ->
    [one] 1 Tag
   *[other] { $count } Tage
 }
docs-hours = { $count ->
    [one] 1 Stunde
   *[other] { $count } Stunden
 }
docs-minutes = { $count ->
    [one] 1 Minute
   *[other] { $count } Minuten
 }
docs-seconds = { $count ->
    [one] 1 Sekunde
   *[other] { $count } Sekunden
 }
docs-fact-issuer = Aussteller
docs-fact-token = Token-Endpunkt
docs-fact-access = Zugriffstoken
docs-fact-access-jwt = Ein JWT, mit { $algorithm } unterschrieben, gültig: { $span }
docs-fact-access-opaque = Eine undurchsichtige Zeichenkette, gültig: { $span }
docs-fact-refresh = Refresh-Token
docs-fact-refresh-once = Gültig: { $span }, nur einmal verwendbar
docs-fact-refresh-again = Gültig: { $span }, beliebig oft
docs-fact-refresh-none = Gibt es nicht. Wenn das Zugriffstoken abgelaufen ist, holen Sie ein neues.
docs-fact-code = Autorisierungscode
docs-fact-code-lives = Gültig: { $span }, nur einmal verwendbar
docs-fact-downloads = Für Ihre Werkzeuge
docs-sign-up = Sie brauchen zuerst ein Konto. <a href="{ $url }">Konto anlegen</a>.
docs-developers = Melden Sie Ihre Anwendung in der <a href="{ $url }">Entwicklerkonsole</a> an. Dort bekommen Sie Client-ID und Geheimnis.

docs-code = Eine Person fragen
docs-code-lead = Eine Person meldet sich in ihrem Browser an und erlaubt Ihrer Anwendung, worum sie bittet. Sie bekommen einen Code und tauschen ihn gegen Token.
docs-code-pkce = Erzeugen Sie ein Geheimnis für diese eine Anfrage und seinen Hash (PKCE). Das erste behalten Sie; der zweite kommt in die Adresse.
docs-code-send = Schicken Sie den Browser an diese Adresse. redirect_uri muss genau eine sein, die für Ihre Anwendung eingetragen ist. state kommt zurück, wie Sie es geschickt haben: prüfen Sie es.
docs-code-back = Die Person kommt zu Ihrer redirect_uri zurück, mit code, state und iss in der Adresse. Tauschen Sie den Code ein, solange er gilt: { $span }. Er gilt einmal.
docs-client-credentials = Für Ihre Anwendung fragen
docs-client-credentials-lead = Ihre Anwendung spricht für sich selbst; keine Person ist beteiligt.
docs-password = Mit Namen und Passwort anmelden
docs-password-lead = Schicken Sie Namen und Passwort einmal, und bewahren Sie nur die Token auf.
docs-password-lead-api-user = Mit der Client-ID Ihrer Anwendung und dem Namen und Passwort eines API-Nutzers. Beides legen Sie in der Entwicklerkonsole an.
docs-scope = Mit scope bitten Sie um bestimmte Scopes. Ohne bekommen Sie die, die Ihre Anwendung von sich aus hat.
docs-placeholders = Was markiert ist, ist Ihres: setzen Sie Ihren eigenen Wert ein. Geheimnisse und Token gehören nicht in den Quelltext und gehen niemanden sonst etwas an.

docs-use = Die API aufrufen
docs-use-lead = Setzen Sie das Zugriffstoken bei jeder Anfrage in diese Kopfzeile; ihr Name wird mit z geschrieben. Das Token gilt { $span }.
docs-use-lead-own = Setzen Sie das Zugriffstoken bei jeder Anfrage in diese Kopfzeile. Es gilt { $span }.
docs-use-jwt = Das Token ist ein JWT: drei Teile mit einem Punkt dazwischen. Der zweite Teil ist Base64, und sein Feld exp sagt, wann das Token endet, in Sekunden seit 1970.
docs-refresh = Das Token erneuern
docs-refresh-rotates = Bevor das Zugriffstoken endet ({ $span }). Sie bekommen ein neues Zugriffstoken und ein neues Refresh-Token; das alte gilt nicht mehr, sobald es das neue gibt. Ohne Erneuerung läuft es ab ({ $refresh }): melden Sie sich dann neu an.
docs-refresh-stays = Bevor das Zugriffstoken endet ({ $span }). Sie bekommen ein neues Zugriffstoken; das Refresh-Token bleibt, wie es ist. Es läuft ab ({ $refresh }): melden Sie sich dann neu an.

docs-errors = Wenn es abgelehnt wird
docs-errors-lead = Fehler haben diesen Status und diesen Inhalt. Wo die Kopfzeile Retry-After steht, warten Sie so viele Sekunden.
docs-error-status = Status
docs-error-code = Fehler
docs-error-body = Inhalt
docs-error-advice = Was zu tun ist
docs-error-invalid-request = Ein Parameter fehlt, steht doppelt oder am falschen Ort. Der Text sagt, welcher. Wiederholen Sie nicht denselben Aufruf.
docs-error-invalid-client = Die Client-ID ist unbekannt, oder das Geheimnis ist falsch oder wurde entfernt.
docs-error-invalid-grant = Name oder Passwort ist falsch, oder Code oder Refresh-Token wurde benutzt, ist abgelaufen oder gehört einer anderen Anwendung. Beginnen Sie neu; wiederholen Sie nicht denselben Aufruf.
docs-error-unauthorized-client = Ihre Anwendung darf so nicht fragen. Melden Sie sie dafür an.
docs-error-unsupported-grant-type = Diese Adresse kennt diesen grant_type nicht. Nehmen Sie einen von dieser Seite.
docs-error-invalid-scope = Ein Scope, den es nicht gibt oder den Ihre Anwendung nicht haben darf. Lassen Sie scope weg, um zu bekommen, was sie darf.
docs-error-too-many-requests = Zu viele falsche Versuche. Warten Sie, solange Retry-After sagt.
docs-error-unavailable = Es liegt an uns. Nichts wurde verbraucht; versuchen Sie es nach einer Sekunde noch einmal, dann nach zwei, dann nach vier.
docs-error-invalid-token = Das Zugriffstoken ist abgelaufen oder wurde widerrufen. Erneuern Sie es, oder holen Sie ein neues.

docs-scopes = Scopes
docs-scope-name = Scope
docs-scope-description = Was er erlaubt
docs-personal = Personal Access Tokens
docs-personal-lead = Ein Token für ein eigenes Skript, ohne Anwendung. Es gilt überall, wo ein Zugriffstoken gilt.
docs-personal-how = Öffnen Sie oben rechts Ihr Profil, wählen Sie <a href="{ $url }">Personal Access Tokens</a>, dann Create Token. Geben Sie ihm einen Namen und seine Scopes und drücken Sie Submit. Das Token wird einmal gezeigt. Auf derselben Seite widerrufen oder erneuern Sie es.
docs-personal-lives = Es gilt höchstens { $span }.
docs-verify = Ein Token prüfen
docs-verify-lead = Für APIs, die mit Token dieses Ausstellers aufgerufen werden. An seiner Unterschrift, ohne uns jedes Mal zu fragen; oder durch Nachfrage, die sofort weiß, was widerrufen wurde.
docs-verify-jwks = An seiner Unterschrift
docs-verify-jwks-lead = Die Schlüssel wechseln: holen Sie sie von dieser Adresse, bewahren Sie sie fünf Minuten auf, und holen Sie sie neu, wenn Ihnen eine kid begegnet, die Sie nicht kennen.
docs-verify-introspection = Durch Nachfrage
docs-verify-introspection-lead = Ihre API weist sich aus und erfährt, ob das Token gilt. Bei einem toten oder fremden Token heißt die Antwort active: false, und sonst nichts.
docs-userinfo = Wer es ist
docs-userinfo-lead = Für Token mit dem Scope openid. Was geantwortet wird, hängt von den Scopes profile, email, address und phone ab.
docs-revoke = Ein Token widerrufen
docs-revoke-lead = Wenn Sie es nicht mehr brauchen. Mit einem Refresh-Token statt des Zugriffstokens endet alles, was damit erteilt wurde.
docs-endpoints = Endpunkte
docs-endpoint-what = Was
docs-endpoint-method = Methode
docs-endpoint-address = Adresse
docs-endpoint-authorization = Autorisierung: eine Person erlaubt
docs-endpoint-token = Token
docs-endpoint-introspection = Nachfrage (Introspection)
docs-endpoint-revocation = Widerruf
docs-endpoint-userinfo = Userinfo
docs-endpoint-jwks = Schlüssel (JWKS)
docs-endpoint-metadata = Metadaten

docs-learn = Lernen
docs-run = Hier ausprobieren
docs-run-hint = Schickt diesen Aufruf über diesen Server und zeigt die echte Antwort. Nichts, was Sie hier eingeben, wird aufbewahrt.
docs-run-secret = Client-Geheimnis
docs-run-username = Benutzername
docs-run-password = Passwort
docs-run-password-of = Passwort von { $name }
docs-run-code = Code
docs-run-verifier = Code-Verifier
docs-run-send = Senden
docs-run-took = in { $millis } ms
docs-run-request = Anfrage { $id }
docs-run-impossible = Was Sie eingegeben haben, lässt sich nicht senden: eine Kopfzeile nimmt nur einfache Buchstaben, Ziffern und Zeichen.
docs-run-none = Diese Anwendung darf selbst um kein Token bitten.
docs-own = Mit dem, was { $name } wirklich ist. Geheimnisse werden nie eingesetzt: wir kennen sie nicht mehr.

## Administration

admin-area = Verwaltung
admin-server = Server
admin-realm = Realm
admin-dashboard = Übersicht
admin-realms = Realms
admin-all-realms = Alle Realms
admin-api-call = Als API-Aufruf
admin-api-call-hint = Dazu braucht es ein Token von Ihnen: <a href="{ $address }">Erstellen Sie eines</a> mit dem passenden Scope oder mit <code>all</code>.
admin-pages = Seiten
admin-to-start = Zum Anfang
admin-next = Weiter
admin-search = Suche
admin-show = Zeigen
admin-state = Zustand
admin-active = Aktiv
admin-disabled = Gesperrt
admin-since = Seit
admin-dialect = Dialekt
admin-none-found = Nichts gefunden
admin-relaxed = { $count } gelockert
admin-factor-lead = Wer diesen Server verwaltet, weist sich in zwei Schritten aus. Es dauert etwa eine Minute, einmal.
admin-forbidden = Ihre Rolle erlaubt das hier nicht
admin-forbidden-lead = Ihre Rolle auf diesem Server ist { $role }. Bitten Sie einen Eigentümer, es zu tun oder Ihnen eine andere Rolle zu geben.
admin-forbidden-some = Ihre Rolle in einigen Realms ist { $role }. Bitten Sie einen Eigentümer des ganzen Servers, es zu tun oder Ihnen eine andere Rolle zu geben.
admin-realms-lead = Jeder ist ein Aussteller mit eigenen Personen, Anwendungen, Schlüsseln und Einstellungen. Keiner sieht die eines anderen.
admin-realms-search = Wie sein Name beginnt
admin-realms-none = Kein Realm, den Sie verwalten, hat einen Namen, der so beginnt.
admin-realm-new = Neuer Realm
admin-about = Betrifft
admin-account = Konto
admin-actions = Aktionen
admin-api-user = API-Benutzer
admin-api-user-new = Neuer API-Benutzer
admin-api-users = API-Benutzer
admin-api-users-lead = Zugänge für Maschinen. Keiner meldet sich auf Seiten an.
admin-api-users-none = Noch keine API-Benutzer
admin-api-users-why = Eine Maschine, die Tokens mit einem Passwort holt, braucht einen. Entwickler legen sie neben ihrer Anwendung an.
admin-app = Authenticator-App
admin-application = Anwendung
admin-application-delete-lead = Sie ist endgültig weg: Ihre Aufrufe werden abgelehnt, und alles, was ihr erlaubt wurde, endet. Ihre Client-ID ist wieder frei.
admin-application-disable-lead = Jeder ihrer Aufrufe wird abgelehnt, bis jemand sie freigibt, und was ihr erlaubt wurde, endet.
admin-application-enable-lead = Sie darf wieder Tokens holen. Was endete, kommt nicht zurück.
admin-application-new = Anwendung registrieren
admin-application-new-lead = Was Sie leer lassen, ist wie üblich. Die Namen sind die von RFC 7591.
admin-application-raise-lead = Jedes Token, das sie jetzt hat, ist tot, und jede Erlaubnis ebenso.
admin-applications = Anwendungen
admin-applications-lead = Alles, was bei <bdi>{ $realm }</bdi> Tokens holen darf.
admin-applications-none = Noch keine Anwendungen
admin-applications-not-found = Keine Client-ID beginnt mit <bdi>{ $search }</bdi>.
admin-applications-search = Wie ihre Client-ID beginnt
admin-applications-why = Was Tokens holt, wird zuerst registriert.
admin-as-usual = Wie üblich
admin-at = Wann, UTC
admin-audience = Empfänger (aud)
admin-audit = Protokoll
admin-audit-lead = Wer was bei <bdi>{ $realm }</bdi> getan hat. Es lässt sich nicht ändern und enthält kein Geheimnis.
admin-audit-none = Keine solchen Ereignisse.
admin-audit-subject = Wessen: Sub oder Client-ID
admin-authorization-lead = Ihre Refresh-Tokens gelten ab sofort nicht mehr. Die Anwendung muss die Person neu fragen.
admin-authorization-title = Diese Erlaubnis widerrufen?
admin-authorizations = Erlaubnisse
admin-back = Zurück
admin-by-age = Älteste zuerst
admin-by-name = Nach Namen
admin-change-that = Das ändern
admin-changed = Geändert
admin-changes = Was sich ändert
admin-changes-count = { $count ->
    [one] 1 Einstellung
   *[other] { $count } Einstellungen
 }
admin-changes-lead = Noch ist nichts gespeichert. Danach gilt es binnen einer Sekunde auf jedem Server.
admin-changes-title = Was sich bei <bdi>{ $realm }</bdi> ändert
admin-client-id = Client-ID
admin-client-id-hint = Eine neue, wenn Sie nichts eintragen. Sie ändert sich nie.
admin-clone = Noch einen wie diesen
admin-codes = { $count ->
    [one] 1 Wiederherstellungscode
   *[other] { $count } Wiederherstellungscodes
 }
admin-copied = Ich habe es kopiert
admin-copy-now = Kopieren Sie es jetzt. Es wird nicht noch einmal gezeigt.
admin-copy-why = Geht es verloren, erstellen Sie ein neues.
admin-create = Anlegen
admin-created = Es ist angelegt.
admin-danger = Gefahr
admin-delete = Löschen
admin-delete-title = { $name } löschen?
admin-deleted-done = { $name } ist gelöscht.
admin-device = Gerät
admin-dialect-hint = Das Format der Anfragen. Der Standard sind die RFCs, wie sie geschrieben stehen.
admin-disable = Sperren
admin-disable-title = { $name } sperren?
admin-disabled-done = { $name } ist gesperrt.
admin-discard = Verwerfen
admin-document = Was darüber gesagt ist
admin-edit = Bearbeiten
admin-email = E-Mail
admin-enable = Freigeben
admin-enable-title = { $name } freigeben?
admin-enabled-done = { $name } ist freigegeben.
admin-end = Beenden
admin-end-sessions = Alle Sitzungen beenden
admin-end-sessions-lead = Jeder ihrer Browser wird abgemeldet. Anwendungen, die sie erlaubt haben, laufen weiter.
admin-end-sessions-title = Alle Sitzungen von { $name } beenden?
admin-ends = Endet
admin-ends-on = Endet { $when }
admin-event = Ereignis
admin-events = Ereignisse
admin-every-event = Jedes Ereignis
admin-export = Ausgeben
admin-factors = Zweite Faktoren
admin-factors-none = Nur ein Passwort.
admin-from = Von
admin-grants = Grants
admin-group-access = Access-Tokens und ID-Tokens
admin-group-keys = Schlüssel, Protokoll und der Rest
admin-group-name = Name und Marke
admin-group-refresh = Refresh-Tokens und Erlaubnisse
admin-group-register = Wer ein Konto anlegen, entwickeln und registrieren darf
admin-group-sign-in = Anmelden
admin-invite = Einladen
admin-invite-lead = Sie bekommen einen Link, unter dem sich jemand selbst ein Konto anlegt. Er gilt eine Woche.
admin-invite-make = Link erstellen
admin-invite-person = Jemanden einladen
admin-is = Ist jetzt
admin-is-revoked = Widerrufen
admin-issuer = Aussteller
admin-issuer-hint = Seine Adresse und das <code>iss</code> seiner Tokens. Unter diesem Server, wenn Sie nichts eintragen.
admin-key = Schlüssel
admin-key-announced = Angekündigt
admin-key-current = Aktuell
admin-key-lead = Was er signiert hat, gilt ab sofort nirgends mehr. Ist er der aktuelle, übernimmt sofort ein anderer.
admin-key-retired = Abgelöst
admin-key-revoked = Der Schlüssel ist widerrufen.
admin-key-title = Den Schlüssel { $name } widerrufen?
admin-keys = Schlüssel
admin-keys-all = Alle Schlüssel
admin-keys-by-hand = Schlüssel wechseln nur von Hand.
admin-keys-interval = Alle { $days } Tage ein neuer Schlüssel, { $hours } Stunden vorher angekündigt.
admin-keys-lead = Womit <bdi>{ $realm }</bdi> signiert. Neue Schlüssel werden angekündigt, bevor sie signieren, und bleiben, bis das letzte Token endet.
admin-keys-none = Noch keine Schlüssel. Das erste Token, das einen braucht, legt ihn an.
admin-last-seen = Zuletzt gesehen
admin-last-used = Zuletzt benutzt
admin-leave-it = So lassen
admin-link = Link
admin-lock = Bis { $until }
admin-lock-network = Von <bdi>{ $network }</bdi>, bis { $until }
admin-locks = Wartet nach falschen Passwörtern
admin-make-password = Ein Passwort erstellen und einmal zeigen
admin-make-password-hint = Ohne Passwort meldet sich niemand an, bis es eines gibt.
admin-may-decline = Ablehnbar
admin-meaning = Was es bedeutet
admin-meanwhile = Was andere inzwischen geändert haben
admin-member = Angabe
admin-name = Name
admin-never = nie
admin-no = Nein
admin-none = Keine
admin-nothing-changed = Es würde sich nichts ändern.
admin-now = Jetzt
admin-number = Nummer
admin-password = Passwort
admin-password-done = Das Passwort ist neu.
admin-password-lead = Ein neues Passwort wird erstellt und Ihnen einmal gezeigt. Das jetzige gilt nicht mehr, und mit ihm enden Sitzungen und Erlaubnisse, die darauf beruhen.
admin-password-new = Neues Passwort
admin-password-title = Ein neues Passwort für { $name }?
admin-people = Personen
admin-people-lead = Wer sich bei <bdi>{ $realm }</bdi> anmelden kann.
admin-people-none = Noch niemand
admin-people-not-found = Niemandes Name oder Adresse beginnt mit <bdi>{ $search }</bdi>.
admin-people-read = Personen lesen
admin-people-search = Wie ein Name oder eine E-Mail-Adresse beginnt
admin-people-why = Legen Sie jemandem ein Konto an oder laden Sie dazu ein.
admin-person = Person
admin-person-delete-lead = Es ist endgültig weg, mit allem, was es erlaubt hat. Seine Sub wird nie wieder vergeben.
admin-person-disable-lead = Niemand meldet sich damit an, bis es jemand freigibt. Sitzungen und Tokens enden.
admin-person-enable-lead = Es meldet sich wieder an. Was endete, kommt nicht zurück.
admin-person-new = Neue Person
admin-person-raise-lead = Sitzungen, Erlaubnisse und jedes bis jetzt ausgestellte Access-Token enden.
admin-proof = Weist sich aus durch
admin-public = Öffentlich, kein Geheimnis
admin-raise = Alles bis jetzt ungültig machen
admin-raise-title = Alles von { $name } bis jetzt ungültig machen?
admin-raised-done = Alles von { $name } bis jetzt ist ungültig.
admin-realm-created = Der Realm { $name } ist angelegt.
admin-realm-delete-lead = Er ist endgültig weg, mit allen und allem darin. Sein Aussteller antwortet mit 404.
admin-realm-disable-lead = Er wird nicht mehr bedient, und alle seine Codes, Tokens und Sitzungen enden.
admin-realm-enable-lead = Er wird wieder bedient. Was endete, kommt nicht zurück.
admin-realm-like = Ein Realm wie <bdi>{ $realm }</bdi>
admin-realm-like-lead = Er bekommt Dialekt, Einstellungen und Scopes, aber niemanden und keine Anwendung.
admin-realm-name-hint = a-z, 0-9, - _ und . Er steht in der Adresse und ändert sich nie.
admin-realm-raise-lead = Jedes bis jetzt ausgestellte Token dieses Realms ist tot.
admin-redirects = Kehrt zurück nach
admin-refused = So geht es nicht
admin-register = Registrieren
admin-relaxed-by = Durch die Einstellung <code>{ $setting }</code>
admin-relaxed-by-dialect = Durch den Dialekt
admin-relaxes = Lockert
admin-relaxes-nothing = Nichts ist gegenüber dem Standard gelockert.
admin-relaxes-see = Was, und warum es zählt
admin-relaxes-standard = Lockert den Standard
admin-remove = Entfernen
admin-revoke = Widerrufen
admin-revoked-done = Es ist widerrufen.
admin-rotate = Wechseln
admin-rotate-announced = Einer ist schon angekündigt und signiert ab { $when }.
admin-rotate-now = Jetzt
admin-rotate-now-hint = Falls jemand den jetzigen Schlüssel kennen könnte. APIs, die das JWKS behalten, lehnen Tokens ab, bis sie neu nachsehen.
admin-rotate-title = Einen Schlüssel bei <bdi>{ $realm }</bdi> wechseln?
admin-rotate-wait = Erst angekündigt
admin-rotate-wait-hint = In { $hours } Stunden. Wer prüft, hat ihn bis dahin. Niemand merkt etwas.
admin-rotated = Der Schlüssel { $key } ist erstellt.
admin-save = Speichern
admin-save-count = { $count ->
    [one] 1 Einstellung speichern
   *[other] { $count } Einstellungen speichern
 }
admin-saved = Es ist gespeichert.
admin-scope = Scope
admin-scope-delete-lead = Kein neues Token hat ihn. Tokens, die ihn haben, behalten ihn, bis sie enden.
admin-scope-new = Neuer Scope
admin-scopes = Scopes
admin-scopes-lead = Worum man bei <bdi>{ $realm }</bdi> bitten kann, und mit welchen Worten Personen gefragt werden.
admin-scopes-none = Keine eigenen Scopes
admin-scopes-own = Dieses Realms
admin-scopes-why = Die des Standards, wie openid und profile, hat jeder Realm.
admin-secret = Geheimnis
admin-secret-add = Geheimnis hinzufügen
admin-secret-done = Das Geheimnis ist angelegt.
admin-secret-lead = Ein neues Geheimnis wird erstellt und Ihnen einmal gezeigt. Das neueste der alten gilt weiter, damit Programme nacheinander umgestellt werden können; ältere enden jetzt.
admin-secret-of = Erstellt { $when }
admin-secret-remove-lead = Was es noch benutzt, wird ab der nächsten Anfrage abgelehnt.
admin-secret-remove-title = Ein Geheimnis von { $name } entfernen?
admin-secret-removed = Das Geheimnis ist entfernt.
admin-secret-title = Ein Geheimnis für { $name } hinzufügen?
admin-secrets = Geheimnisse
admin-session-end-lead = Wer dort sitzt, wird abgemeldet.
admin-session-end-title = Diese Sitzung beenden?
admin-session-ended = Die Sitzung ist beendet.
admin-sessions = Sitzungen
admin-sessions-ended = Alle Sitzungen von { $name } sind beendet.
admin-sessions-lead = Browser, die jetzt bei <bdi>{ $realm }</bdi> angemeldet sind, neueste zuerst.
admin-sessions-of = Die Sub einer Person
admin-setting = Einstellung
admin-settings = Einstellungen
admin-settings-lead = Ein Realm geht seinem Dialekt vor, und der Dialekt dem Standard. Leeren Sie ein Feld, damit wieder das Übliche gilt.
admin-settings-saved = { $count ->
    [one] Die Einstellung ist gespeichert.
   *[other] { $count } Einstellungen sind gespeichert.
 }
admin-settings-title = Einstellungen von <bdi>{ $realm }</bdi>
admin-show-all = Alle zeigen
admin-show-changes = Zeigen, was sich ändert
admin-shown-once = Einmal gezeigt
admin-signs-from = Signiert ab
admin-since-day = Seit { $when }
admin-stale = Jemand hat es geändert, seit Sie nachgesehen haben. Gezeigt wird, was jetzt gilt; senden Sie noch einmal, wenn Sie dabei bleiben.
admin-stale-title = Es wurde inzwischen geändert
admin-sub = Sub
admin-sub-hint = Die Kennung, die Anwendungen sehen. Eine neue, wenn Sie nichts eintragen. Sie ändert sich nie.
admin-then = Dann
admin-title = Titel
admin-title-hint = Personen lesen ihn auf jeder Seite.
admin-token = Token
admin-token-lead = Was es benutzt, wird ab der nächsten Anfrage abgelehnt.
admin-token-title = Dieses persönliche Zugriffstoken widerrufen?
admin-tokens = Persönliche Zugriffstokens
admin-type = Tippen Sie <b><bdi>{ $name }</bdi></b>, um fortzufahren
admin-type-fault = Das ist nicht der Name. Tippen Sie ihn, wie er dort steht.
admin-unlock = Wieder versuchen lassen
admin-unlock-lead = Falsche Passwörter von vorher werden vergessen, und die Netze, aus denen sie kamen, dürfen wieder.
admin-unlock-title = { $name } wieder versuchen lassen?
admin-unlocked-done = { $name } darf wieder.
admin-until = Bis
admin-unused = Noch nicht benutzt
admin-unverified = Nicht bestätigt
admin-use = Zweck
admin-used = Benutzt { $when }
admin-username = Benutzername
admin-usual = Üblich: { $value }
admin-verified = Bestätigt
admin-was = War
admin-what = Was
admin-who = Wer
admin-yes = Ja
admin-administrator-lead = Sie bekommen einen Link, den Sie weitergeben. Er gilt einmal, binnen einer Woche. Zuerst richten sie einen zweiten Faktor ein.
admin-administrator-new = Verwalter einladen
admin-administrators = Verwalter
admin-administrators-lead = Wer in diesen Server sehen und wer ihn ändern darf. Alle brauchen einen zweiten Faktor.
admin-all = Alle
admin-built-in = eingebaut
admin-change = Ändern
admin-check = Prüfen
admin-dialect-faults = { $count ->
    [one] 1 Fehler
   *[other] { $count } Fehler
 }
admin-dialect-file = Seine Datei
admin-dialect-new = Neuer Dialekt
admin-dialect-settings = Einstellungen, die er mitbringt
admin-dialect-sound = Daran ist nichts falsch.
admin-dialects = Dialekte
admin-dialects-lead = Formate als Daten. Was einer gegenüber dem Standard lockert, steht hier offen und gilt nur in seinen Realms.
admin-invited = Eingeladen
admin-line = Zeile { $line }, Spalte { $column }
admin-link-ends = Link endet { $when }
admin-nothing = nichts
admin-role = Rolle
admin-role-hint = Eigentümer dürfen alles, Support sieht alles und sperrt, widerruft und setzt zurück, Prüfer sehen nur.
admin-standard = Standard
admin-withdraw = Zurücknehmen
admin-withdraw-lead = Der Link gilt nicht mehr.
admin-withdraw-title = Die Einladung von { $name } zurücknehmen?
admin-withdrawn-done = { $name } ist nicht mehr eingeladen.
admin-you = Sie
admin-reach-named = Nur diese Realms
admin-reach-named-hint = Andere sind nicht einmal zu sehen.
admin-reach-names = Namen von Realms, durch Leerzeichen getrennt
admin-reach-all = Alle Realms
admin-reach-all-hint = Die von heute und alle künftigen. Wem alle Realms gehören, der bestimmt, wer verwaltet.
admin-program = Programm
admin-passkey = Passkey
admin-factors-reset = Alle entfernen
admin-factors-title = Alle zweiten Faktoren von { $name } entfernen?
admin-factors-lead = Authenticator-App, Passkeys und Wiederherstellungscodes verschwinden. Danach genügt das Passwort. Prüfen Sie also zuerst, ob wirklich diese Person darum bittet.
admin-factors-done = Die zweiten Faktoren von { $name } sind entfernt.
admin-empty-list = Schreiben Sie [] für eine Liste, in der nichts steht.
admin-mail = E-Mails
admin-mail-lead = Briefe, die noch warten, und solche, die aufgegeben wurden. Sie sind versiegelt: Für wen sie sind, ist nicht zu sehen.
admin-mail-letters = Briefe
admin-mail-none = Kein Brief wartet.
admin-mail-waits = Wartet
admin-mail-given-up = Aufgegeben
admin-mail-written = Geschrieben
admin-mail-attempts = Versuche
admin-mail-next = Nächster Versuch { $when }
admin-mail-again = Noch einmal versuchen
admin-mail-again-title = Diesen Brief noch einmal senden?
admin-mail-again-lead = Er wird gesendet, sobald der Mailserver ihn nimmt. Was darin steht, etwa ein Link, kann inzwischen abgelaufen sein.
admin-mail-again-done = Der Brief wird noch einmal gesendet.
admin-dialect-stale = Jemand hat diesen Dialekt geändert, seit Sie nachgesehen haben. Erst steht die Datei von jetzt, dann Ihre. Wenn Sie speichern, tritt Ihre an ihre Stelle.
admin-dialect-stored = Die Datei, wie sie jetzt ist
admin-dialect-delete-lead = Er verschwindet endgültig. Das geht nur, solange kein Realm ihn spricht.
admin-is-role = { $role ->
    [owner] Eigentümer
    [support] Support
   *[auditor] Prüfer
 }
dashboard-lead = Alle Realms dieses Servers.
dashboard-lead-named = Die Realms, die Sie erreichen.
dashboard-tokens-per-minute = Token je Minute
dashboard-refused-share = Abgelehnt
dashboard-sign-ins = Anmeldungen
dashboard-p99 = p99 der Token-Aufrufe
dashboard-by-grant = Token je Minute, nach Grant
dashboard-refresh-token = Refresh-Token
dashboard-client-credentials = Client Credentials
dashboard-password = Passwort
dashboard-authorization-code = Authorization Code
dashboard-succeeded = Gelungen
dashboard-latency = Zeit bis zur Antwort auf einen Token-Aufruf
dashboard-at-p99 = bei p99
dashboard-authorizations = Lebende Erlaubnisse
dashboard-database = Datenbank
dashboard-label = { $title } in den letzten { $span }: von { $least } bis { $most }
dashboard-lately = zuletzt
dashboard-refusals = Ablehnungen nach Grund
dashboard-servers = Server
dashboard-server = Server
dashboard-version = Version
admin-health = Zustand
health-lead = Was ein Server im Betrieb von der Installation sieht. jeton doctor sieht auch in den Datenordner.
health-again = Noch einmal nachsehen
health-sum = { $failures ->
    [0] { $warnings ->
        [0] Alles ist in Ordnung
        [one] { $warnings } Warnung, kein Fehler
       *[other] { $warnings } Warnungen, kein Fehler
     }
    [one] { $failures } Fehler, { $warnings } Warnungen
   *[other] { $failures } Fehler, { $warnings } Warnungen
 }
health-fail = Fehler
health-warn = Warnung
health-fine = In Ordnung
