//! Which language and appearance a page has, and the cookies that keep a choice of them.

use cookie::{Cookie, SameSite, time::Duration};
use http::{HeaderMap, HeaderValue, header};
use jeton_oauth::model::Realm;
use url::form_urlencoded;

use crate::{
    cookies,
    page_parts::texts::{Language, Texts},
};

const LANGUAGE: &str = "jeton-language";
const THEME: &str = "jeton-theme";

/// Longer lists of languages tell nothing more.
const MOST_LANGUAGES: usize = 16;

/// What the application asks for (`ui_locales`), what was chosen on a page, what the browser prefers.
pub fn language(texts: &Texts, headers: &HeaderMap, query: &str) -> Language {
    let asked = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "ui_locales").map(|(_, value)| value.into_owned());
    let chosen = cookies::cookie(headers, LANGUAGE);
    let preferred = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).map(by_weight).unwrap_or_default();
    asked
        .and_then(|asked| texts.find(asked.split(' ').take(MOST_LANGUAGES)))
        .or_else(|| texts.find(chosen.as_deref()))
        .or_else(|| texts.find(preferred))
        .unwrap_or_else(|| texts.standard())
}

/// `data-theme`; none where the system's own is wanted.
pub fn theme(headers: &HeaderMap) -> Option<&'static str> {
    match cookies::cookie(headers, THEME)?.as_str() {
        "light" => Some("light"),
        "dark" => Some("dark"),
        _ => None,
    }
}

/// The cookie that keeps a chosen language for a year.
pub fn language_cookie(realm: &Realm, code: &str) -> HeaderValue {
    cookie(realm, LANGUAGE, code)
}

/// The cookie that keeps a chosen appearance for a year.
pub fn theme_cookie(realm: &Realm, theme: &str) -> HeaderValue {
    cookie(realm, THEME, theme)
}

fn cookie(realm: &Realm, name: &'static str, value: &str) -> HeaderValue {
    let cookie = Cookie::build((name, value.to_owned()))
        .path("/")
        .http_only(true)
        .secure(realm.issuer.starts_with("https://"))
        .same_site(SameSite::Lax)
        .max_age(Duration::days(365))
        .build();
    HeaderValue::try_from(cookie.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The tags of `Accept-Language`, the most wanted first (RFC 9110 §12.5.4).
fn by_weight(text: &str) -> Vec<&str> {
    let mut tags: Vec<(&str, f32)> = text
        .split(',')
        .take(MOST_LANGUAGES)
        .filter_map(|part| {
            let (tag, weight) = part.split_once(';').unwrap_or((part, ""));
            let weight = weight.trim().strip_prefix("q=").map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
            (weight > 0.0).then_some((tag.trim(), weight))
        })
        .collect();
    tags.sort_by(|a, b| b.1.total_cmp(&a.1));
    tags.into_iter().map(|(tag, _)| tag).collect()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::{by_weight, language};
    use crate::page_parts::texts::Texts;

    #[test]
    fn the_application_asks_the_person_chooses_the_browser_prefers() {
        let texts = Texts::built_in();
        let headers = |cookie: &'static str, preferred: &'static str| {
            let pairs = [(header::COOKIE, cookie), (header::ACCEPT_LANGUAGE, preferred)];
            pairs.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect::<HeaderMap>()
        };
        for (query, cookie, preferred, spoken) in [
            ("", "", "de", "de"),
            ("", "", "fr, de;q=0.8, en;q=0.9", "en"),
            ("", "", "de;q=0, fr", "en"),
            ("", "jeton-language=de", "en", "de"),
            ("", "jeton-language=xx", "de", "de"),
            ("ui_locales=tlh+de-AT", "jeton-language=en", "en", "de"),
            ("ui_locales=tlh", "jeton-language=de", "en", "de"),
        ] {
            assert_eq!(texts.code(language(&texts, &headers(cookie, preferred), query)), spoken, "{query} {cookie} {preferred}");
        }
    }

    #[test]
    fn weights_order_what_is_wanted() {
        assert_eq!(by_weight("a;q=0.1, b, c;q=0.5, d;q=x"), ["b", "c", "a"]);
    }
}
