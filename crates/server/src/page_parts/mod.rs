//! What pages are made of: templates, texts and assets, built in or an operator's. Knows of no request.

pub mod assets;
pub mod compress;
mod overrides;
pub mod templates;
pub mod texts;

use std::{path::Path, sync::Arc};

use assets::Assets;
use minijinja::Environment;
use texts::Texts;

/// Read once, at the start.
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

/// What is wrong with the overrides of a data folder, in words; nothing where there are none.
pub fn faults_of_overrides(data: &Path) -> Vec<String> {
    let (_, mut faults) = Texts::with(&data.join("texts"));
    faults.extend(templates::environment(&data.join("templates")).1);
    faults.extend(Assets::with(&data.join("assets")).1);
    faults
}
