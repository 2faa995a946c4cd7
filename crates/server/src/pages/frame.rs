//! The frame of every page: what all handlers repeat. Language and appearance, the realm's brand,
//! a token for each form, what just succeeded, the places of a desk, and the headers.

use std::sync::Arc;

use axum::{body::Body, response::Response};
use fluent_bundle::{FluentArgs, FluentValue};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use jeton_oauth::{Timestamp, model::Realm};
use minijinja::{
    Error, ErrorKind, HtmlEscape, Value, context,
    value::{Kwargs, Serde},
};
use serde::Serialize;

use super::{desk::Desk, flash, preferences, times};
use crate::{
    app::{App, Scene},
    csrf::{self, Binding},
    failure::Failure,
    incoming::Incoming,
    page_parts::{
        assets, compress,
        templates::with_icons,
        texts::{Language, Text, Texts, text},
    },
    respond,
};

/// What a template is rendered with, and which one it is.
pub trait View: Serialize {
    /// Its name among the templates; the same as its handler's.
    const TEMPLATE: &'static str;
    /// Whether the page's form may lead on to an application. Browsers hold every redirect that
    /// follows a form to the page's `form-action`, so such a page has none.
    const LEAVES: bool = false;
}

/// One page's surroundings.
pub struct Frame<'a> {
    app: &'a App,
    /// None: a page of the server itself.
    realm: Option<&'a Realm>,
    headers: &'a HeaderMap,
    pub language: Language,
    /// A visitor's first page gives the browser a cookie; an answer to a form does not.
    safe: bool,
    /// Where one is, below the issuer: a choice of language leads back here.
    here: String,
    /// The sealed request of a person who is not signed in yet goes along with that choice.
    request: Option<String>,
    desk: Option<Desk>,
    now: Timestamp,
}

impl<'a> Frame<'a> {
    pub fn of(app: &'a App, incoming: &'a Incoming) -> Self {
        Self::new(app, Some(&incoming.scene.realm), incoming.headers(), &incoming.parts.uri, &incoming.parts.method)
    }

    /// For a request that has no realm, or was not read.
    pub fn new(app: &'a App, realm: Option<&'a Realm>, headers: &'a HeaderMap, uri: &Uri, method: &Method) -> Self {
        let query = uri.query().unwrap_or_default();
        let language = preferences::language(&app.pages.texts, headers, query);
        let path = uri.path();
        let below = realm.and_then(|realm| path.strip_prefix(issuer_path(realm))).unwrap_or(path);
        let here = match uri.query().filter(|_| method.is_safe()) {
            Some(query) => format!("{below}?{query}"),
            None => below.to_owned(),
        };
        Self { app, realm, headers, language, safe: method.is_safe(), here, request: None, desk: None, now: app.now() }
    }

    /// Speaks another language than the request asked for.
    #[must_use]
    pub fn speaking(mut self, language: Option<Language>) -> Self {
        self.language = language.unwrap_or(self.language);
        self
    }

    /// Offers no choice that leads back here: the address is refused, or what it says is nobody's to repeat.
    #[must_use]
    pub fn leading_nowhere(mut self) -> Self {
        self.here.clear();
        self
    }

    /// Carries a sealed request through a choice of language.
    #[must_use]
    pub fn carrying(mut self, request: Option<&str>) -> Self {
        self.request = request.map(str::to_owned);
        self
    }

    /// At a desk: a bar with the profile menu, and a list of places.
    #[must_use]
    pub fn at(mut self, desk: Desk) -> Self {
        self.desk = Some(desk);
        self
    }

    /// A text in this page's language.
    pub fn say(&self, text: &Text) -> String {
        self.app.pages.texts.say(self.language, text)
    }

    /// Back to a path below the issuer (303), where `done` is said once.
    pub fn back_to(&self, path: &str, done: Option<&Text>) -> Response {
        let base = self.realm.map_or("", |realm| realm.issuer.as_str());
        let mut response = respond::see_other(&format!("{base}{path}"));
        if let (Some(realm), Some(done)) = (self.realm, done) {
            response.headers_mut().append(header::SET_COOKIE, flash::cookie(self.app, realm, &self.say(done), self.now));
        }
        response
    }

