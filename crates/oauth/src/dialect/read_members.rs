//! The members of answers and errors in a dialect's file, and the tables of errors.

use toml::{Spanned, de::DeValue};

use super::{
    ErrorFormat, ErrorKey, Relaxation,
    fault::Faults,
    member::{Content, ErrorSource, Format, Json, Member, Source},
    read::Loosened,
    table::{Table, Text, Word, as_table, as_text, read_word},
};

/// A nested constant goes this deep.
const MAX_DEPTH: usize = 8;

pub(super) fn answer<'t, 'i: 't>(list: impl Iterator<Item = &'t Spanned<DeValue<'i>>>, route: &Table<'t, 'i>) -> Vec<Member<Source>> {
    let read = |text: &Text<'_>, faults: &Faults| {
        let source = Source::parse(text.text);
        if source.is_none() {
            faults.add(&text.span, format!("{:?} is no source of an answer", text.text), format!("write one of {}", Source::words()));
        }
        source
    };
    let members = members(list, route.faults, &read, &|source| source.formats());
    if !members.iter().any(|member| member.source() == Some(&Source::AccessToken)) {
        route.faults.add(
            &route.span_of("answer"),
            "no member shows the access token",
            "add { name = \"access_token\", from = \"access_token\" }",
        );
    }
    members
}

pub(super) fn error_format(table: Table<'_, '_>, standard: ErrorFormat, loosened: &mut Vec<Loosened>) -> ErrorFormat {
    let read = |text: &Text<'_>, faults: &Faults| read_word::<ErrorSource>(text, "from", faults);
    let members = table.list("members").map_or(standard.members, |list| members(list, table.faults, &read, &|_| &[Format::AsItIs]));
    let statuses = entries(&table, "status", |value, faults| number(value, faults).and_then(|status| as_status(value, status, faults)));
    if !statuses.is_empty() {
        loosened.push((Relaxation::OauthErrorsWithOtherStatus, table.span_of("status")));
    }
    let messages = entries(&table, "messages", |value, faults| as_text(value, "messages", faults).map(|text| text.text.to_owned()));
    let codes = entries(&table, "codes", number);
    let uses = |source| members.iter().any(|member| member.source() == Some(&source));
    if !messages.is_empty() && !uses(ErrorSource::Message) {
        table.faults.add(
            &table.span_of("messages"),
            "no member shows these messages",
            "add { name = \"message\", from = \"message\" } to `members`, or remove `messages`",
        );
    }
    if !codes.is_empty() && !uses(ErrorSource::Code) {
        table.faults.add(
            &table.span_of("codes"),
            "no member shows these numbers",
            "add { name = \"code\", from = \"code\" } to `members`, or remove `codes`",
        );
    }
    table.refuse_others();
    ErrorFormat { members, statuses, messages, codes }
}

fn members<'t, 'i: 't, S>(
    list: impl Iterator<Item = &'t Spanned<DeValue<'i>>>,
    faults: &'t Faults,
    source: &dyn Fn(&Text<'_>, &Faults) -> Option<S>,
    formats: &dyn Fn(&S) -> &'static [Format],
) -> Vec<Member<S>> {
    let mut members: Vec<Member<S>> = Vec::new();
    for value in list {
        let member = match value.get_ref() {
            DeValue::String(name) => {
                let name = Text { text: name, span: value.span() };
                source(&name, faults)
                    .map(|source| Member::new(name.text, Content::From { format: formats(&source)[0], source, default: None }))
            }
            _ => as_table(value, "member", faults).and_then(|table| member(&table, source, formats)),
        };
        let Some(member) = member else { continue };
        if members.iter().any(|own| own.name == member.name) {
            faults.add(&value.span(), format!("{:?} is named twice", member.name), "name each member once");
        }
        members.push(member);
    }
    members
}

fn member<S>(
    table: &Table<'_, '_>,
    source: &dyn Fn(&Text<'_>, &Faults) -> Option<S>,
    formats: &dyn Fn(&S) -> &'static [Format],
) -> Option<Member<S>> {
    let name = table.required("name", "access_token");
    let (from, value) = (table.text("from"), table.get("value"));
    let format = table.word::<Format>("format");
    let default = table.get("default");
    table.refuse_others();
    let content = match (from, value) {
        (Some(from), None) => {
            let source = source(&from, table.faults)?;
            let fitting = formats(&source);
            if let Some(format) = format.filter(|format| !fitting.contains(format)) {
                let words: Vec<_> = Format::WORDS.iter().filter(|(_, own)| fitting.contains(own)).map(|(word, _)| *word).collect();
                table.faults.add(
                    &table.span_of("format"),
                    format!("{:?} cannot be written as {format:?}", from.text),
                    format!("write one of {}, or leave it out", words.join(", ")),
                );
            }
            let default = default.and_then(|default| constant(default, table.faults));
            Content::From { source, format: format.unwrap_or(fitting[0]), default }
        }
        (None, Some(value)) => {
            if format.is_some() || default.is_some() {
                table.faults.add(&table.span, "a constant has no format and no default", "write the value as it shall be");
            }
            Content::Value(constant(value, table.faults)?)
        }
        _ => {
            table.faults.add(&table.span, "a member has either `from` or `value`", "write one of the two");
            return None;
        }
    };
    Some(Member::new(name?.text, content))
}

fn constant(value: &Spanned<DeValue<'_>>, faults: &Faults) -> Option<Json> {
    let json = json(value.get_ref(), MAX_DEPTH);
    if json.is_none() {
        faults.add(&value.span(), "this cannot be written as JSON", "write a string, a whole number, a boolean, a list or a table");
    }
    json.map(|json| Json(json.to_string()))
}

fn json(value: &DeValue<'_>, depth: usize) -> Option<serde_json::Value> {
    let deeper = depth.checked_sub(1)?;
    Some(match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Boolean(value) => (*value).into(),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok()?.into(),
        DeValue::Array(items) => serde_json::Value::Array(items.iter().map(|item| json(item.get_ref(), deeper)).collect::<Option<_>>()?),
        DeValue::Table(table) => serde_json::Value::Object(
            table.iter().map(|(key, value)| Some((key.get_ref().to_string(), json(value.get_ref(), deeper)?))).collect::<Option<_>>()?,
        ),
        DeValue::Float(_) | DeValue::Datetime(_) => return None,
    })
}

fn entries<T>(table: &Table<'_, '_>, name: &'static str, read: impl Fn(&Spanned<DeValue<'_>>, &Faults) -> Option<T>) -> Vec<(ErrorKey, T)> {
    let Some(table) = table.table(name) else { return Vec::new() };
    table
        .entries()
        .filter_map(|(key, value)| {
            let value = read(value, table.faults);
            let Some(parsed) = ErrorKey::parse(key.text) else {
                table.faults.add(&key.span, format!("`{}` is no error", key.text), format!("write one of {}", ErrorKey::words()));
                return None;
            };
            Some((parsed, value?))
        })
        .collect()
}

fn number(value: &Spanned<DeValue<'_>>, faults: &Faults) -> Option<i64> {
    let number = value.get_ref().as_integer().and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok());
    if number.is_none() {
        faults.add(&value.span(), "this is not a whole number", "write a number such as 403");
    }
    number
}

fn as_status(value: &Spanned<DeValue<'_>>, status: i64, faults: &Faults) -> Option<u16> {
    let status = u16::try_from(status).ok().filter(|status| (400..=499).contains(status));
    if status.is_none() {
        faults.add(&value.span(), "an error has a status of 400 to 499", "write one of these");
    }
    status
}
