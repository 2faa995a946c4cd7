//! A mail server that takes our letters: by TLS, unless it is on this machine.

use std::{net::IpAddr, time::Duration};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};
use url::Url;

use super::Letter;

/// A mail server, and the address that letters come from.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: lettre::Address,
    /// For messages: no user, no password.
    place: String,
}

/// Why a letter was not taken.
#[derive(Debug)]
pub struct SmtpFault {
    pub words: String,
    /// Trying again will not help.
    pub for_good: bool,
}

/// What a server says of our own account with it, and not of the letter (RFC 4954 §6): once that is mended, the letter is
/// taken.
const OURS: [u16; 4] = [530, 534, 535, 538];

/// A mail server that does not answer for this long is tried again later.
const PATIENCE: Duration = Duration::from_secs(30);

impl Smtp {
    /// `smtps://USER:PASSWORD@HOST` (TLS from the start, port 465) or `smtp://…` (STARTTLS, port 587). Only
    /// a server on this machine may be spoken to without TLS.
    ///
    /// # Errors
    /// What is wrong and what to write instead; never the password.
    pub fn new(url: &str, from: &str) -> Result<Self, String> {
        let wrong = || "the SMTP address is not understood; write smtps://USER:PASSWORD@HOST, or smtp://HOST:PORT".to_owned();
        let url = Url::parse(url).map_err(|_| wrong())?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(wrong)?.to_owned();
        // A scheme that browsers do not know leaves its host as it was written.
        let literal = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let local = literal == "localhost" || literal.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let tls = |wrap: fn(TlsParameters) -> Tls| {
            TlsParameters::new_rustls(literal.clone()).map(wrap).map_err(|error| format!("TLS cannot be spoken: {error}"))
        };
        let (tls, port) = match url.scheme() {
            "smtps" => (tls(Tls::Wrapper)?, 465),
            "smtp" if local => (Tls::None, 25),
            "smtp" => (tls(Tls::Required)?, 587),
            _ => return Err(wrong()),
        };
        let port = url.port().unwrap_or(port);
        let mut builder =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(literal.clone()).port(port).tls(tls).timeout(Some(PATIENCE));
        if !url.username().is_empty() {
            let decoded = |text: &str| percent_decoded(text).ok_or_else(wrong);
            builder = builder.credentials(Credentials::new(decoded(url.username())?, decoded(url.password().unwrap_or_default())?));
        }
        let from =
            from.parse().map_err(|_| format!("{from:?} is no address that mail can come from; write such as no-reply@example.com"))?;
        Ok(Self { transport: builder.build(), from, place: format!("{}://{host}:{port}", url.scheme()) })
    }

    /// # Errors
    /// When the server did not take it, in its words, but for whom it was for.
    pub async fn send(&self, letter: &Letter) -> Result<(), SmtpFault> {
        let words = |error: &dyn std::fmt::Display| without_addresses(&error.to_string(), &letter.to);
        let fault = |error: &dyn std::fmt::Display| SmtpFault { words: words(error), for_good: true };
        let to: lettre::Address = letter.to.parse().map_err(|error| fault(&error))?;
        let message = Message::builder()
            .from(Mailbox::new(Some(letter.from.clone()), self.from.clone()))
            .to(Mailbox::new(None, to))
            .subject(letter.subject.clone())
            .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
            .map_err(|error| fault(&error))?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let ours = error.status().is_some_and(|code| OURS.contains(&u16::from(code)));
                Err(SmtpFault { for_good: error.is_permanent() && !ours, words: words(&error) })
            }
        }
    }
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Smtp").field(&self.place).finish()
    }
}

