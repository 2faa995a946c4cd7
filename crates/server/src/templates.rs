//! The pages' templates, and the headers that every page has.

use axum::{body::Body, response::Response};
use http::{HeaderValue, StatusCode, header};
use jeton_oauth::model::Realm;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, value::Serde};
use serde::Serialize;

use crate::respond;

pub const STYLE: &str = include_str!("assets/style.css");

/// A page that can be shown.
#[derive(Clone, Copy, Debug)]
pub enum Page {
    SignIn,
    Consent,
    SignOut,
    Message,
}

impl Page {
    const fn file(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in.html",
            Self::Consent => "consent.html",
            Self::SignOut => "sign_out.html",
            Self::Message => "message.html",
        }
    }
}

pub struct Templates(Environment<'static>);

/// What a page that only says something says.
#[derive(Serialize)]
pub struct Message<'a> {
    pub heading: &'a str,
    pub text: &'a str,
    /// What the log calls the request that this answers.
    pub request: Option<String>,
}

impl Templates {
    /// # Panics
    /// Never: the templates are part of the program, and a test renders each.
    pub fn new() -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        let sources = [
            ("layout.html", include_str!("templates/layout.html")),
            ("sign_in.html", include_str!("templates/sign_in.html")),
            ("consent.html", include_str!("templates/consent.html")),
            ("sign_out.html", include_str!("templates/sign_out.html")),
            ("message.html", include_str!("templates/message.html")),
        ];
        for (name, source) in sources {
            environment.add_template(name, source).expect("a built-in template is broken");
        }
        Self(environment)
    }

    /// Renders a page of a realm. `form_action` is where its form may lead besides this server: the
    /// origin that an approval redirects to, since browsers hold a redirect to the form's policy.
    pub fn render(
        &self,
        page: Page,
        realm: &Realm,
        status: StatusCode,
        form_action: Option<&str>,
        context: &impl Serialize,
    ) -> Result<Response, minijinja::Error> {
        #[derive(Serialize)]
        struct Layout<'a, T> {
            realm: &'a str,
            base: &'a str,
            page: &'a T,
        }
        let layout = Layout { realm: realm.title(), base: &realm.issuer, page: context };
        let html = self.0.get_template(page.file())?.render(Serde(&layout))?;
        let mut response = Response::new(Body::from(html));
        *response.status_mut() = status;
        let policy = format!(
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'{}{}",
            if form_action.is_some() { " " } else { "" },
            form_action.unwrap_or_default()
        );
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::try_from(policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'")),
        );
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
        respond::no_store(headers);
        Ok(response)
    }
}

impl Default for Templates {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::Templates;

    #[test]
    fn every_template_compiles() {
        Templates::new();
    }
}
