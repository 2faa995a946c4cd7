//! Reads one table of a dialect's file, key by key, and goes on after a fault.

use std::{cell::RefCell, ops::Range};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::fault::Faults;

/// A table and which of its keys somebody has asked for; the others are faults.
pub(super) struct Table<'t, 'i> {
    pub(super) faults: &'t Faults,
    pub(super) span: Range<usize>,
    table: &'t DeTable<'i>,
    asked: RefCell<Vec<&'static str>>,
}

/// A value that is one of a closed set of words.
pub(super) trait Word: Copy + 'static {
    const WORDS: &'static [(&'static str, Self)];
}

/// Text and where it stands.
#[derive(Clone)]
pub(super) struct Text<'t> {
    pub(super) text: &'t str,
    pub(super) span: Range<usize>,
}

impl<'t, 'i> Table<'t, 'i> {
    pub(super) fn new(table: &'t DeTable<'i>, span: Range<usize>, faults: &'t Faults) -> Self {
        Self { faults, span, table, asked: RefCell::default() }
    }

    pub(super) fn get(&self, key: &'static str) -> Option<&'t Spanned<DeValue<'i>>> {
        self.asked.borrow_mut().push(key);
        self.table.get(key)
    }

    pub(super) fn text(&self, key: &'static str) -> Option<Text<'t>> {
        let value = self.get(key)?;
        as_text(value, key, self.faults)
    }

    /// The text of a key that must be there.
    pub(super) fn required(&self, key: &'static str, example: &str) -> Option<Text<'t>> {
        if self.table.get(key).is_none() {
            self.asked.borrow_mut().push(key);
            self.faults.add(&self.span, format!("`{key}` is missing"), format!("write {key} = \"{example}\""));
        }
        self.text(key)
    }

    pub(super) fn word<W: Word>(&self, key: &'static str) -> Option<W> {
        let text = self.text(key)?;
        read_word(&text, key, self.faults)
    }

    /// A list of words; `None` where the key is left out or faulty, as what follows from half a list
    /// would be noise.
    pub(super) fn words<W: Word + PartialEq>(&self, key: &'static str) -> Option<Vec<(W, Range<usize>)>> {
        let before = self.faults.count();
        let words = self.sound_words(key)?;
        (self.faults.count() == before).then_some(words)
    }

    /// What can be read of a list of words, without repetition; `None` where the key is left out.
    pub(super) fn sound_words<W: Word + PartialEq>(&self, key: &'static str) -> Option<Vec<(W, Range<usize>)>> {
        let mut words: Vec<(W, Range<usize>)> = Vec::new();
        for item in self.list(key)? {
            let Some(text) = as_text(item, key, self.faults) else { continue };
            let Some(word) = read_word(&text, key, self.faults) else { continue };
            if words.iter().any(|(own, _)| *own == word) {
                self.faults.add(&text.span, format!("{:?} stands twice in `{key}`", text.text), "name it once");
                continue;
            }
            words.push((word, text.span));
        }
        Some(words)
    }

    pub(super) fn list(&self, key: &'static str) -> Option<impl Iterator<Item = &'t Spanned<DeValue<'i>>> + use<'t, 'i>> {
        let value = self.get(key)?;
        let Some(list) = value.get_ref().as_array() else {
            wrong_type(value, key, "a list", self.faults);
            return None;
        };
        Some(list.iter())
    }

    pub(super) fn table(&self, key: &'static str) -> Option<Table<'t, 'i>> {
        let value = self.get(key)?;
        as_table(value, key, self.faults)
    }

    /// Every key, for tables whose keys are data.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Text<'t>, &'t Spanned<DeValue<'i>>)> + use<'t, 'i> {
        self.table.iter().map(|(key, value)| (Text { text: key.get_ref().as_ref(), span: key.span() }, value))
    }

    /// Where `key` stands, else where the table does.
    pub(super) fn span_of(&self, key: &str) -> Range<usize> {
        self.table.get_key_value(key).map_or(self.span.clone(), |(key, _)| key.span())
    }

    /// Refuses the keys that nobody asked for.
    pub(super) fn refuse_others(&self) {
        let asked = self.asked.borrow();
        for key in self.table.keys().filter(|key| !asked.contains(&key.get_ref().as_ref())) {
            self.faults.add(
                &key.span(),
                format!("`{}` is not a key here", key.get_ref()),
                format!("write one of {}, or remove it", asked.join(", ")),
            );
        }
    }
}

pub(super) fn as_table<'t, 'i>(value: &'t Spanned<DeValue<'i>>, what: &str, faults: &'t Faults) -> Option<Table<'t, 'i>> {
    let Some(table) = value.get_ref().as_table() else {
        wrong_type(value, what, "a table", faults);
        return None;
    };
    Some(Table::new(table, value.span(), faults))
}

pub(super) fn as_text<'t>(value: &'t Spanned<DeValue<'_>>, what: &str, faults: &Faults) -> Option<Text<'t>> {
    let Some(text) = value.get_ref().as_str() else {
        wrong_type(value, what, "a string in quotes", faults);
        return None;
    };
    Some(Text { text, span: value.span() })
}

pub(super) fn read_word<W: Word>(text: &Text<'_>, what: &str, faults: &Faults) -> Option<W> {
    let word = W::WORDS.iter().find(|(word, _)| *word == text.text).map(|(_, value)| *value);
    if word.is_none() {
        faults.add(&text.span, format!("{:?} is no value of `{what}`", text.text), format!("write one of {}", words_of::<W>()));
    }
    word
}

pub(super) fn words_of<W: Word>() -> String {
    W::WORDS.iter().map(|(word, _)| format!("{word:?}")).collect::<Vec<_>>().join(", ")
}

fn wrong_type(value: &Spanned<DeValue<'_>>, what: &str, wanted: &str, faults: &Faults) {
    faults.add(&value.span(), format!("`{what}` is a value of type {}", value.get_ref().type_str()), format!("write {wanted}"));
}