/// A mail server's words without anybody's address: they are kept and logged, and letters are sealed.
pub(crate) fn without_addresses(words: &str, to: &str) -> String {
    let (to, words) = (to.to_lowercase(), words.replace(['\r', '\n'], " "));
    let (name, host) = to.rsplit_once('@').unwrap_or((&to, ""));
    let tells = |word: &str| {
        let word = word.to_lowercase();
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.contains('@') || word.contains("%40") || word.contains("=40") || bare == name || word.contains(name) && word.contains(host)
    };
    words.split_whitespace().map(|word| if tells(word) { "(address)" } else { word }).collect::<Vec<_>>().join(" ")
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        rest = tail;
        let mut decoded = *byte;
        if *byte == b'%' {
            let (digits, tail) = rest.split_first_chunk::<2>()?;
            decoded = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
            rest = tail;
        }
        bytes.push(decoded);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader, Write},
        net::TcpListener,
        thread,
    };

    use super::{Letter, Smtp};

    /// A mail server that answers whoever says who a letter is from with `reply`.
    fn answering(reply: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let mut say = |words: &str| stream.write_all(format!("{words}\r\n").as_bytes()).unwrap();
            say("220 mail.example.com ESMTP");
            while let Some(Ok(line)) = lines.next() {
                match line.split(' ').next().unwrap_or_default() {
                    "EHLO" | "HELO" => say("250 mail.example.com"),
                    "MAIL" => say(reply),
                    "QUIT" => return say("221 bye"),
                    _ => say("250 fine"),
                }
            }
        });
        format!("smtp://127.0.0.1:{port}")
    }

    #[tokio::test]
    async fn a_fault_of_our_own_account_is_tried_again_and_one_of_the_letter_is_not() {
        let letter = Letter {
            to: "ann@example.com".into(),
            from: "Acme".into(),
            subject: "Hello".into(),
            text: "Hello".into(),
            html: "<p>Hello</p>".into(),
        };
        for (reply, for_good) in [
            ("530 5.7.0 authentication required", false),
            ("534 5.7.9 authentication mechanism is too weak", false),
            ("535 5.7.8 authentication credentials invalid", false),
            ("538 5.7.11 encryption required", false),
            ("451 4.7.1 later", false),
            ("550 5.1.1 no such mailbox", true),
            ("552 5.3.4 too large", true),
        ] {
            let fault = Smtp::new(&answering(reply), "no-reply@example.com").unwrap().send(&letter).await.unwrap_err();
            assert_eq!(fault.for_good, for_good, "{reply}: {}", fault.words);
        }
    }

    /// A fault is kept beside a sealed letter, and logged.
    #[tokio::test]
    async fn what_a_server_says_tells_nobodys_address() {
        let letter = Letter {
            to: "Ann.Smith@example.com".into(),
            from: "Acme".into(),
            subject: "Hello".into(),
            text: "Hello".into(),
            html: "<p>Hello</p>".into(),
        };
        for reply in [
            "550 5.1.1 <ann.smith@example.com>: no such mailbox",
            "550 5.1.1 ann.smith: no such mailbox",
            "550 5.1.1 no such mailbox, mail from=ann.smith=example.com",
            "550 5.1.1 \"Ann.Smith\"@Example.COM has no such mailbox",
        ] {
            let fault = Smtp::new(&answering(reply), "no-reply@example.com").unwrap().send(&letter).await.unwrap_err();
            let words = fault.words.to_lowercase();
            assert!(words.contains("no such mailbox") && words.contains("5.1.1"), "{reply}: {words}");
            assert!(!words.contains("ann.smith") && !words.contains("@example"), "{reply}: {words}");
        }
    }

    #[tokio::test]
    async fn a_mail_server_is_named_by_an_address_that_shows_no_password() {
        for (url, place) in [
            ("smtps://mailer:hush%2Fhush@mail.example.com", "smtps://mail.example.com:465"),
            ("smtp://mail.example.com", "smtp://mail.example.com:587"),
            ("smtp://127.0.0.1:2525", "smtp://127.0.0.1:2525"),
        ] {
            let smtp = Smtp::new(url, "no-reply@example.com").unwrap();
            assert_eq!(format!("{smtp:?}"), format!("Smtp({place:?})"));
        }
    }

    #[test]
    fn what_is_no_mail_server_is_refused_without_its_password() {
        for url in ["mail.example.com", "http://hush@mail.example.com", "smtp://", "smtp:hush", "smtp://a:%zz@hush.example"] {
            let words = Smtp::new(url, "no-reply@example.com").unwrap_err();
            assert!(words.contains("smtps://USER:PASSWORD@HOST") && !words.contains("hush"), "{url}: {words}");
        }
        assert!(Smtp::new("smtp://localhost", "nobody").unwrap_err().contains("no-reply@example.com"));
    }
}