    /// The page.
    ///
    /// # Errors
    /// When the template cannot be rendered, such as an operator's own that names what there is not.
    pub fn render<V: View>(&self, status: StatusCode, view: &V) -> Result<Response, Failure> {
        let mut cookies = Vec::new();
        let html = self.html(V::TEMPLATE, view, &mut cookies)?;
        let mut response = self.response(html.into_bytes());
        *response.status_mut() = status;
        let headers = response.headers_mut();
        cookies.into_iter().for_each(|cookie| {
            headers.append(header::SET_COOKIE, cookie);
        });
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(if V::LEAVES { POLICY_OF_GATES } else { POLICY }));
        Ok(response)
    }

    fn html<V: View>(&self, template: &'static str, view: &V, cookies: &mut Vec<HeaderValue>) -> Result<String, Error> {
        let shown = self.shown(cookies);
        let base = self.realm.map_or("", |realm| realm.issuer.as_str());
        let page = context! {
            frame => Value::from(Serde(&shown)),
            base => base,
            page => Value::from(Serde(view)),
            t => self.plain(),
            th => self.markup(),
            form => self.form(cookies),
            asset => self.asset(),
            day => self.time(times::day),
            moment => self.time(times::moment),
            ago => self.time({
                let now = self.now;
                move |texts: &Texts, language, at| times::relative(texts, language, at, now)
            }),
        };
        Ok(with_icons(&self.app.pages.templates.get_template(template)?.render(page)?))
    }

    fn shown(&self, cookies: &mut Vec<HeaderValue>) -> Shown {
        let pages = &self.app.pages;
        let texts = &pages.texts;
        let brand = self.realm.map(|realm| realm.settings.brand.clone()).unwrap_or_default();
        let logo = brand.logo.as_deref().and_then(|name| pages.assets.address(name)).or_else(|| pages.assets.address("jeton.svg"));
        let flash = self.realm.and_then(|realm| {
            let said = flash::read(self.app, realm, self.headers, self.now)?;
            cookies.push(flash::none(realm));
            Some(said)
        });
        let other = |language: Language| Choice {
            code: texts.code(language).to_owned(),
            name: texts.say(language, &text("language-name")),
            chosen: language == self.language,
        };
        Shown {
            language: texts.code(self.language).to_owned(),
            theme: preferences::theme(self.headers),
            site: self.realm.map_or("Jeton", |realm| realm.title()).to_owned(),
            in_realm: self.realm.is_some(),
            logo,
            sheet: brand.accent.as_deref().and_then(assets::brand_address),
            privacy: brand.privacy,
            help: brand.help,
            imprint: brand.imprint,
            languages: texts.all().map(other).collect(),
            here: self.here.clone(),
            request: self.request.clone(),
            flash,
            desk: self.desk.as_ref().map(|desk| desk.shown(texts, self.language, &self.here)),
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    /// `t("id", name=value)`: a text, to be escaped like any other.
    fn plain(&self) -> Value {
        let (pages, language) = (Arc::clone(&self.app.pages), self.language);
        Value::from_function(move |id: &str, arguments: Kwargs| message(&pages.texts, language, id, &arguments, |word| word.to_owned()))
    }

    /// `th("id", name=value)`: a text with markup of its own; what is filled in is escaped.
    fn markup(&self) -> Value {
        let (pages, language) = (Arc::clone(&self.app.pages), self.language);
        Value::from_function(move |id: &str, arguments: Kwargs| {
            message(&pages.texts, language, id, &arguments, |word| HtmlEscape(word).to_string()).map(Value::from_safe_string)
        })
    }

    /// `form("/path", class="…", id="…")`: the start of a form that is posted there, with its token.
    fn form(&self, cookies: &mut Vec<HeaderValue>) -> Value {
        let (app, now) = (self.app.clone(), self.now);
        let realm = self.realm.map(|realm| {
            let (browser, cookie) = Binding::of(self.headers, realm);
            cookies.extend(cookie.filter(|_| self.safe));
            (realm.id(), realm.issuer.clone(), browser)
        });
        Value::from_function(move |path: &str, attributes: Kwargs| {
            let Some((realm, issuer, browser)) = &realm else {
                return Err(Error::new(ErrorKind::InvalidOperation, "a page without a realm has no forms"));
            };
            let mut html = format!("<form method=\"post\" action=\"{}{}\"", HtmlEscape(issuer), HtmlEscape(path));
            for name in ["class", "id"] {
                if let Some(value) = attributes.get::<Option<String>>(name)? {
                    html.push_str(&format!(" {name}=\"{}\"", HtmlEscape(&value)));
                }
            }
            attributes.assert_all_used()?;
            let token = csrf::token(&app.seal, *realm, browser, path, now);
            html.push_str(&format!("><input type=\"hidden\" name=\"{}\" value=\"{token}\">", csrf::FIELD));
            Ok(Value::from_safe_string(html))
        })
    }

    /// `asset("style.css")`: its address.
    fn asset(&self) -> Value {
        let pages = Arc::clone(&self.app.pages);
        Value::from_function(move |name: &str| {
            pages.assets.address(name).ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("there is no asset {name}")))
        })
    }

    /// Of milliseconds, or of text as RFC 3339 has it.
    fn time(&self, told: impl Fn(&Texts, Language, Timestamp) -> Value + Send + Sync + 'static) -> Value {
        let (pages, language) = (Arc::clone(&self.app.pages), self.language);
        Value::from_function(move |at: Value| {
            let at = match at.as_str() {
                Some(text) => text.parse().ok().map(|at: jiff::Timestamp| at.as_millisecond()),
                None => i64::try_from(at).ok(),
            };
            let at = at.ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "this is no time"))?;
            Ok(told(&pages.texts, language, Timestamp::from_millis(at)))
        })
    }

    /// Compressed where that is understood, with the headers that every page has.
    fn response(&self, html: Vec<u8>) -> Response {
        let small = compress::accepts_gzip(self.headers).then(|| compress::gzip(&html, 5));
        let encoded = small.is_some();
        let mut response = Response::new(Body::from(small.unwrap_or(html)));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding, Accept-Language, Cookie"));
        if encoded {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        respond::referrer(headers);
        respond::no_store(headers);
        response
    }
}

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; \
     frame-ancestors 'none'; form-action 'self'";
