//! Forms that are made of documents: a row for each member, with the words that references have for it, a control that
//! fits its kind, and what is usual.

use jeton_oauth::{OAuthError, manage::Fault, parameters::Parameters};
use serde::Serialize;
use serde_json::{Map, Value};

use super::form::Filled;

/// Members of a document that a form shows, by name; `brand.accent` is a member of a member.
pub struct Fields {
    fields: Vec<Field>,
}

struct Field {
    name: String,
    meaning: String,
    kind: Kind,
}

/// A list of nothing, which is not the same as what is usual.
const NONE: &str = "[]";

/// How a member is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Line,
    Number,
    Switch,
    Choice(Vec<String>),
    /// Words apart by spaces: as one text, as a list, or as one where there is one and a list where there are more.
    Words(Written),
    /// One a line.
    Lines,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    Text,
    List,
    OneOrList,
}

/// What a template shows of a member.
#[derive(Debug, Serialize)]
pub struct Row {
    name: String,
    label: String,
    meaning: String,
    kind: &'static str,
    options: Vec<String>,
    /// None of them is written `[]`: an empty field is as usual.
    is_list: bool,
    value: String,
    /// What holds where nothing is said.
    usual: Option<String>,
    changed: bool,
    fault: Option<String>,
}

impl Fields {
    /// Of a document's schema, these members in this order.
    pub fn of<'n>(schema: &Value, names: impl IntoIterator<Item = &'n str>) -> Self {
        let mut fields = Vec::new();
        for name in names {
            let member = &schema["properties"][name];
            match member["properties"].as_object() {
                Some(inner) if !inner.is_empty() => {
                    fields.extend(inner.iter().map(|(own, schema)| Field::of(format!("{name}.{own}"), schema)));
                }
                _ => fields.push(Field::of(name.to_owned(), member)),
            }
        }
        Self { fields }
    }

    /// A row for each: what is said, or what somebody typed in place of what they had seen; what is usual; and what was
    /// wrong with it.
    pub fn rows(&self, said: &Map<String, Value>, usual: &Map<String, Value>, filled: Option<&Filled<'_>>, faults: &[Fault]) -> Vec<Row> {
        self.fields.iter().map(|field| field.row(said, usual, filled, faults)).collect()
    }

    /// What a form changes of what is said: null where a member is to be as usual (RFC 7396). Members that the form
    /// does not have stay, and so do those that it sends back as it showed them.
    ///
    /// # Errors
    /// What is no JSON where JSON is expected.
    pub fn patch(&self, said: &Map<String, Value>, typed: &Parameters) -> Result<Map<String, Value>, OAuthError> {
        let (mut patch, mut faults) = (Map::new(), Vec::new());
        for field in &self.fields {
            let Some(text) = field.typed(typed).filter(|text| !field.kind.shows(at(said, &field.name), text)) else { continue };
            match field.kind.read(text) {
                Ok(value) if value == *at(said, &field.name) => {}
                Ok(value) => put(&mut patch, &field.name, value),
                Err(()) => faults.push(Fault::new(field.name.as_str(), "this is no JSON", "write JSON, or leave it empty")),
            }
        }
        if faults.is_empty() { Ok(patch) } else { Err(OAuthError::faulty(faults)) }
    }

    /// What was wrong with the whole, or with members that the form does not show.
    pub fn others(&self, faults: &[Fault]) -> Vec<String> {
        faults.iter().filter(|fault| !self.fields.iter().any(|field| is_of(fault, &field.name))).map(ToString::to_string).collect()
    }
}

impl Field {
    fn of(name: String, schema: &Value) -> Self {
        let meaning = schema["description"].as_str().unwrap_or_default().to_owned();
        Self { kind: Kind::of(schema), name, meaning }
    }

    /// What a form says of it: an emptied field says something.
    fn typed<'p>(&self, sent: &'p Parameters) -> Option<&'p str> {
        sent.names().any(|name| name == self.name).then(|| sent.get(&self.name).unwrap_or_default())
    }

    fn row(&self, said: &Map<String, Value>, usual: &Map<String, Value>, filled: Option<&Filled<'_>>, faults: &[Fault]) -> Row {
        let own = at(said, &self.name);
        let usual = Some(at(usual, &self.name)).filter(|usual| !usual.is_null());
        // What came back as it was shown is nobody's wish: others may have changed it meanwhile.
        let wished = |filled: &Filled<'_>| {
            let text = self.typed(filled.typed)?;
            (!self.kind.shows(at(&filled.seen, &self.name), text)).then(|| text.to_owned())
        };
        let value = filled.and_then(wished).unwrap_or_else(|| self.kind.shown(own));
        Row {
            name: self.name.clone(),
            label: label(&self.name),
            meaning: self.meaning.clone(),
            kind: self.kind.name(),
            options: self.kind.options(),
            is_list: self.kind.is_list(),
            value,
            usual: usual.map(|usual| self.kind.shown(usual)).filter(|usual| !usual.is_empty()),
            changed: !own.is_null() && usual.is_some_and(|usual| usual != own),
            fault: faults.iter().find(|fault| is_of(fault, &self.name)).map(words),
        }
    }
}

