//! The logos of the demo's realms, put where an operator's own pictures would be.

use std::path::Path;

use crate::failure::Failure;

const LOGOS: &[(&str, &str, &str)] = &[
    ("volt", "volt.svg", include_str!("assets/volt.svg")),
    ("volt-time", "volt-time.svg", include_str!("assets/volt-time.svg")),
    ("voipex", "voipex.svg", include_str!("assets/voipex.svg")),
    ("violet", "violet.svg", include_str!("assets/violet.svg")),
    ("depotfinity", "depotfinity.svg", include_str!("assets/depotfinity.svg")),
];

/// A realm's logo, by its name among the assets.
pub fn logo(realm: &str) -> Option<&'static str> {
    LOGOS.iter().find(|(name, ..)| *name == realm).map(|(_, file, _)| *file)
}

/// Writes them into the data folder.
pub fn write(data: &Path) -> Result<(), Failure> {
    let folder = data.join("assets");
    let refused = |error: std::io::Error| Failure::failed(format!("{} cannot be written: {error}", folder.display()));
    std::fs::create_dir_all(&folder).map_err(refused)?;
    LOGOS.iter().try_for_each(|(_, file, text)| std::fs::write(folder.join(file), text).map_err(refused))
}
