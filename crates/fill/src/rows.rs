//! A row of each table by its number, in the order of the table's columns.

use jeton_store::copy::{Cell, Row};
use uuid::Uuid;

use crate::{
    Size,
    layout::{Layout, client_id},
    template::Template,
};

pub struct Table {
    pub name: &'static str,
    pub count: fn(&Size) -> u64,
    pub row: fn(&Layout, &Template, u64) -> Row,
}

/// Parents first.
pub const TABLES: &[Table] = &[
    Table { name: "realms", count: |size| size.realms, row: realm },
    Table { name: "user_numbers", count: |size| size.realms, row: user_number },
    Table { name: "clients", count: |size| size.clients, row: client },
    Table { name: "client_secrets", count: |size| size.clients, row: client_secret },
    Table { name: "users", count: |size| size.people, row: person },
    Table { name: "subjects", count: |size| size.people + size.clients, row: subject },
    Table { name: "login_names", count: |size| size.people, row: login_name },
    Table { name: "authorizations", count: |size| size.authorizations, row: authorization },
];

fn realm(layout: &Layout, template: &Template, number: u64) -> Row {
    let config = &template.config;
    vec![
        layout.realm(number).into_cell(),
        format!("filled-{number}").into_cell(),
        Cell::Null,
        Cell::Null,
        config.dialect.clone().into_cell(),
        config.audience.clone().map_or(Cell::Null, Cell::Text),
        json(&config.scopes),
        json(&config.settings),
        "active".into_cell(),
        0.into_cell(),
        layout.now().into_cell(),
        1.into_cell(),
        Cell::Null,
    ]
}

/// Past every number that a person here has.
fn user_number(layout: &Layout, _: &Template, number: u64) -> Row {
    vec![layout.realm(number).into_cell(), 1_000_000_000.into_cell()]
}

fn client(layout: &Layout, template: &Template, number: u64) -> Row {
    vec![
        layout.client(number).into_cell(),
        layout.realm_of(number).into_cell(),
        client_id(number).into_cell(),
        Cell::Null,
        "client_secret_basic".into_cell(),
        r#"["refresh_token","client_credentials"]"#.into_cell(),
        "[]".into_cell(),
        "read".into_cell(),
        Cell::Null,
        template.config.audience.as_ref().map_or_else(|| "[]".into_cell(), |audience| json(&[audience])),
        Cell::Null,
        Cell::Null,
        Cell::Null,
        0.into_cell(),
        Cell::Null,
        "active".into_cell(),
        0.into_cell(),
        layout.now().into_cell(),
        1.into_cell(),
        Cell::Null,
        Cell::Null,
        Cell::Null,
    ]
}

fn client_secret(layout: &Layout, template: &Template, number: u64) -> Row {
    vec![
        layout.client(number).into_cell(),
        layout.secret(number).into_cell(),
        layout.realm_of(number).into_cell(),
        Cell::Bytes(template.secret.0.to_vec()),
        Cell::Null,
        layout.now().into_cell(),
        Cell::Null,
        Cell::Null,
        Cell::Null,
    ]
}

fn person(layout: &Layout, _: &Template, number: u64) -> Row {
    vec![
        layout.person(number).into_cell(),
        layout.realm_of(number).into_cell(),
        layout.person(number).to_string().into_cell(),
        account_number(number).into_cell(),
        "person".into_cell(),
        "active".into_cell(),
        0.into_cell(),
        user_name(number).into_cell(),
        Cell::Null,
        0.into_cell(),
        Cell::Null,
        Cell::Null,
        Cell::Null,
        layout.now().into_cell(),
        layout.now().into_cell(),
        1.into_cell(),
        "{}".into_cell(),
        "[]".into_cell(),
        "{}".into_cell(),
        Cell::Null,
        Cell::Null,
    ]
}

/// People, then clients.
fn subject(layout: &Layout, _: &Template, number: u64) -> Row {
    match number.checked_sub(layout.people()) {
        None => vec![
            layout.realm_of(number).into_cell(),
            layout.person(number).to_string().into_cell(),
            account_number(number).into_cell(),
            layout.person(number).into_cell(),
        ],
        Some(client) => vec![layout.realm_of(client).into_cell(), client_id(client).into_cell(), Cell::Null, Cell::Null],
    }
}

fn login_name(layout: &Layout, _: &Template, number: u64) -> Row {
    vec![layout.realm_of(number).into_cell(), user_name(number).into_cell(), layout.person(number).into_cell()]
}

fn authorization(layout: &Layout, template: &Template, number: u64) -> Row {
    let (realm, client, person) = layout.parties(number);
    let (made, ends) = (layout.made_at(number), layout.ends_at(number));
    vec![
        layout.authorization(number).into_cell(),
        realm.into_cell(),
        client.into_cell(),
        person.into_cell(),
        Cell::Null,
        "read".into_cell(),
        Cell::Null,
        made.into_cell(),
        Cell::Null,
        made.into_cell(),
        ends.into_cell(),
        i64::from(template.epoch).into_cell(),
        0.into_cell(),
        Cell::Null,
        Cell::Null,
        0.into_cell(),
        made.into_cell(),
        ends.into_cell(),
        Cell::Bytes(layout.seed(number).to_vec()),
        template.refresh_key().0.into_cell(),
        Cell::Null,
        Cell::Null,
    ]
}

fn user_name(number: u64) -> String {
    format!("person-{number:08}")
}

/// Far from those that are there.
fn account_number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX).saturating_add(1_000_000)
}

/// What is stored as JSON; our own types always serialise.
fn json<T: serde::Serialize + ?Sized>(value: &T) -> Cell {
    Cell::Text(serde_json::to_string(value).unwrap_or_default())
}

trait IntoCell {
    fn into_cell(self) -> Cell;
}

impl IntoCell for Uuid {
    fn into_cell(self) -> Cell {
        Cell::Id(self)
    }
}

impl IntoCell for i64 {
    fn into_cell(self) -> Cell {
        Cell::Int(self)
    }
}

impl IntoCell for String {
    fn into_cell(self) -> Cell {
        Cell::Text(self)
    }
}

impl IntoCell for &str {
    fn into_cell(self) -> Cell {
        Cell::Text(self.to_owned())
    }
}
