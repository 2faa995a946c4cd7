//! Counting guesses before they are checked.

use jeton_oauth::change::AttemptChange;

use crate::statement::{Statement, values};

pub(super) fn statements<'a>(change: &'a AttemptChange, out: &mut Vec<Statement<'a>>) {
    out.push(match change {
        // A window that began more than its length ahead was counted by a clock that has since been
        // set back; it is over too, or the account would wait as long as the clock was wrong.
        AttemptChange::Reserve { bucket, limit, window_ms, at } => Statement::guarded(
            "INSERT INTO attempts (bucket, began_at, count, forget_at) SELECT ?1, ?4, 1, ?4 + ?3 WHERE ?2 > 0 \
             ON CONFLICT (bucket) DO UPDATE SET \
             count = CASE WHEN attempts.began_at BETWEEN ?4 - ?3 AND ?4 + ?3 THEN attempts.count + 1 ELSE 1 END, \
             began_at = CASE WHEN attempts.began_at BETWEEN ?4 - ?3 AND ?4 + ?3 THEN attempts.began_at ELSE ?4 END, \
             forget_at = CASE WHEN attempts.began_at BETWEEN ?4 - ?3 AND ?4 + ?3 THEN attempts.began_at ELSE ?4 END + ?3 \
             WHERE attempts.count < ?2 OR attempts.began_at NOT BETWEEN ?4 - ?3 AND ?4 + ?3",
            values![bucket, *limit, *window_ms, *at],
        ),
        AttemptChange::GiveBack { bucket } => {
            Statement::free("UPDATE attempts SET count = count - 1 WHERE bucket = ?1 AND count > 0", values![bucket])
        }
    });
}
