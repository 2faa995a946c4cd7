#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| jeton_fuzz::passkey(data));