impl Kind {
    fn of(schema: &Value) -> Self {
        if let Some(alternatives) = schema["anyOf"].as_array() {
            let some: Vec<&Value> = alternatives.iter().filter(|one| one["type"] != "null").collect();
            return match some.as_slice() {
                [one] => Self::of(one),
                [one, _] if one.get("enum").is_some() => Self::Words(Written::OneOrList),
                [one, _] if one["type"] == "string" => Self::Words(Written::Text),
                _ => Self::Json,
            };
        }
        if let Some(words) = schema["enum"].as_array() {
            return Self::Choice(words.iter().filter_map(Value::as_str).map(str::to_owned).collect());
        }
        match &schema["type"] {
            Value::Array(types) if types.iter().any(|one| one == "string") => Self::Line,
            Value::String(name) => match name.as_str() {
                "string" => Self::Line,
                "integer" => Self::Number,
                "boolean" => Self::Switch,
                "array" if schema["items"].get("enum").is_some() => Self::Words(Written::List),
                "array" if schema["items"]["type"] == "string" => Self::Lines,
                _ => Self::Json,
            },
            _ => Self::Json,
        }
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Line | Self::Words(_) => "line",
            Self::Number => "number",
            Self::Switch => "switch",
            Self::Choice(_) => "choice",
            Self::Lines => "lines",
            Self::Json => "json",
        }
    }

    fn options(&self) -> Vec<String> {
        match self {
            Self::Choice(options) => options.clone(),
            _ => Vec::new(),
        }
    }

    const fn is_list(&self) -> bool {
        matches!(self, Self::Lines | Self::Words(Written::List | Written::OneOrList))
    }

    /// Whether a value is shown as this text, which browsers send with other ends of lines.
    fn shows(&self, value: &Value, text: &str) -> bool {
        let plain = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
        plain(&self.shown(value)) == plain(text)
    }

    fn shown(&self, value: &Value) -> String {
        let joined = |between: &str| {
            let one = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            value.as_array().map(|list| list.iter().map(one).collect::<Vec<_>>().join(between))
        };
        match (self, value) {
            (_, Value::Null) => String::new(),
            (Self::Json, value) => serde_json::to_string_pretty(value).unwrap_or_default(),
            (_, Value::String(text)) => text.clone(),
            (_, Value::Array(list)) if list.is_empty() => NONE.to_owned(),
            (Self::Lines, _) => joined("\n").unwrap_or_default(),
            (_, Value::Array(_)) => joined(" ").unwrap_or_default(),
            (_, other) => other.to_string(),
        }
    }

    /// What cannot be of this kind stays text: the document says what is wrong with it.
    fn read(&self, typed: &str) -> Result<Value, ()> {
        let text = typed.trim();
        if text.is_empty() {
            return Ok(Value::Null);
        }
        if self.is_list() && text == NONE {
            return Ok(Value::Array(Vec::new()));
        }
        let words = || text.split_whitespace().map(Value::from).collect::<Vec<_>>();
        Ok(match self {
            Self::Line | Self::Choice(_) => text.into(),
            Self::Number => text.parse::<u64>().map_or_else(|_| text.into(), Value::from),
            Self::Switch => text.parse::<bool>().map_or_else(|_| text.into(), Value::from),
            Self::Words(Written::Text) => text.split_whitespace().collect::<Vec<_>>().join(" ").into(),
            Self::Words(Written::List) => words().into(),
            Self::Words(Written::OneOrList) => match words().as_mut_slice() {
                [one] => one.take(),
                several => several.to_vec().into(),
            },
            Self::Lines => text.lines().map(str::trim).filter(|line| !line.is_empty()).map(Value::from).collect::<Vec<_>>().into(),
            Self::Json => serde_json::from_str(text).map_err(|_| ())?,
        })
    }
}

/// What was wrong, in a sentence or two.
pub fn words(fault: &Fault) -> String {
    if fault.instead.is_empty() { fault.what.clone() } else { format!("{}: {}", fault.what, fault.instead) }
}

/// `access_token_lifetime`: "Access token lifetime".
pub fn label(name: &str) -> String {
    let plain = name.replace(['_', '.'], " ");
    let mut letters = plain.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A fault may stand below `settings` of a realm, or within a member.
fn is_of(fault: &Fault, name: &str) -> bool {
    let path = fault.path.to_string();
    let path = path.strip_prefix("settings.").unwrap_or(&path);
    path.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// A member of a document; null where it has none.
pub fn at<'v>(members: &'v Map<String, Value>, name: &str) -> &'v Value {
    const NOTHING: &Value = &Value::Null;
    match name.split_once('.') {
        None => members.get(name).unwrap_or(NOTHING),
        Some((outer, inner)) => members.get(outer).and_then(|outer| outer.get(inner)).unwrap_or(NOTHING),
    }
}

