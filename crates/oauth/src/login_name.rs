//! What a person types to sign in, folded so that look-alikes are one name.

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

/// A user name or e-mail address after NFKC and case folding; what is stored and compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct LoginName(String);

impl LoginName {
    /// In UTF-8, before and after it is folded.
    pub const MAX_BYTES: usize = 255;

    /// `None` for what can be nobody's name: empty, over-long, or with control characters.
    pub fn fold(text: &str) -> Option<Self> {
        if text.len() > Self::MAX_BYTES {
            return None;
        }
        // Lower-casing twice around NFKC folds letters whose compatibility form is upper case.
        let folded: String = text.trim().nfkc().flat_map(char::to_lowercase).collect::<String>().nfkc().collect();
        let fits = !folded.is_empty() && folded.len() <= Self::MAX_BYTES;
        (fits && !folded.chars().any(char::is_control)).then_some(Self(folded))
    }

    /// The folded name; never what people are shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::LoginName;

    #[test]
    fn case_width_and_compatibility_forms_are_one_name() {
        for same in ["ANN", " ann ", "Ａｎｎ"] {
            assert_eq!(LoginName::fold(same), LoginName::fold("ann"), "{same}");
        }
    }

    #[test]
    fn control_characters_are_nobodys_name() {
        assert_eq!(LoginName::fold("ann\0"), None);
        assert_eq!(LoginName::fold(""), None);
    }
}
