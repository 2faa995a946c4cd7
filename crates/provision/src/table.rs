//! How a table of a realm file is read: each key asked for by name, every other one refused.

pub(super) use jeton_oauth::manage::did_you_mean;
use jeton_oauth::{Timestamp, manage::Member};
use serde_json::Value;
use toml::{
    Spanned,
    de::{DeArray, DeTable, DeValue},
};

use super::{
    entry::Said,
    fault::{At, Faults, Place},
};

/// A table being read. [`Table::finish`] refuses the keys that nobody asked for.
pub(super) struct Table<'a, 'i> {
    entries: &'a DeTable<'i>,
    pub at: Place,
    /// As messages call it: `[[client]]`.
    title: String,
    asked: Vec<&'static str>,
}

impl<'a, 'i> Table<'a, 'i> {
    pub fn new(entries: &'a DeTable<'i>, at: Place, title: impl Into<String>) -> Self {
        Self { entries, at, title: title.into(), asked: Vec::new() }
    }

    pub fn string(&mut self, key: &'static str, faults: &mut Faults) -> Option<At<String>> {
        let value = self.value(key)?;
        self.typed(key, value, value.get_ref().as_str().map(str::to_owned), "text in quotes", faults)
    }

    /// What stands under one of two names: they are one and the same.
    pub fn either<T>(
        &mut self,
        name: &'static str,
        short: &'static str,
        faults: &mut Faults,
        read: impl Fn(&mut Self, &'static str, &mut Faults) -> Option<T>,
    ) -> Option<T> {
        if self.has(name) && self.has(short) {
            faults.add(self.key_place(name), format!("`{name}` and `{short}` are one and the same"), "keep one of the two");
        }
        self.asked.push(name);
        if self.has(name) { read(self, name, faults) } else { read(self, short, faults) }
    }

    pub fn boolean(&mut self, key: &'static str, faults: &mut Faults) -> Option<At<bool>> {
        let value = self.value(key)?;
        self.typed(key, value, value.get_ref().as_bool(), "true or false, without quotes", faults)
    }

    pub fn integer(&mut self, key: &'static str, faults: &mut Faults) -> Option<At<i64>> {
        let value = self.value(key)?;
        let number = value.get_ref().as_integer().and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok());
        self.typed(key, value, number, "a whole number, without quotes", faults)
    }

    /// An RFC 3339 instant, such as `2030-01-31T12:00:00Z`.
    pub fn instant(&mut self, key: &'static str, faults: &mut Faults) -> Option<At<Timestamp>> {
        let value = self.value(key)?;
        let text = value.get_ref().as_datetime().map(ToString::to_string);
        let instant = text.and_then(|text| text.parse::<jiff::Timestamp>().ok()).map(|at| Timestamp::from_millis(at.as_millisecond()));
        self.typed(key, value, instant, "a date and time with its offset, such as 2030-01-31T12:00:00Z", faults)
    }

