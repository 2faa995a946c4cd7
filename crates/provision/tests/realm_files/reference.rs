//! The reference of realm files, and its examples, against the code.

use jeton_oauth::{
    manage::{ClientMetadata, Described, Member, UserMetadata},
    model::Profile,
    settings::{GrantType, ScopeDefinition, Settings, SettingsPatch},
};
use jeton_provision::*;

use crate::Desk;

/// The row of a key in one chapter of the reference.
fn row<'t>(chapter: &'t str, key: &str) -> &'t str {
    let begins = |line: &&str| line.starts_with(&format!("| `{key}` ")) || line.starts_with(&format!("| `{key}`,"));
    chapter.lines().find(begins).unwrap_or_else(|| panic!("docs/realm-file.md says nothing of `{key}`"))
}

/// A setting's usual value, as the reference has it.
fn usual(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Number(number) => number.to_string(),
        serde_json::Value::Object(members) if members.is_empty() => "nothing".to_owned(),
        serde_json::Value::String(text) if !text.is_empty() => format!("`{text}`"),
        value => format!("`{}`", value.to_string().replace(',', ", ")),
    }
}

#[test]
fn every_key_is_in_the_reference_and_means_the_same_there() {
    let reference = include_str!("../../../../docs/realm-file.md");
    let chapter = |title: &str| reference.split("\n## ").find(|chapter| chapter.starts_with(title)).unwrap();
    let says = |chapter: &str, key: &str, meaning: &str| {
        let row = row(chapter, key);
        assert!(row.contains(&format!(" | {meaning}")), "docs/realm-file.md says of `{key}`: {row}\nthe code: {meaning}");
    };
    let member = |chapter: &str, member: &Member| {
        let sentences: Vec<_> = member.meaning.iter().map(|sentence| sentence.trim()).collect();
        says(chapter, member.name, &sentences.join(" "));
    };
    let described = SettingsPatch::described();
    for (name, value) in Settings::default().to_patch().to_document() {
        let meaning = described["properties"][&name]["description"].as_str().unwrap();
        says(chapter("`[settings]`"), &name, meaning);
        let row = row(chapter("`[settings]`"), &name);
        assert!(row.ends_with(&format!(" | {} |", usual(&value))), "docs/realm-file.md: usual is {}: {row}", usual(&value));
    }
    ClientMetadata::MEMBERS.iter().for_each(|one| member(chapter("`[[client]]`"), one));
    ScopeDefinition::MEMBERS.iter().for_each(|one| member(chapter("`[[scope]]`"), one));
    let (person, claims) = chapter("`[[user]]`").split_once("\nIn `profile`").unwrap();
    UserMetadata::MEMBERS.iter().for_each(|one| member(person, one));
    Profile::MEMBERS.iter().for_each(|one| member(claims, one));
    for key in ["name", "title", "issuer", "dialect", "audience", "status", "relaxes"] {
        row(chapter("`[realm]`"), key);
    }
    for key in ["owner", "password", "sub", "number", "status", "created_at"] {
        row(person, key);
    }
    for (short, _) in CLIENT_ALIASES {
        assert!(reference.contains(&format!("(`{short}`)")), "docs/realm-file.md says nothing of `{short}`");
    }
    let grants = row(chapter("`[[client]]`"), "grant_types");
    for grant in GrantType::ALL.map(|grant| format!("`{}`", grant.as_str())) {
        assert!(grants.contains(&grant), "docs/realm-file.md does not say that a client may use {grant}");
        assert!(include_str!("../../../../README.md").contains(&grant), "README.md does not say that there is {grant}");
    }
}

#[tokio::test]
async fn the_example_of_a_whole_team_can_be_applied() {
    let mut desk = Desk::new();
    for name in ["WEB_SECRET", "ORDERS_API_SECRET", "NIGHTLY_SECRET", "DANA_PASSWORD", "SHOP_PASSWORD"] {
        desk.environment.0.insert(name, "pL9vR2xWq7ZkT4nB8mYc3HsJ6dFgA1eU");
    }
    let example = include_str!("../../../../docs/examples/api-team.toml");
    assert!(!desk.applied(example).await.changes.is_empty());
    assert_eq!(desk.applied(example).await.changes, []);
}
