//! Pages for people: plain HTML that needs no script, each with a policy that allows nothing inline.

pub mod account;
mod assets;
mod compress;
pub mod csrf;
pub mod desk;
mod flash;
pub mod frame;
pub mod overrides;
mod pending;
pub mod preferences;
mod templates;
pub mod texts;
mod times;
pub mod visitors;

use std::{path::Path, sync::Arc};

use minijinja::Environment;

pub use assets::{Assets, asset};
pub use preferences::choose;
pub use texts::Texts;

/// What pages are made of: read once, at the start.
pub struct Pages {
    pub templates: Environment<'static>,
    pub texts: Texts,
    pub assets: Assets,
}

impl Pages {
    /// The built-in ones, with those of the data folder over them. What is broken there is said in the
    /// log, and the built-in one stays in its place.
    pub fn load(data: &Path) -> Arc<Self> {
        let (texts, mut faults) = Texts::with(&data.join("texts"));
        let (templates, broken) = templates::environment(&data.join("templates"));
        faults.extend(broken);
        let (assets, broken) = Assets::with(&data.join("assets"));
        faults.extend(broken);
        for fault in faults {
            tracing::error!("not used in the pages: {fault}");
        }
        Arc::new(Self { templates, texts, assets })
    }
}
