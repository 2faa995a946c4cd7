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