    /// A word out of a closed set.
    pub fn word<T>(&mut self, key: &'static str, words: &[(&str, T)], faults: &mut Faults) -> Option<At<T>>
    where
        T: Copy,
    {
        let text = self.string(key, faults)?;
        word(&text, key, words, faults)
    }

    pub fn strings(&mut self, key: &'static str, faults: &mut Faults) -> Option<At<Vec<At<String>>>> {
        let list = self.array(key, faults)?;
        let source = list.at.source;
        let mut texts = Vec::new();
        for item in list.value {
            let at = Place { source, start: item.span().start };
            match item.get_ref().as_str() {
                Some(text) => texts.push(At::new(text.to_owned(), at)),
                None => faults.add(
                    at,
                    format!("`{key}` of {} holds {}", self.title, kind(item.get_ref())),
                    format!("write a list of texts, such as {key} = [\"…\", \"…\"]"),
                ),
            }
        }
        Some(At::new(texts, list.at))
    }

    pub fn table(&mut self, key: &'static str, faults: &mut Faults) -> Option<Table<'a, 'i>> {
        let value = self.value(key)?;
        let table = self.typed(key, value, value.get_ref().as_table(), "a table", faults)?;
        let at = self.key_place(key);
        Some(Table::new(table.value, at, key_title(&self.title, key)))
    }

    /// The tables of `[[key]]`, or of a list of inline tables.
    pub fn tables(&mut self, key: &'static str, faults: &mut Faults) -> Option<At<Vec<Table<'a, 'i>>>> {
        let list = self.array(key, faults)?;
        let source = list.at.source;
        let mut tables = Vec::new();
        for item in list.value {
            let at = Place { source, start: item.span().start };
            match item.get_ref().as_table() {
                Some(table) => tables.push(Table::new(
                    table,
                    at,
                    if self.title.is_empty() { format!("[[{key}]]") } else { format!("`{key}` of {}", self.title) },
                )),
                None => faults.add(
                    at,
                    format!("`{key}` of {} holds {}", self.title, kind(item.get_ref())),
                    format!("write a list of tables, such as {key} = [{{ … }}]"),
                ),
            }
        }
        Some(At::new(tables, list.at))
    }

    /// Reads the members of a document, under their own names or the short ones of `aliases`.
    pub fn document(
        &mut self,
        members: impl Iterator<Item = &'static Member>,
        aliases: &'static [(&'static str, &'static str)],
        faults: &mut Faults,
    ) -> Said {
        let mut said = Said::default();
        for member in members {
            let alias = aliases.iter().find(|(_, name)| *name == member.name);
            self.asked.push(member.name);
            self.asked.extend(alias.map(|(short, _)| *short));
            let own = self.entries.get_key_value(member.name);
            let short = alias.and_then(|(short, _)| self.entries.get_key_value(*short));
            if let (Some((key, _)), Some((other, _))) = (own, short) {
                let what = format!("`{}` and `{}` are one and the same", key.get_ref(), other.get_ref());
                faults.add(self.place(key.span().start), what, "keep one of the two");
            }
            let Some((_, value)) = own.or(short) else { continue };
            if let (None, Some(alias)) = (own, alias) {
                said.aliases.push(*alias);
            }
            said.members.insert(member.name.to_owned(), json(value.get_ref()));
            said.places.insert(member.name.to_owned(), self.place(value.span().start));
            for (index, item) in value.get_ref().as_array().into_iter().flat_map(|items| items.iter()).enumerate() {
                said.places.insert(format!("{}[{index}]", member.name), self.place(item.span().start));
            }
        }
        said
    }

    /// Every entry, as JSON; nothing is refused.
    pub fn into_json(self) -> serde_json::Map<String, Value> {
        self.entries.iter().map(|(key, value)| (key.get_ref().to_string(), json(value.get_ref()))).collect()
    }

    /// Every key with its value as JSON and the place of each.
    pub fn entries(&self) -> impl Iterator<Item = (At<&str>, At<Value>)> {
        self.entries.iter().map(|(key, value)| {
            (At::new(key.get_ref().as_ref(), self.place(key.span().start)), At::new(json(value.get_ref()), self.place(value.span().start)))
        })
    }

    pub fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    pub fn is_string(&self, key: &str) -> bool {
        self.entries.get(key).is_some_and(|value| value.get_ref().is_str())
    }

    /// Lets `key` pass [`Table::finish`]: it was refused already.
    pub fn pardon(&mut self, key: &'static str) {
        self.asked.push(key);
    }

    /// Where `key` stands, or the table where it does not.
    pub fn key_place(&self, key: &str) -> Place {
        self.entries.get_key_value(key).map_or(self.at, |(key, _)| self.place(key.span().start))
    }

    /// Refuses every key that was not asked for.
    pub fn finish(self, faults: &mut Faults) {
        for (key, _) in self.entries {
            let name = key.get_ref().as_ref();
            if !self.asked.contains(&name) {
                let whose = if self.title.is_empty() { "a realm file".to_owned() } else { self.title.clone() };
                faults.add(self.place(key.span().start), format!("`{name}` is no key of {whose}"), did_you_mean(name, &self.asked));
            }
        }
    }

    fn value(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'i>>> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.entries.get(key)
    }

    fn array(&mut self, key: &'static str, faults: &mut Faults) -> Option<At<&'a DeArray<'i>>> {
        let value = self.value(key)?;
        let wanted = if self.title.is_empty() { format!("[[{key}]], with two brackets") } else { format!("a list, such as {key} = […]") };
        self.typed(key, value, value.get_ref().as_array(), &wanted, faults)
    }

    fn typed<T>(&self, key: &str, value: &Spanned<DeValue<'_>>, read: Option<T>, wanted: &str, faults: &mut Faults) -> Option<At<T>> {
        let at = self.place(value.span().start);
        if read.is_none() {
            let whose = if self.title.is_empty() { String::new() } else { format!(" of {}", self.title) };
            faults.add(at, format!("`{key}`{whose} is {}", kind(value.get_ref())), format!("write {wanted}"));
        }
        read.map(|read| At::new(read, at))
    }

    fn place(&self, start: usize) -> Place {
        Place { source: self.at.source, start }
    }
}

/// One of `words`, or a fault that lists them.
pub(super) fn word<T: Copy>(text: &At<String>, key: &str, words: &[(&str, T)], faults: &mut Faults) -> Option<At<T>> {
    let found = words.iter().find(|(word, _)| *word == text.value);
    if found.is_none() {
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        faults.add(text.at, format!("`{key}` cannot be {:?}", text.value), did_you_mean(&text.value, &names));
    }
    found.map(|(_, value)| At::new(*value, text.at))
}

fn key_title(parent: &str, key: &str) -> String {
    match parent {
        "" => format!("[{key}]"),
        _ => format!("`{key}` of {parent}"),
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Null, Value::from),
        DeValue::Float(number) => number.as_str().replace('_', "").parse::<f64>().map_or(Value::Null, Value::from),
        DeValue::Boolean(flag) => Value::from(*flag),
        DeValue::Datetime(when) => Value::from(when.to_string()),
        DeValue::Array(items) => items.iter().map(|item| json(item.get_ref())).collect(),
        DeValue::Table(table) => table.iter().map(|(key, value)| (key.get_ref().to_string(), json(value.get_ref()))).collect(),
    }
}
