//! By what a redirect URI differs from the registered one, in a word that tells where to look.

use url::Url;

macro_rules! differences {
    ($($(#[$doc:meta])* $name:ident = $text:literal),* $(,)?) => {
        /// Where two redirect URIs differ.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Difference { $($(#[$doc])* $name),* }

        impl Difference {
            /// The nearest first.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As it is written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

// The first is the nearest.
differences! {
    /// One character at the end is another, missing or too much.
    LastCharacter = "last_character",
    /// A slash at the end more, or less.
    SlashAtEnd = "slash_at_end",
    /// Upper case for lower case.
    LetterCase = "letter_case",
    /// `http` for `https`, or the like.
    Scheme = "scheme",
    /// The port alone.
    Port = "port",
    /// What follows the `?`.
    Query = "query",
    /// What follows the `#`.
    Fragment = "fragment",
    /// What follows the host.
    Path = "path",
    /// The host alone.
    Host = "host",
    /// More than one part.
    Everything = "everything",
}

/// The registered URI that is nearest to what was sent, and by what it differs; `None` where none is registered.
pub fn difference<'a>(sent: &str, registered: impl Iterator<Item = &'a str>) -> Option<(Difference, &'a str)> {
    registered.map(|own| (between(sent, own), own)).min_by_key(|(difference, own)| (*difference, own.len().abs_diff(sent.len())))
}

fn between(sent: &str, own: &str) -> Difference {
    if sent.strip_suffix('/') == Some(own) || own.strip_suffix('/') == Some(sent) {
        return Difference::SlashAtEnd;
    }
    if but_last(sent) == but_last(own) || but_last(sent) == own || sent == but_last(own) {
        return Difference::LastCharacter;
    }
    if sent.eq_ignore_ascii_case(own) {
        return Difference::LetterCase;
    }
    let (Ok(a), Ok(b)) = (Url::parse(sent), Url::parse(own)) else { return Difference::Everything };
    let parts = [
        (Difference::Scheme, a.scheme() == b.scheme()),
        (Difference::Host, a.host_str() == b.host_str()),
        // A scheme brings its port along.
        (Difference::Port, a.port() == b.port()),
        (Difference::Path, a.path() == b.path()),
        (Difference::Query, a.query() == b.query()),
        (Difference::Fragment, a.fragment() == b.fragment()),
    ];
    let mut others = parts.iter().filter(|(_, same)| !same);
    match (others.next(), others.next()) {
        (Some((only, _)), None) => *only,
        _ if a.host_str() == b.host_str() && a.host_str().is_some() => Difference::Path,
        _ => Difference::Everything,
    }
}

fn but_last(text: &str) -> &str {
    let mut characters = text.chars();
    characters.next_back();
    characters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_of_the_registered_ones_says_where_to_look() {
        let own = "https://shop.example/callback";
        for (sent, expected) in [
            ("https://shop.example/callbac", Difference::LastCharacter),
            ("https://shop.example/callbacK", Difference::LastCharacter),
            ("https://shop.example/callbacks", Difference::LastCharacter),
            ("https://shop.example/callback/", Difference::SlashAtEnd),
            ("https://shop.example/Callback", Difference::LetterCase),
            ("http://shop.example/callback", Difference::Scheme),
            ("https://shop.example:8443/callback", Difference::Port),
            ("https://shop.example/callback?a=b", Difference::Query),
            ("https://shop.example/callback#a", Difference::Fragment),
            ("https://shop.example/return", Difference::Path),
            ("https://evil.example/callback", Difference::Host),
            ("http://evil.example/else", Difference::Everything),
            ("no uri", Difference::Everything),
        ] {
            let all = ["com.example.app:/x", own];
            assert_eq!(difference(sent, all.into_iter()).map(|found| found.0), Some(expected), "{sent}");
        }
        assert_eq!(difference("https://a.example", [].into_iter()), None);
    }
}
