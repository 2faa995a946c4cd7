//! What pages say, in the languages that there are: Fluent files, parsed once.
//!
//! English is complete by test and stands in for what another language does not say. Files in the
//! data folder's `texts/` put their messages over these, and may add languages.

use std::path::Path;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

/// The files of this program, English first.
const BUILT_IN: &[(&str, &str)] = &[("en", include_str!("../texts/en.ftl")), ("de", include_str!("../texts/de.ftl"))];

/// Every language that pages speak.
pub struct Texts(Vec<Spoken>);

struct Spoken {
    code: String,
    bundle: FluentBundle<FluentResource>,
}

/// One of the languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language(usize);

impl Language {
    /// Its place among the languages that there are.
    pub fn place(self) -> usize {
        self.0
    }
}

/// A message and what it speaks of; said once the language is known.
#[derive(Clone, Debug)]
pub struct Text {
    id: &'static str,
    arguments: Vec<(&'static str, Argument)>,
}

#[derive(Clone, Debug)]
pub enum Argument {
    Word(String),
    Number(i64),
}

/// The message `id` of the language files.
pub fn text(id: &'static str) -> Text {
    Text { id, arguments: Vec::new() }
}

impl Text {
    /// Fills in `$name`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        self.arguments.push((name, value.into()));
        self
    }
}

impl From<&str> for Argument {
    fn from(word: &str) -> Self {
        Self::Word(word.to_owned())
    }
}

impl From<String> for Argument {
    fn from(word: String) -> Self {
        Self::Word(word)
    }
}

impl From<i64> for Argument {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Argument {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl Texts {
    /// # Panics
    /// Never: the files are part of the program, and a test reads each.
    pub fn built_in() -> Self {
        let mut texts = Self(Vec::new());
        for (code, source) in BUILT_IN {
            texts.add(code, (*source).to_owned()).expect("a built-in text is broken");
        }
        texts
    }

    /// The built-in texts with those of `folder` over them, and what is wrong with its files.
    pub fn with(folder: &Path) -> (Self, Vec<String>) {
        let (mut texts, mut faults) = (Self::built_in(), Vec::new());
        for (name, source) in super::overrides::files(folder, "ftl", &mut faults) {
            let code = name.trim_end_matches(".ftl").to_owned();
            if let Err(fault) = texts.check(&code, &source).and_then(|()| texts.add(&code, source)) {
                faults.push(format!("texts/{name}: {fault}"));
            }
        }
        (texts, faults)
    }

    /// The first of the wanted languages that there is; a tag's region does not matter.
    pub fn find<'t>(&self, wanted: impl IntoIterator<Item = &'t str>) -> Option<Language> {
        let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let place = |tag: &str| self.0.iter().position(|spoken| spoken.code == primary(tag));
        wanted.into_iter().find_map(place).map(Language)
    }

    /// English.
    pub fn standard(&self) -> Language {
        Language(0)
    }

    pub fn all(&self) -> impl Iterator<Item = Language> + use<> {
        (0..self.0.len()).map(Language)
    }

    /// As in `lang`.
    pub fn code(&self, language: Language) -> &str {
        &self.0[language.0].code
    }

    /// A text in a language.
    pub fn say(&self, language: Language, text: &Text) -> String {
        let mut arguments = FluentArgs::new();
        for (name, value) in &text.arguments {
            match value {
                Argument::Word(word) => arguments.set(*name, FluentValue::from(without_direction(word))),
                Argument::Number(number) => arguments.set(*name, FluentValue::from(*number)),
            }
        }
        self.format(language, text.id, &arguments).unwrap_or_default()
    }

    /// A message in a language, in English where it has none; `None` where nobody has one, or an
    /// argument is missing.
    pub fn format(&self, language: Language, id: &str, arguments: &FluentArgs<'_>) -> Option<String> {
        [language, self.standard()].into_iter().find_map(|language| {
            let bundle = &self.0[language.0].bundle;
            let pattern = bundle.get_message(id)?.value()?;
            let mut errors = Vec::new();
            let said = bundle.format_pattern(pattern, Some(arguments), &mut errors).into_owned();
            errors.is_empty().then_some(said)
        })
    }

    fn add(&mut self, code: &str, source: String) -> Result<(), String> {
        let resource = parse(source)?;
        let place = match self.0.iter().position(|spoken| spoken.code == code) {
            Some(place) => place,
            None => {
                let tag = code.parse().map_err(|_| format!("{code} is no language; name the file after one, such as fr.ftl"))?;
                let mut bundle = FluentBundle::new_concurrent(vec![tag]);
                // Names are set apart by <bdi>; invisible marks would only get in the way of searching.
                bundle.set_use_isolating(false);
                self.0.push(Spoken { code: code.to_owned(), bundle });
                self.0.len() - 1
            }
        };
        self.0[place].bundle.add_resource_overriding(resource);
        Ok(())
    }