const POLICY_OF_GATES: &str =
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What templates know as `frame`.
#[derive(Serialize)]
struct Shown {
    language: String,
    theme: Option<&'static str>,
    site: String,
    in_realm: bool,
    logo: Option<String>,
    sheet: Option<String>,
    privacy: Option<String>,
    help: Option<String>,
    imprint: Option<String>,
    languages: Vec<Choice>,
    here: String,
    request: Option<String>,
    flash: Option<String>,
    desk: Option<super::desk::Shown>,
    version: &'static str,
}

#[derive(Serialize)]
struct Choice {
    code: String,
    name: String,
    chosen: bool,
}

/// The path of an issuer's own address.
fn issuer_path(realm: &Realm) -> &str {
    let rest = realm.issuer.split_once("://").map_or("", |(_, rest)| rest);
    rest.find('/').map_or("", |at| &rest[at..])
}

fn message(texts: &Texts, language: Language, id: &str, arguments: &Kwargs, written: impl Fn(&str) -> String) -> Result<String, Error> {
    let mut filled = FluentArgs::new();
    for name in arguments.args() {
        let value: Value = arguments.peek(name)?;
        let value = match i64::try_from(value.clone()) {
            Ok(number) if value.is_number() => FluentValue::from(number),
            _ if value.is_safe() => FluentValue::from(value.to_string()),
            _ => FluentValue::from(written(&value.to_string())),
        };
        filled.set(name.to_owned(), value);
    }
    let said = texts.format(language, id, &filled);
    said.ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("no language says {id}, or not with these words")))
}

/// For the handlers that have a scene alone.
impl Scene {
    /// The address of a path below the issuer.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.realm.issuer)
    }
}
