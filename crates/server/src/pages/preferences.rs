//! Which language and appearance a page has, and the form that chooses them.

use axum::response::Response;
use cookie::{Cookie, SameSite, time::Duration};
use http::{HeaderMap, HeaderValue, header};
use jeton_oauth::{OAuthError, model::Realm};
use url::form_urlencoded;

use super::{
    frame::Frame,
    pending::Sealed,
    texts::{Language, Texts},
    visitors,
};
use crate::{app::App, failure::Failure, incoming::Incoming, session};

const LANGUAGE: &str = "jeton-language";
const THEME: &str = "jeton-theme";

/// Longer lists of languages tell nothing more.
const MOST_LANGUAGES: usize = 16;

/// What the application asks for (`ui_locales`), what was chosen on a page, what the browser prefers.
pub fn language(texts: &Texts, headers: &HeaderMap, query: &str) -> Language {
    let asked = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "ui_locales").map(|(_, value)| value.into_owned());
    let chosen = session::cookie(headers, LANGUAGE);
    let preferred = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).map(by_weight).unwrap_or_default();
    asked
        .and_then(|asked| texts.find(asked.split(' ').take(MOST_LANGUAGES)))
        .or_else(|| texts.find(chosen.as_deref()))
        .or_else(|| texts.find(preferred))
        .unwrap_or_else(|| texts.standard())
}

/// `data-theme`; none where the system's own is wanted.
pub fn theme(headers: &HeaderMap) -> Option<&'static str> {
    match session::cookie(headers, THEME)?.as_str() {
        "light" => Some("light"),
        "dark" => Some("dark"),
        _ => None,
    }
}

/// POST: keeps a choice for a year, and leads back to where it was made.
///
/// # Errors
/// For a choice that there is not.
pub async fn choose(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let form = incoming.page_form()?;
    let realm = &incoming.scene.realm;
    let texts = &app.pages.texts;
    let language = form.get("language").map(|code| texts.find([code]).ok_or_else(|| unknown("language"))).transpose()?;
    let theme = match form.get("theme") {
        None => None,
        Some("auto") => Some("auto"),
        Some("light") => Some("light"),
        Some("dark") => Some("dark"),
        Some(_) => return Err(unknown("theme").into()),
    };
    let mut response = match form.get("request") {
        // Nobody is signed in: the request is in the page's hands, so the page comes again at once.
        Some(sealed) => {
            let mut pending = Sealed::open(app, &incoming.scene, sealed)?;
            if let Some(language) = language {
                pending.asked.ui_locales = Some(texts.code(language).to_owned());
            }
            visitors::ask(app, incoming, Some(&pending)).await?
        }
        None => {
            let path = form.get("return").filter(|path| path.starts_with('/')).unwrap_or("/account");
            let path = match language {
                Some(language) => speaking(path, texts.code(language)),
                None => path.to_owned(),
            };
            Frame::of(app, incoming).back_to(&path, None)
        }
    };
    let language = language.map(|language| (LANGUAGE, texts.code(language)));
    for (name, value) in language.into_iter().chain(theme.map(|theme| (THEME, theme))) {
        response.headers_mut().append(header::SET_COOKIE, cookie(realm, name, value));
    }
    Ok(response)
}

/// A path whose `ui_locales`, if it has any, is the chosen language: the choice comes after the wish.
fn speaking(path: &str, code: &str) -> String {
    let Some((path, query)) = path.split_once('?') else { return path.to_owned() };
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some(("ui_locales", _)) => format!("ui_locales={code}"),
        _ => pair.to_owned(),
    });
    format!("{path}?{}", pairs.collect::<Vec<_>>().join("&"))
}

fn unknown(what: &'static str) -> OAuthError {
    OAuthError::invalid_request(format!("{what} is none of those that the page offers"))
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

    use super::{by_weight, language, speaking};
    use crate::pages::texts::Texts;

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
    fn a_choice_comes_after_the_wish_of_the_application() {
        assert_eq!(speaking("/consent?request=x&ui_locales=en", "de"), "/consent?request=x&ui_locales=de");
        assert_eq!(speaking("/account", "de"), "/account");
    }

    #[test]
    fn weights_order_what_is_wanted() {
        assert_eq!(by_weight("a;q=0.1, b, c;q=0.5, d;q=x"), ["b", "c", "a"]);
    }
}
