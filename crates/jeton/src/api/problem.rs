//! What a server refuses (RFC 9457), as a command tells it.

use http::{HeaderMap, StatusCode, header};
use jeton_oauth::manage::{Fault, Path, Position, Refusal};
use serde::Deserialize;

use super::connection::Received;
use crate::failure::Failure;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Problem {
    detail: String,
    errors: Vec<Part>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Part {
    pointer: String,
    what: String,
    instead: String,
    file: Option<String>,
    line: usize,
    column: usize,
}

/// A refusal of what was asked, which a command may say in its own words; or why it was not even looked at.
pub fn told(received: &Received, server: &str) -> Result<Refusal, Failure> {
    let is_problem = header_text(&received.headers, header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("application/problem+json"));
    let problem: Option<Problem> = if is_problem { serde_json::from_slice(&received.body).ok() } else { None };
    let Some(Problem { detail, errors }) = problem else { return Err(stranger(received, server)) };
    match received.status {
        StatusCode::UNAUTHORIZED => Err(Failure::Failed(format!(
            "{server} does not let this token in: {detail}; `jeton administrator token create` makes one, and --token-file or JETON_TOKEN names it"
        ))),
        StatusCode::FORBIDDEN => Err(Failure::Failed(format!("{server} does not allow this: {detail}"))),
        StatusCode::NOT_FOUND => Ok(Refusal::NotFound(detail)),
        StatusCode::CONFLICT => Ok(Refusal::Conflict(detail)),
        StatusCode::PRECONDITION_FAILED => {
            Ok(Refusal::Conflict("somebody else changed it at the same time; nothing was written, so run it again".to_owned()))
        }
        StatusCode::TOO_MANY_REQUESTS => {
            let wait = header_text(&received.headers, header::RETRY_AFTER).map(|seconds| format!("; try again in {seconds} s"));
            Err(Failure::Failed(format!("{server} is asked too often: {detail}{}", wait.unwrap_or_default())))
        }
        StatusCode::BAD_REQUEST if !errors.is_empty() => Ok(Refusal::Faults(errors.into_iter().map(fault).collect())),
        status => Err(Failure::Failed(format!("{server} answers {status}: {detail}"))),
    }
}

fn fault(part: Part) -> Fault {
    let fault = Fault::new(Path::of_pointer(&part.pointer), part.what, part.instead);
    match part.file {
        Some(file) => fault.placed(Position { file, line: part.line, column: part.column }),
        None => fault,
    }
}

/// Something answers that is no admin API.
fn stranger(received: &Received, server: &str) -> Failure {
    if let Some(place) = header_text(&received.headers, header::LOCATION).filter(|_| received.status.is_redirection()) {
        return Failure::Failed(format!("{server} sends elsewhere, to {place}; give the address that it is served at"));
    }
    Failure::Failed(format!("{server} answers {}, and not as an admin API; is this the address of a Jeton server?", received.status))
}

pub fn header_text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}
