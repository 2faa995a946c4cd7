//! Wire formats of a server elsewhere.

use std::path::Path;

use jeton_oauth::{dialect::DialectFile, manage::Refusal};
use serde_json::{Value, json};

use super::{BUILT_IN, STORED, applied_as, impossible, read, refused};
use crate::{
    api::{Server, segment},
    failure::Failure,
    output::{self, words},
};

pub(super) async fn list(server: &Server, json: bool) -> Result<(), Failure> {
    let mut found = server.list("/dialects", "", usize::MAX).await??;
    for dialect in &mut found {
        dialect["where"] = if dialect["built_in"] == true { BUILT_IN } else { STORED }.into();
    }
    if json {
        output::json(&found);
        return Ok(());
    }
    let mut rows = output::Rows::new(&["name", "where", "relaxes", "what"], "");
    for dialect in found {
        let relaxes: Vec<String> = dialect["relaxes"].as_array().into_iter().flatten().map(words).collect();
        let what = output::words_or(&dialect["summary"], "broken: the server does not understand it any more");
        rows.add([words(&dialect["name"]), words(&dialect["where"]), relaxes.join(", "), what]);
    }
    rows.print();
    Ok(())
}

pub(super) async fn show(server: &Server, name: &str, json: bool) -> Result<(), Failure> {
    let found = server.get(&at(name)).await??.body;
    if json {
        output::json(&json!({ "name": name, "toml": found["toml"] }))
    } else {
        output::text(format_args!("{}", words(&found["toml"])))
    }
    Ok(())
}

pub(super) async fn apply(server: &Server, file: &Path, json: bool) -> Result<(), Failure> {
    let checked = DialectFile::check(read(file)?).map_err(|faults| refused(file, faults))?;
    let path = at(checked.name());
    let before = match server.get(&path).await? {
        Ok(found) => Some(found),
        Err(Refusal::NotFound(_)) => None,
        Err(other) => return Err(other.into()),
    };
    let etag = before.as_ref().and_then(|found| found.etag.clone());
    let written = server.put(&path, &json!({ "toml": checked.text() }), etag.as_deref()).await?;
    let written = written.map_err(|refusal| impossible(file, refusal))?.body;
    let version = |dialect: &Value| dialect["version"].as_u64().unwrap_or_default();
    let said = match &before {
        None => "created",
        Some(found) if version(&found.body) == version(&written) => "unchanged",
        Some(_) => "changed",
    };
    let speaks = |realm: &Value| realm["dialect"] == checked.name();
    let realms = server.list_of("/realms", "", usize::MAX, speaks).await??.len();
    applied_as(&checked, said, version(&written), realms, json);
    Ok(())
}

pub(super) async fn remove(server: &Server, name: &str) -> Result<(), Failure> {
    server.delete(&at(name)).await??;
    Ok(())
}

fn at(name: &str) -> String {
    format!("/dialects/{}", segment(name))
}
