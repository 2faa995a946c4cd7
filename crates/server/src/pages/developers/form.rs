//! What is asked about an application, when it is registered and later: the fields, and the document that they make.

use jeton_oauth::{manage::registration::scopes_for_developers, model::Realm, parameters::Parameters};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::faults::Faults;
use crate::pages::{frame::Frame, visitors::describe};

/// Members of the document that are one line each, with the names of their fields.
const LINES: [(&str, &str); 5] =
    [("client_name", "name"), ("client_uri", "home"), ("policy_uri", "privacy"), ("tos_uri", "terms"), ("logo_uri", "logo")];

/// The fields, with what is wrong with each.
#[derive(Default, Serialize)]
pub struct Fields {
    pub name: Field,
    pub home: Field,
    pub privacy: Field,
    pub terms: Field,
    pub logo: Field,
    pub contact: Field,
    pub uris: Vec<Uri>,
    pub uris_fault: Option<String>,
    pub scopes: Vec<Choice>,
    pub scopes_fault: Option<String>,
    /// What is wrong with anything else.
    pub other_fault: Option<String>,
    pub faults: usize,
}

#[derive(Default, Serialize)]
pub struct Field {
    pub value: String,
    pub fault: Option<String>,
}

#[derive(Serialize)]
pub struct Uri {
    number: usize,
    value: String,
    fault: Option<String>,
}

#[derive(Serialize)]
pub struct Choice {
    name: String,
    description: String,
    chosen: bool,
}

impl Fields {
    /// The fields as they were sent, with room for `more` redirect URIs.
    pub fn sent(
        sent: &Parameters,
        more: usize,
        faults: &Faults,
        kept: Option<&jeton_oauth::model::Client>,
        realm: &Realm,
        frame: &Frame<'_>,
    ) -> Self {
        let field = |member: &str, name: &str| Field { value: line(sent, name), fault: faults.at(member) };
        let contact = faults.at_entry("contacts", 0).or_else(|| faults.at("contacts"));
        let uris: Vec<&str> = sent.get_all("redirect_uri").map(str::trim).filter(|uri| !uri.is_empty()).collect();
        let chosen: Vec<&str> = sent.get_all("scope").collect();
        let mut scopes = scopes_for_developers(realm);
        if let Some(client) = kept {
            scopes = scopes.union(&client.scope);
        }
        let known = ["contacts", "redirect_uris", "scope"].into_iter().chain(LINES.map(|(member, _)| member));
        Self {
            name: field("client_name", "name"),
            home: field("client_uri", "home"),
            privacy: field("policy_uri", "privacy"),
            terms: field("tos_uri", "terms"),
            logo: field("logo_uri", "logo"),
            contact: Field { value: line(sent, "contact"), fault: contact },
            uris: (0..uris.len() + more.max(usize::from(uris.is_empty())))
                .map(|at| Uri {
                    number: at + 1,
                    value: uris.get(at).map(|uri| (*uri).to_owned()).unwrap_or_default(),
                    fault: faults.at_entry("redirect_uris", at),
                })
                .collect(),
            uris_fault: faults.at("redirect_uris"),
            scopes: scopes
                .iter()
                .map(|name| Choice { name: name.to_owned(), description: describe(frame, realm, name), chosen: chosen.contains(&name) })
                .collect(),
            scopes_fault: faults.at("scope").or_else(|| (0..chosen.len()).find_map(|at| faults.at_entry("scope", at))),
            other_fault: faults.elsewhere(&known.collect::<Vec<_>>()),
            faults: faults.count(),
        }
    }
}

/// Puts what was typed into a document; what was left empty is left out. What a form does not show stays as it is: a
/// field that is empty, or a list of which nothing is ticked, sends nothing but that it was shown.
pub fn document(sent: &Parameters, returns: bool, into: &mut Map<String, Value>) {
    let shown = |group: &str| sent.get(group).is_some();
    let words = shown("shows_words");
    for (member, name) in LINES {
        let typed = Some(line(sent, name)).filter(|text| !text.is_empty());
        if words || typed.is_some() {
            put(into, member, typed.map(Value::from));
        }
    }
    let contact = Some(line(sent, "contact")).filter(|text| !text.is_empty());
    if words || contact.is_some() {
        // The first of them is shown.
        let others = into.get("contacts").and_then(Value::as_array).into_iter().flatten().skip(1).cloned();
        let contacts: Vec<Value> = contact.map(Value::from).into_iter().chain(others).collect();
        put(into, "contacts", Some(contacts).filter(|contacts| !contacts.is_empty()).map(Value::from));
    }
    let uris: Vec<&str> = sent.get_all("redirect_uri").map(str::trim).filter(|uri| !uri.is_empty()).collect();
    if returns && (shown("shows_redirect_uris") || !uris.is_empty() || !into.contains_key("redirect_uris")) {
        put(into, "redirect_uris", Some(json!(uris)));
    }
    let scopes: Vec<&str> = sent.get_all("scope").collect();
    if shown("shows_scope") || !scopes.is_empty() || !into.contains_key("scope") {
        put(into, "scope", Some(scopes.join(" ").into()));
    }
}

/// What a document says now, as its form would send it.
pub fn fields_of(document: &Map<String, Value>) -> Parameters {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    let text = |member: &str| document.get(member).and_then(Value::as_str);
    for (member, name) in LINES {
        pairs.append_pair(name, text(member).unwrap_or_default());
    }
    let list = |member: &str| document.get(member).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    pairs.append_pair("contact", list("contacts").next().unwrap_or_default());
    for uri in list("redirect_uris") {
        pairs.append_pair("redirect_uri", uri);
    }
    for scope in text("scope").unwrap_or_default().split(' ').filter(|scope| !scope.is_empty()) {
        pairs.append_pair("scope", scope);
    }
    Parameters::from_page(pairs.finish().as_bytes()).unwrap_or_default()
}

fn put(into: &mut Map<String, Value>, member: &str, value: Option<Value>) {
    match value {
        Some(value) => drop(into.insert(member.to_owned(), value)),
        None => drop(into.remove(member)),
    }
}

fn line(sent: &Parameters, name: &str) -> String {
    sent.get(name).unwrap_or_default().trim().to_owned()
}
