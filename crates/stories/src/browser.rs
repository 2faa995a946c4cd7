//! What a browser does at the pages: follows redirects, keeps cookies, fills in forms.

use std::{cell::RefCell, collections::BTreeMap};

use http::{Method, StatusCode};
use url::{Url, form_urlencoded};

use crate::{call::Answer, setup::PASSWORD, world::World};

pub struct Browser<'w> {
    world: &'w World,
    /// Who sits in front of it, and what they type.
    username: &'w str,
    password: &'w str,
    cookies: RefCell<BTreeMap<String, String>>,
}

/// A form of a page: where it goes, and what it would send.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// With something else in a field.
    #[must_use]
    pub fn with(self, name: &str, value: &str) -> Self {
        let mut form = self.without(name);
        form.fields.push((name.to_owned(), value.to_owned()));
        form
    }

    /// With a box that is not checked.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self
    }
}

/// Where the browser ended up: on a page of ours, or on its way to another origin.
#[derive(Debug)]
pub enum Landed {
    Page(Answer),
    Elsewhere(Url),
}

impl Landed {
    #[track_caller]
    pub fn page(self) -> Answer {
        match self {
            Self::Page(answer) => answer,
            Self::Elsewhere(url) => panic!("expected a page, was sent to {url}"),
        }
    }

    /// The parameters of the redirect to the application.
    #[track_caller]
    pub fn parameters(self) -> BTreeMap<String, String> {
        match self {
            Self::Elsewhere(url) => url.query_pairs().into_owned().collect(),
            Self::Page(answer) => panic!("expected a redirect, got {} {}", answer.status, answer.text()),
        }
    }
}

impl<'w> Browser<'w> {
    pub fn new(world: &'w World) -> Self {
        Self::of(world, "ann", PASSWORD)
    }

    pub fn of(world: &'w World, username: &'w str, password: &'w str) -> Self {
        Self { world, username, password, cookies: RefCell::default() }
    }

    pub fn cookies(&self) -> String {
        self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    pub async fn get(&self, path: &str) -> Landed {
        let answer = self.one(Method::GET, path, None).await;
        self.follow(answer).await
    }

    /// Submits a form as the page's own script-less form does.
    pub async fn submit(&self, form: &Form, extra: &[(&str, &str)]) -> Landed {
        let mut fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.extend(extra);
        let answer = self.one(Method::POST, &form.action, Some(&fields)).await;
        self.follow(answer).await
    }

    /// From an authorization request to where it leads, signing in and approving when asked.
    pub async fn authorize(&self, query: &[(&str, &str)]) -> Landed {
        self.authorize_at("/acme/authorize", query).await
    }

    pub async fn authorize_at(&self, path: &str, query: &[(&str, &str)]) -> Landed {
        let mut landed = self.get(&format!("{path}?{}", encoded(query))).await;
        for _ in 0..3 {
            let Landed::Page(page) = &landed else { return landed };
            let Some(form) = form(page) else { return landed };
            landed = match form.action.rsplit('/').next() {
                Some("sign-in") => self.submit(&form, &[("username", self.username), ("password", self.password)]).await,
                Some("consent") => self.submit(&form, &[("decision", "allow")]).await,
                _ => return landed,
            };
        }
        landed
    }

    pub async fn one(&self, method: Method, url: &str, form: Option<&[(&str, &str)]>) -> Answer {
        let path = url.strip_prefix(self.world.url()).unwrap_or(url);
        let mut call = self.world.request(method, path).header("user-agent", "Test browser").header("accept", "text/html");
        if !self.cookies.borrow().is_empty() {
            call = call.header("cookie", &self.cookies());
        }
        if let Some(form) = form {
            call = call.form(form).header("origin", self.world.url()).header("sec-fetch-site", "same-origin");
        }
        let answer = call.send().await;
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            match value {
                "" => self.cookies.borrow_mut().remove(name),
                _ => self.cookies.borrow_mut().insert(name.into(), value.into()),
            };
        }
        answer
    }

    async fn follow(&self, mut answer: Answer) -> Landed {
        for _ in 0..5 {
            if answer.status != StatusCode::SEE_OTHER {
                return Landed::Page(answer);
            }
            let location = answer.location().to_owned();
            if !location.strip_prefix(self.world.url()).is_some_and(|path| path.starts_with('/')) {
                return Landed::Elsewhere(Url::parse(&location).unwrap());
            }
            answer = self.one(Method::GET, &location, None).await;
        }
        panic!("redirected in circles");
    }
}

pub fn encoded(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// The form of a page, if it has one, with what it would send untouched.
pub fn form(page: &Answer) -> Option<Form> {
    let html = page.text();
    let start = html.find("<form ")?;
    let form = &html[start..html[start..].find("</form>")? + start];
    let attribute = |tag: &str, name: &str| {
        let value = tag.split(&format!("{name}=\"")).nth(1)?.split('"').next()?;
        Some(value.replace("&#x2f;", "/").replace("&quot;", "\"").replace("&amp;", "&"))
    };
    let action = attribute(form, "action")?;
    let sent = |input: &&str| {
        let tag = input.split('>').next().unwrap_or_default();
        tag.contains("type=\"hidden\"") || (tag.contains("type=\"checkbox\"") && tag.ends_with(" checked"))
    };
    let fields = form
        .split("<input ")
        .skip(1)
        .filter(sent)
        .filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?)))
        .collect();
    Some(Form { action, fields })
}
