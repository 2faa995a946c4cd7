//! Why a form was refused, beside the field that it is about.

use jeton_oauth::manage::{Fault, Refusal, Step};

use crate::failure::Failure;

/// What a verb found wrong with a document, by its members.
#[derive(Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// What can be mended in the form; any other refusal is a page of its own.
    ///
    /// # Errors
    /// Those.
    pub fn of(refusal: Refusal) -> Result<Self, Failure> {
        match refusal {
            Refusal::Faults(faults) => Ok(Self(faults)),
            other => Err(jeton_oauth::OAuthError::from(other).into()),
        }
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// What is wrong with a member, as a sentence; of a list as a whole where it is one.
    pub fn at(&self, member: &str) -> Option<String> {
        self.find(|fault| fault.path.first_key() == Some(member) && index(fault).is_none())
    }

    /// What is wrong with one entry of a list.
    pub fn at_entry(&self, member: &str, entry: usize) -> Option<String> {
        self.find(|fault| fault.path.first_key() == Some(member) && index(fault) == Some(entry))
    }

    /// What is wrong with anything else.
    pub fn elsewhere(&self, members: &[&str]) -> Option<String> {
        self.find(|fault| fault.path.first_key().is_none_or(|key| !members.contains(&key)))
    }

    fn find(&self, is_it: impl Fn(&Fault) -> bool) -> Option<String> {
        self.0.iter().find(|fault| is_it(fault)).map(sentences)
    }
}

fn index(fault: &Fault) -> Option<usize> {
    fault.path.steps().iter().find_map(|step| match step {
        Step::Index(index) => Some(*index),
        Step::Key(_) => None,
    })
}

fn sentences(fault: &Fault) -> String {
    // What begins with a member's name says what the field's label does.
    let what = Some(&fault.what).filter(|what| !what.starts_with('`') || fault.instead.is_empty());
    what.into_iter().chain([&fault.instead]).filter(|part| !part.is_empty()).map(|part| sentence(part)).collect::<Vec<_>>().join(" ")
}

fn sentence(text: &str) -> String {
    let text = text.replace('`', "");
    let mut letters = text.chars();
    let first: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use jeton_oauth::manage::{Fault, Refusal};

    use super::Faults;

    #[test]
    fn a_fault_is_told_in_sentences_where_it_is() {
        let found = vec![Fault::new(("redirect_uris", 1), "it is `odd`", "use https"), Fault::new("scope", "no", "yes")];
        let Ok(faults) = Faults::of(Refusal::Faults(found)) else { panic!("not a form's") };
        assert_eq!(faults.at_entry("redirect_uris", 1).as_deref(), Some("It is odd. Use https."));
        assert_eq!((faults.at("redirect_uris"), faults.at_entry("redirect_uris", 0)), (None, None));
        let Ok(named) = Faults::of(Fault::new("tos_uri", "`tos_uri` is odd", "write it").into()) else { panic!("not a form's") };
        assert_eq!(named.at("tos_uri").as_deref(), Some("Write it."));
        assert_eq!(faults.elsewhere(&["redirect_uris"]).as_deref(), Some("No. Yes."));
    }
}
