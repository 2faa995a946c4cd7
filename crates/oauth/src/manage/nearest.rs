//! What somebody most likely meant by a word that is not known.

/// The one of `known` that somebody who wrote `text` most likely meant.
pub fn nearest<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = |candidate: &str| edits(text, candidate);
    known.into_iter().map(|name| (near(name), name)).filter(|(edits, name)| *edits <= 1 + name.len() / 4).min().map(|(_, name)| name)
}

/// A question, or everything that may be written.
pub fn did_you_mean(text: &str, known: &[&str]) -> String {
    match nearest(text, known.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("write one of {}", known.join(", ")),
    }
}

/// How many letters to insert, delete, replace or swap to get from one word to the other.
fn edits(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().take(64).collect(), to.chars().take(64).collect());
    let mut rows = vec![vec![0; to.len() + 1]; from.len() + 1];
    for i in 0..=from.len() {
        for j in 0..=to.len() {
            rows[i][j] = match (i, j) {
                (0, n) | (n, 0) => n,
                _ => {
                    let replaced = rows[i - 1][j - 1] + usize::from(from[i - 1] != to[j - 1]);
                    let swapped = if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                        rows[i - 2][j - 2] + 1
                    } else {
                        usize::MAX
                    };
                    replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(swapped)
                }
            };
        }
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_finger_is_understood() {
        let known = ["redirect_uris", "grants", "scopes", "secrets"];
        assert_eq!(nearest("redirect_uri", known), Some("redirect_uris"));
        assert_eq!(nearest("scpoes", known), Some("scopes"));
        assert_eq!(nearest("colour", known), None);
    }
}
