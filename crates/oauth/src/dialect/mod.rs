//! Wire formats as data: how a request becomes one of the protocol's own, and how answers and
//! errors are written.

use crate::settings::SettingsPatch;

/// A wire format, checked.
#[derive(Clone, Debug)]
pub struct Dialect {
    pub name: String,
    pub settings: SettingsPatch,
}
