//! The first page: the realms, until there are figures to show.

use axum::response::Response;

use super::{Console, realms, views};
use crate::failure::Failure;

pub async fn landing(console: &Console<'_>) -> Result<Response, Failure> {
    let (page, ask) = realms::part(console).await?;
    console.render(views::Landing, page, &ask)
}
