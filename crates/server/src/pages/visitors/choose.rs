//! The form at the foot of every page that chooses a language and an appearance.

use axum::response::Response;
use http::header;
use jeton_oauth::OAuthError;

use super::sign_in::ask;
use crate::{
    app::App,
    failure::Failure,
    incoming::Incoming,
    pages::{frame::Frame, pending::Sealed, preferences},
};

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
            ask(app, incoming, Some(&pending)).await?
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
    let language = language.map(|language| preferences::language_cookie(realm, texts.code(language)));
    for cookie in language.into_iter().chain(theme.map(|theme| preferences::theme_cookie(realm, theme))) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
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

#[cfg(test)]
mod tests {
    use super::speaking;

    #[test]
    fn a_choice_comes_after_the_wish_of_the_application() {
        assert_eq!(speaking("/consent?request=x&ui_locales=en", "de"), "/consent?request=x&ui_locales=de");
        assert_eq!(speaking("/account", "de"), "/account");
    }
}
