//! The authorization endpoint (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2): what is asked, whether
//! it may be, what has to happen before it is granted, and the response.

mod approval;
mod hint;
mod pending;
mod request;
mod response;
mod step;

pub use approval::{Approval, approve, deny};
pub use hint::{Hint, HintClaims};
pub use pending::{find, finished, wait};
pub use request::{Asked, AuthorizationRequest, Prompt, Rejected, check_client, parse, unproven};
pub use response::AuthorizationResponse;
pub(crate) use step::is_live;
pub use step::{Missing, Step, may_miss, missing, next_step, settled, without};
