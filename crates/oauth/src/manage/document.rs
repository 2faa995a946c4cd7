//! What every noun's document has: public names, a meaning for each, and nothing that is not known.

use serde_json::{Map, Value};

use super::Fault;

/// A member of a document, for references and messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// As documents write it.
    pub name: &'static str,
    /// Sentences, as they stand beside the member in the code.
    pub meaning: &'static [&'static str],
}

/// Of the faults of a document that takes another's place, those that rest on what differs: what was
/// accepted before, and stays, is not judged again.
pub fn of_what_differs(mut faults: Vec<Fault>, before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<Fault> {
    let differs = |key: &str| before.get(key) != after.get(key);
    faults.retain(|fault| {
        let mut members = fault.path.first_key().into_iter().chain(fault.besides.iter().copied()).peekable();
        members.peek().is_none() || members.any(differs)
    });
    faults
}

/// What is usual need not be written.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A document: a struct whose members are its public names. What is left out is as usual.
macro_rules! document {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[doc = $doc:literal])+ $member:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name {
            $($(#[doc = $doc])+ #[serde(skip_serializing_if = "crate::manage::document::is_default")] pub $member: $type,)*
        }

        impl $name {
            /// Every member, in the order of references.
            pub const MEMBERS: &'static [$crate::manage::Member] =
                &[$($crate::manage::Member { name: stringify!($member), meaning: &[$($doc),+] }),*];
        }

        impl $crate::manage::Described for $name {
            fn described() -> serde_json::Value {
                $crate::manage::described::object([$((
                    $crate::manage::Member { name: stringify!($member), meaning: &[$($doc),+] },
                    <$type as $crate::manage::Described>::described(),
                )),*])
            }
        }
    };
}
pub(crate) use document;
