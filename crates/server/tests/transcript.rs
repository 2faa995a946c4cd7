//! The reader of transcripts, by itself.

#[path = "support/transcript.rs"]
mod transcript;
