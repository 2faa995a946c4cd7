//! One refusal as it is kept for those who own the application.

use std::{borrow::Cow, net::IpAddr};

use serde::{Deserialize, Serialize};

use super::{Call, Reason};
use crate::{ClientKey, RealmId, Timestamp, manage::readable};

/// What a reason speaks of, as far as it is no secret: short, and to be shown as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    /// A scope, a grant, methods, or the words of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// When it was removed, or ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// By which a redirect URI differs from the nearest one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<String>,
    /// What was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<String>,
    /// What would have been right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered: Option<String>,
}

impl About {
    /// It speaks of this.
    pub fn what(what: &str) -> Self {
        Self { what: Some(readable(what)), ..Self::default() }
    }

    /// It speaks of a time.
    pub fn at(at: Timestamp) -> Self {
        Self { at: Some(at), ..Self::default() }
    }

    /// Where `sent` differs from that of `registered` which is nearest to it.
    pub fn redirect_uri<'a>(sent: &str, registered: impl Iterator<Item = &'a str>) -> Self {
        let nearest = super::difference(sent, registered);
        let without_values = |uri: &str| readable(&without_values(uri));
        Self {
            difference: Some(nearest.as_ref().map_or("nothing_registered", |(difference, _)| difference.as_str()).to_owned()),
            sent: Some(without_values(sent)),
            registered: nearest.map(|(_, registered)| without_values(registered)),
            ..Self::default()
        }
    }
}

/// A URI whose query and fragment keep their names alone: the values may be somebody's.
fn without_values(uri: &str) -> String {
    let mut out = String::with_capacity(uri.len());
    let mut is_value = false;
    for letter in uri.chars() {
        match letter {
            '?' | '#' | '&' => {
                is_value = false;
                out.push(letter);
            }
            '=' if !is_value && out.contains(['?', '#']) => {
                is_value = true;
                out.push_str("=…");
            }
            letter if !is_value => out.push(letter),
            _ => {}
        }
    }
    out
}

/// A refusal of an application that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Where the client is.
    pub realm: RealmId,
    /// Whose call it was.
    pub client: ClientKey,
    /// What was asked for.
    pub call: Call,
    /// Why not.
    pub reason: Reason,
    /// What was answered.
    pub error: Cow<'static, str>,
    /// What the reason speaks of.
    pub about: About,
    /// The caller showed what the client alone has. Others, who know no more than a `client_id`, stand apart, so that
    /// they drive out nothing else.
    pub proved: bool,
    /// Where it came from, where that is known.
    pub address: Option<IpAddr>,
    /// When first.
    pub at: Timestamp,
    /// When last.
    pub last_at: Timestamp,
    /// How often.
    pub times: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_uri_is_told_without_the_values_of_its_query() {
        for (sent, told) in [
            ("https://shop.example/a=b?token=secret&to=/home?x=y#id=3", "https://shop.example/a=b?token=…&to=…?x=…#id=…"),
            ("com.example:/back", "com.example:/back"),
            ("https://shop.example/?", "https://shop.example/?"),
        ] {
            assert_eq!(About::redirect_uri(sent, [].into_iter()).sent.as_deref(), Some(told));
        }
    }
}
