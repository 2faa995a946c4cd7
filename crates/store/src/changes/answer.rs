//! Writing what requests with a name of their own were answered.

use jeton_oauth::change::RememberedAnswer;

use crate::statement::{Statement, values};

pub(super) fn statements<'a>(answer: &'a RememberedAnswer, out: &mut Vec<Statement<'a>>) {
    // One that has ended is somebody else's turn.
    out.push(Statement::free("DELETE FROM remembered_answers WHERE id = ?1 AND expires_at <= ?2", values![&answer.id, answer.at]));
    out.push(Statement::free(
        "INSERT INTO remembered_answers (id, request, answer, expires_at) VALUES (?1, ?2, ?3, ?4)",
        values![&answer.id, &answer.request, &answer.answer, answer.expires_at],
    ));
}
