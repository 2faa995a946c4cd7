//! Fills an installation with as many realms, clients, people and authorizations as a large one
//! has, straight into its tables, and gives refresh tokens of some of them: for measurements.
//!
//! What is measured afterwards speaks HTTP like anybody else. Rows of one realm lie scattered among
//! those of all others, as years of use would leave them.

mod layout;
mod rows;
mod template;

use std::path::Path;

use anyhow::{Context, Result};
use jeton_store::{
    Location, PostgresUrl,
    copy::{Bulk, Row},
};

use layout::Layout;
pub use template::Secret;
use template::Template;

/// How many rows there are to be, besides those of the installation itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub realms: u64,
    pub clients: u64,
    pub people: u64,
    pub authorizations: u64,
}

impl Size {
    /// A million people, a hundred thousand clients, ten thousand realms, ten million authorizations.
    pub const FULL: Self = Self { realms: 10_000, clients: 100_000, people: 1_000_000, authorizations: 10_000_000 };

    /// A part of [`Self::FULL`], and at least a handful of everything.
    pub fn part(part: f64) -> Self {
        let of = |all: u64| ((all as f64 * part) as u64).max(20);
        let Self { realms, clients, people, authorizations } = Self::FULL;
        Self { realms: of(realms), clients: of(clients), people: of(people), authorizations: of(authorizations) }
    }
}

/// What the new rows are like, and whose the tokens are that come back.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    pub size: Size,
    /// A realm that is there; the new ones are like it, and a tenth of everything is its.
    pub realm: &'a str,
    /// A client of it, whose authorizations the tokens are of.
    pub client_id: &'a str,
    /// Of every new client.
    pub client_secret: Secret<'a>,
    /// Refresh tokens, of authorizations that lie as far apart as they can.
    pub tokens: usize,
}

/// What was made.
pub struct Filled {
    pub refresh_tokens: Vec<String>,
    /// Clients of the realm that was there.
    pub client_ids: Vec<String>,
    pub rows: u64,
}

/// Rows that are written together.
const PAGE: u64 = 5_000;

/// Fills what a server made and nobody serves: a PostgreSQL, or the folder `data`, which holds the
/// master key in both cases. `progress` hears which
/// table is being written, how many of its rows are, and of how many.
pub async fn fill(database: Option<&str>, data: &Path, order: &Order<'_>, progress: &dyn Fn(&str, u64, u64)) -> Result<Filled> {
    let location = match database {
        Some(url) => Location::Postgres { url: PostgresUrl::parse(url)? },
        None => Location::Sqlite { folder: data.to_owned() },
    };
    let template = Template::read(&location, data, order).await?;
    let layout = Layout::new(order.size, &template);
    let mut bulk = Bulk::open(&location).await?;
    bulk.drop_indexes().await?;
    let mut rows = 0;
    for table in rows::TABLES {
        let count = (table.count)(&order.size);
        for first in (0..count).step_by(PAGE as usize) {
            progress(table.name, first, count);
            let page: Vec<Row> = (first..count.min(first + PAGE)).map(|number| (table.row)(&layout, &template, number)).collect();
            bulk.write(table.name, &page).await.with_context(|| format!("writing rows {first} and on of {}", table.name))?;
        }
        progress(table.name, count, count);
        rows += count;
    }
    progress("indexes", 0, 1);
    bulk.make_indexes().await?;
    bulk.settle().await?;
    progress("indexes", 1, 1);
    bulk.close().await?;
    Ok(Filled { refresh_tokens: layout.tokens(&template, order.tokens)?, client_ids: layout.own_clients(), rows })
}

#[cfg(test)]
mod tests;
