//! Text that people read.

/// One line of text that a page or a table can show.
pub(crate) fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= 255 && !text.chars().any(char::is_control)
}
