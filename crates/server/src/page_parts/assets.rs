//! Styles, modules and pictures: each under a name that changes with what it holds, so that
//! browsers may keep it for a year.

use std::{collections::HashMap, path::Path};

use aws_lc_rs::digest::{SHA256, digest};
use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use jeton_oauth::OAuthError;

use super::compress;
use crate::respond::not_found;

const BUILT_IN: &[(&str, &str)] = &[
    ("style.css", include_str!("../assets/style.css")),
    ("jeton.js", include_str!("../assets/jeton.js")),
    ("passkey.js", include_str!("../assets/passkey.js")),
    ("jeton.svg", include_str!("../assets/jeton.svg")),
];

/// Bytes of a file in the data folder's `assets/`.
const LARGEST: usize = 64 * 1024;

/// What a file may be, and its media type.
const KINDS: &[(&str, &str)] =
    &[("css", "text/css; charset=utf-8"), ("js", "text/javascript; charset=utf-8"), ("svg", "image/svg+xml"), ("png", "image/png")];

/// Every asset by the name that templates and realms call it.
pub struct Assets(HashMap<String, Asset>);

struct Asset {
    /// `style.0123456789abcdef.css`
    address: String,
    kind: &'static str,
    bytes: Bytes,
    /// Pictures that are compressed already have none.
    gzip: Option<Bytes>,
}

impl Assets {
    /// The built-in assets with those of `folder` over them, and what is wrong with its files.
    pub fn with(folder: &Path) -> (Self, Vec<String>) {
        let (mut assets, mut faults) = (HashMap::new(), Vec::new());
        for (name, text) in BUILT_IN {
            assets.extend(Asset::new(name, text.as_bytes().to_vec()).map(|asset| ((*name).to_owned(), asset)));
        }
        for (name, bytes) in super::overrides::everything(folder, &mut faults) {
            if bytes.len() > LARGEST {
                faults.push(format!("assets/{name}: {} bytes; at most {LARGEST} are served", bytes.len()));
                continue;
            }
            match Asset::new(&name, bytes) {
                Some(asset) => {
                    assets.insert(name, asset);
                }
                None => faults.push(format!(
                    "assets/{name}: name it with letters, digits, - and _, and one of .css, .js, .svg, .png; folders are not served"
                )),
            }
        }
        (Self(assets), faults)
    }

    /// The address of an asset on every host of this server.
    pub fn address(&self, name: &str) -> Option<String> {
        self.0.get(name).map(|asset| format!("/assets/{}", asset.address))
    }

    /// What stands at `/assets/{name}`.
    pub fn answer(&self, name: &str, headers: &HeaderMap) -> Result<Response, OAuthError> {
        let known = self.0.values().find(|asset| asset.address == name);
        let brand;
        let asset = match known {
            Some(asset) => asset,
            None => match accent_of(name).and_then(sheet).filter(|sheet| sheet.address == name) {
                Some(sheet) => {
                    brand = sheet;
                    &brand
                }
                None => return Err(not_found()),
            },
        };
        Ok(asset.answer(headers))
    }
}

impl Asset {
    fn new(name: &str, bytes: Vec<u8>) -> Option<Self> {
        let (stem, extension) = name.rsplit_once('.')?;
        let plain = !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        let kind = KINDS.iter().find(|(own, _)| *own == extension && plain)?.1;
        let hash: String = digest(&SHA256, &bytes).as_ref()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        let gzip = (extension != "png").then(|| compress::gzip(&bytes, 9).into());
        Some(Self { address: format!("{stem}.{hash}.{extension}"), kind, bytes: bytes.into(), gzip })
    }

    fn answer(&self, headers: &HeaderMap) -> Response {
        let small = self.gzip.as_ref().filter(|_| compress::accepts_gzip(headers));
        let mut response = Response::new(Body::from(small.unwrap_or(&self.bytes).clone()));
        let out = response.headers_mut();
        out.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
        out.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        // A picture that somebody opens by itself runs nothing either.
        out.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'"));
        out.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        if small.is_some() {
            out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }
}

/// Where the sheet of a realm with this accent (`#f2b705`) is: one line that sets `--brand`.
pub fn brand_address(accent: &str) -> Option<String> {
    let hex = accent.strip_prefix('#').filter(|hex| is_colour(hex))?;
    Some(format!("/assets/{}", sheet(&hex.to_ascii_lowercase())?.address))
}

/// The colour in `brand-f2b705.….css`.
fn accent_of(name: &str) -> Option<&str> {
    name.strip_prefix("brand-")?.get(..6).filter(|hex| is_colour(hex))
}

fn is_colour(hex: &str) -> bool {
    hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn sheet(hex: &str) -> Option<Asset> {
    Asset::new(&format!("brand-{hex}.css"), format!(":root {{ --brand: #{hex}; }}\n").into_bytes())
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::{Assets, brand_address};

    #[test]
    fn a_name_changes_with_what_it_holds_and_no_other_is_answered() {
        let folder = tempfile::tempdir().unwrap();
        let (before, _) = Assets::with(folder.path());
        std::fs::write(folder.path().join("style.css"), "p {}").unwrap();
        std::fs::write(folder.path().join("logo.svg"), "<svg/>").unwrap();
        std::fs::write(folder.path().join("notes.txt"), "").unwrap();
        let (after, faults) = Assets::with(folder.path());
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_ne!(before.address("style.css"), after.address("style.css"));
        let logo = after.address("logo.svg").unwrap();
        let found = |name: &str| after.answer(name, &HeaderMap::new()).is_ok();
        assert!(found(logo.trim_start_matches("/assets/")));
        for other in ["style.css", "logo.svg", "logo.0000000000000000.svg", "../jeton.db", ""] {
            assert!(!found(other), "{other}");
        }
    }

    #[test]
    fn a_brands_sheet_is_made_from_its_address() {
        let (assets, _) = Assets::with(std::path::Path::new("/nowhere"));
        let address = brand_address("#F2B705").unwrap();
        assert!(address.starts_with("/assets/brand-f2b705."), "{address}");
        assert!(assets.answer(address.trim_start_matches("/assets/"), &HeaderMap::new()).is_ok());
        assert!(assets.answer("brand-f2b705.0000000000000000.css", &HeaderMap::new()).is_err());
        assert_eq!(brand_address("red"), None);
        assert_eq!(brand_address("#12345"), None);
    }
}
