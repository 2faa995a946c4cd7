//! The reader of transcripts, by itself.

#[path = "support/transcript.rs"]
mod transcript;
#[path = "support/transcript_tests.rs"]
mod transcript_tests;