fn put(members: &mut Map<String, Value>, name: &str, value: Value) {
    match name.split_once('.') {
        None => drop(members.insert(name.to_owned(), value)),
        Some((outer, inner)) => {
            let outer = members.entry(outer.to_owned()).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(outer) = outer {
                outer.insert(inner.to_owned(), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jeton_oauth::{
        manage::{ClientMetadata, Described},
        settings::{Settings, SettingsPatch},
    };
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        let Value::Object(members) = value else { panic!("no object") };
        members
    }

    fn typed(pairs: &[(&str, &str)]) -> Parameters {
        let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Parameters::from_page(text.as_bytes()).unwrap()
    }

    /// Whatever a page shows of usual settings, sent back untouched, changes nothing.
    #[test]
    fn a_form_that_is_sent_back_changes_nothing() {
        let fields = Fields::of(&SettingsPatch::described(), SettingsPatch::NAMES.iter().copied());
        let said = Settings::default().to_patch().to_document();
        assert!(said.values().any(|value| value == &json!([])), "some list is empty by itself");
        let rows = fields.rows(&said, &Map::new(), None, &[]);
        assert!(rows.iter().all(|row| row.kind != "json" || row.name == "claims" || row.value.is_empty()), "{rows:?}");
        let sent: Vec<(&str, String)> = rows.iter().map(|row| (row.name.as_str(), row.value.replace('\n', "\r\n"))).collect();
        let pairs: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(fields.patch(&said, &typed(&pairs)).unwrap(), Map::new());
    }

    #[test]
    fn a_list_of_nothing_is_not_what_is_usual() {
        let fields = Fields::of(&ClientMetadata::described(), ["redirect_uris", "grant_types"]);
        let said = object(json!({ "redirect_uris": ["https://a.example/"], "grant_types": [] }));
        let rows = fields.rows(&said, &Map::new(), None, &[]);
        assert_eq!((rows[1].value.as_str(), rows[1].is_list), ("[]", true));
        let patch = fields.patch(&said, &typed(&[("redirect_uris", "[]"), ("grant_types", "[]")])).unwrap();
        assert_eq!(Value::from(patch), json!({ "redirect_uris": [] }));
        let patch = fields.patch(&said, &typed(&[("redirect_uris", ""), ("grant_types", "")])).unwrap();
        assert_eq!(Value::from(patch), json!({ "redirect_uris": null, "grant_types": null }));
    }

    /// Of a form that comes back, only what somebody typed stays: the rest is as it is now.
    #[test]
    fn what_was_sent_back_as_it_was_seen_is_as_others_made_it() {
        let fields = Fields::of(&ClientMetadata::described(), ["client_name", "redirect_uris"]);
        let seen = object(json!({ "client_name": "Shop", "redirect_uris": ["https://a.example/", "https://b.example/"] }));
        let now = object(json!({ "client_name": "Shop", "redirect_uris": ["https://c.example/"] }));
        let sent = typed(&[("client_name", "Store"), ("redirect_uris", "https://a.example/\r\nhttps://b.example/")]);
        let rows = fields.rows(&now, &Map::new(), Some(&Filled { typed: &sent, seen }), &[]);
        assert_eq!((rows[0].value.as_str(), rows[1].value.as_str()), ("Store", "https://c.example/"));
    }

    #[test]
    fn what_is_typed_becomes_what_the_document_has() {
        let fields = Fields::of(&ClientMetadata::described(), ClientMetadata::MEMBERS.iter().map(|member| member.name));
        let sent = typed(&[
            ("client_name", " Shop "),
            ("redirect_uris", "https://a.example/\r\n\r\nhttps://b.example/"),
            ("grant_types", "password  refresh_token"),
            ("token_endpoint_auth_method", "none"),
            ("scope", "read  write"),
            ("trusted", "true"),
            ("access_token_lifetime", "60"),
            ("refresh_token_lifetime", "soon"),
            ("logo", ""),
        ]);
        let said = object(json!({ "client_name": "Old", "logo": "old.svg" }));
        assert_eq!(
            Value::from(fields.patch(&said, &sent).unwrap()),
            json!({
                "client_name": "Shop", "redirect_uris": ["https://a.example/", "https://b.example/"],
                "grant_types": ["password", "refresh_token"], "token_endpoint_auth_method": "none", "scope": "read write",
                "trusted": true, "access_token_lifetime": 60, "refresh_token_lifetime": "soon", "logo": null,
            })
        );
    }

    #[test]
    fn faults_stand_beside_their_members() {
        let fields = Fields::of(&SettingsPatch::described(), ["brand", "access_token_lifetime"]);
        let faults = [
            Fault::new(jeton_oauth::manage::Path::from("settings").key("access_token_lifetime"), "it is too long", "write less"),
            Fault::new("issuer", "it is another's", "choose another"),
        ];
        let rows = fields.rows(&Map::new(), &Map::new(), None, &faults);
        let row = rows.iter().find(|row| row.name == "access_token_lifetime").unwrap();
        assert_eq!(row.fault.as_deref(), Some("it is too long: write less"));
        assert!(rows.iter().any(|row| row.name == "brand.accent" && row.label == "Brand accent"));
        assert_eq!(fields.others(&faults), ["issuer: it is another's; choose another"]);
    }
}