    /// Refuses messages that nothing says.
    fn check(&self, code: &str, source: &str) -> Result<(), String> {
        let english = &self.0[0].bundle;
        match ids(source).into_iter().find(|id| !english.has_message(id)) {
            Some(id) => Err(format!("no page says {id}; the messages are those of texts/en.ftl ({code})")),
            None => Ok(()),
        }
    }
}

fn parse(source: String) -> Result<FluentResource, String> {
    FluentResource::try_new(source).map_err(|(_, errors)| match errors.first() {
        Some(error) => format!("not Fluent at byte {}: {error}", error.pos.start),
        None => "not Fluent".to_owned(),
    })
}

/// The messages that a file has.
fn ids(source: &str) -> Vec<&str> {
    let starts = |line: &&str| line.starts_with(|c: char| c.is_ascii_alphabetic());
    source.lines().filter(starts).filter_map(|line| line.split_once('=').map(|(id, _)| id.trim())).collect()
}

/// Without characters that turn the text around them. Where a name stands in markup, `<bdi>` does this.
fn without_direction(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{BUILT_IN, Texts, ids, text};
    use crate::page_parts::templates;

    /// Every literal in the handlers that has a message's form.
    fn named_in_code() -> BTreeSet<String> {
        fn walk(folder: &std::path::Path, found: &mut BTreeSet<String>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, found);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let source = std::fs::read_to_string(&path).unwrap();
                    found.extend(source.split('"').skip(1).step_by(2).map(str::to_owned));
                }
            }
        }
        let mut found = BTreeSet::new();
        walk(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
        found
    }

    /// What templates say: `t("id"` and `th("id"`.
    fn said_in_templates() -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (_, source) in templates::BUILT_IN {
            for call in ["t(\"", "th(\""] {
                for (at, _) in source.match_indices(call) {
                    let before = source[..at].chars().next_back().unwrap_or(' ');
                    let id = source[at + call.len()..].split('"').next().unwrap();
                    if !before.is_alphanumeric() {
                        found.insert(id.to_owned());
                    }
                }
            }
        }
        found
    }

    #[test]
    fn every_language_has_every_message_once_and_no_other() {
        let english: BTreeSet<_> = ids(BUILT_IN[0].1).into_iter().collect();
        for (code, source) in BUILT_IN {
            let own = ids(source);
            let set: BTreeSet<_> = own.iter().copied().collect();
            assert_eq!(own.len(), set.len(), "{code} says something twice");
            let differing: Vec<_> = english.symmetric_difference(&set).collect();
            assert!(differing.is_empty(), "{code}: {differing:?}");
        }
    }

    #[test]
    fn no_message_is_missing_or_unused() {
        let messages: BTreeSet<_> = ids(BUILT_IN[0].1).into_iter().map(str::to_owned).collect();
        let (said, named) = (said_in_templates(), named_in_code());
        let missing: Vec<_> = said.difference(&messages).collect();
        assert!(missing.is_empty(), "templates say what no file has: {missing:?}");
        let unused: Vec<_> = messages.iter().filter(|id| !said.contains(*id) && !named.contains(*id)).collect();
        assert!(unused.is_empty(), "nothing says {unused:?}");
    }

    #[test]
    fn languages_are_found_by_their_tag_and_english_stands_in() {
        let texts = Texts::built_in();
        assert_eq!(texts.find(["fr", "de-AT", "en"]).map(|found| texts.code(found)), Some("de"));
        assert_eq!(texts.find(["tlh"]), None);
        let german = texts.find(["de"]).unwrap();
        assert_eq!(texts.say(german, &text("language-name")), "Deutsch");
    }

    #[test]
    fn the_data_folder_changes_words_and_adds_languages() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("en.ftl"), "sign-in-title = Come in\n").unwrap();
        std::fs::write(folder.path().join("fr.ftl"), "language-name = Français\n").unwrap();
        std::fs::write(folder.path().join("nl.ftl"), "no-such-message = x\n").unwrap();
        std::fs::write(folder.path().join("it.ftl"), "= x\n").unwrap();
        let (texts, faults) = Texts::with(folder.path());
        assert_eq!(faults.len(), 2, "{faults:?}");
        let french = texts.find(["fr"]).unwrap();
        assert_eq!(texts.say(french, &text("language-name")), "Français");
        assert_eq!(texts.say(french, &text("sign-in-title")), "Come in");
    }
}
