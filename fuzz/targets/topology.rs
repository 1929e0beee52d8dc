//! Hands [`engram_fuzz::topology`] to the fuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| engram_fuzz::topology(data));
