//! A letter, written: subject, plain text, and the same as HTML.

use jeton_oauth::model::Realm;
use minijinja::context;
use serde::{Deserialize, Serialize};

use crate::page_parts::{
    Pages,
    texts::{Language, Text, text},
};

/// What is sent. **Invariant**: no line break stands in `to`, `from` or `subject`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub to: String,
    /// Whose name it bears: the realm's.
    pub from: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// What a letter says, in no language yet.
#[derive(Clone, Debug)]
pub struct Words {
    pub subject: Text,
    pub paragraphs: Vec<Text>,
    /// A button's text, and the whole address that it leads to.
    pub link: Option<(Text, String)>,
    /// Below the link: what to do if it was not you.
    pub end: Vec<Text>,
}

impl Letter {
    /// # Errors
    /// When an operator's own template cannot be rendered.
    pub fn write(pages: &Pages, realm: &Realm, language: Language, to: &str, words: &Words) -> Result<Self, minijinja::Error> {
        let texts = &pages.texts;
        let say = |one: &Text| texts.say(language, one);
        let said = |all: &[Text]| all.iter().map(say).collect::<Vec<_>>();
        let (paragraphs, end) = (said(&words.paragraphs), said(&words.end));
        let link = words.link.as_ref().map(|(label, address)| (say(label), address.clone()));
        let sender = texts.say(language, &text("mail-sender").with("realm", realm.title()));
        let mut parts = paragraphs.clone();
        parts.extend(link.as_ref().map(|(label, address)| format!("{label}:\n{address}")));
        parts.extend(end.iter().cloned());
        parts.push(format!("{sender}\n{}", realm.issuer));
        let subject = one_line(&say(&words.subject));
        let html = pages.templates.get_template("mail/letter.html").and_then(|template| {
            template.render(context! {
                language => texts.code(language), direction => texts.say(language, &text("direction")), subject => subject.clone(),
                paragraphs => paragraphs, label => link.as_ref().map(|(label, _)| label.clone()), address => link.as_ref().map(|(_, address)| address.clone()),
                end => end.clone(), sender => sender.clone(), issuer => realm.issuer.clone(),
            })
        })?;
        // A slash means nothing in text and attributes, so addresses stay whole for whoever reads the source.
        let html = html.replace("&#x2f;", "/");
        Ok(Self { to: one_line(to), from: one_line(realm.title()), subject, text: parts.join("\n\n") + "\n", html })
    }
}

/// Headers of a letter have no line breaks, whatever a realm is called.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn a_header_is_one_line_whatever_it_is_made_of() {
        assert_eq!(one_line("Acme\r\nBcc: eve@example.com\u{2028}\0x"), "Acme  Bcc: eve@example.com  x");
    }
}
