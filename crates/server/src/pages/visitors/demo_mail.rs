//! The demo's mail: what the realms have sent, for whoever tries them.

use axum::response::Response;
use http::{StatusCode, request::Parts};
use serde::Serialize;

use crate::{
    app::App,
    failure::Failure,
    mail::{self, Transport},
    pages::frame::{Frame, View},
    respond::not_found,
};

/// Letters that are shown.
const MOST: usize = 50;

#[derive(Serialize)]
struct DemoMail {
    letters: Vec<Letter>,
}

#[derive(Serialize)]
struct Letter {
    to: String,
    subject: String,
    at: i64,
    /// The text, cut where its links are.
    parts: Vec<Part>,
}

/// Words, or an address to follow.
#[derive(Serialize)]
struct Part {
    text: String,
    link: bool,
}

impl View for DemoMail {
    const TEMPLATE: &'static str = "visitors/demo_mail.html";
}

/// GET, in a demo alone: its secrets are known to everybody.
pub fn demo_mail(app: &App, parts: &Parts) -> Result<Response, Failure> {
    let (Some(_), Transport::Folder(folder)) = (&app.demo, &app.outbox.transport) else { return Err(not_found().into()) };
    let letters = mail::kept(folder, MOST).into_iter().map(|kept| Letter {
        to: kept.to,
        subject: kept.subject,
        at: kept.at,
        parts: cut(&kept.text, app.realms.public_url()),
    });
    let view = DemoMail { letters: letters.collect() };
    Frame::new(app, None, &parts.headers, &parts.uri, &parts.method).render(StatusCode::OK, &view)
}

/// Lines that are addresses of this server become links; nothing else does.
fn cut(text: &str, own: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for line in text.split_inclusive('\n') {
        let address = line.trim();
        let link = address.strip_prefix(own).is_some_and(|rest| rest.starts_with('/')) && !address.contains(char::is_whitespace);
        match parts.last_mut() {
            Some(last) if !link && !last.link => last.text.push_str(line),
            _ if link => {
                parts.push(Part { text: address.to_owned(), link });
                parts.push(Part { text: "\n".to_owned(), link: false });
            }
            _ => parts.push(Part { text: line.to_owned(), link }),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn own_addresses_on_lines_of_their_own_are_links() {
        let text =
            "Hello\n\nOpen it:\nhttp://localhost:1/volt/reset-password?token=x\n\nhttp://evil.example/\nhttp://localhost:1.evil.example/";
        let parts = cut(text, "http://localhost:1");
        let links: Vec<_> = parts.iter().filter(|part| part.link).map(|part| part.text.as_str()).collect();
        assert_eq!(links, ["http://localhost:1/volt/reset-password?token=x"]);
        assert_eq!(parts.iter().map(|part| part.text.as_str()).collect::<String>(), text);
    }
}
