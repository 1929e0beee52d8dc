//! An application over an instrumented library.
//!
//! `cargo xtask asm` builds it three times. The bare twin, which has no instruments at all, and the build
//! with telemetry compiled out have to be the same machine code, function by function.

#![forbid(unsafe_code)]

mod locked;
#[cfg(feature = "instrumented")]
mod metrics;
#[cfg(feature = "instrumented")]
mod traced;

use std::hint::black_box;
use std::process::ExitCode;

use engram_asm_engine::{Cache, instrument};
instrument! {
    use metrics::APP;
    use traced::{ANSWERS, Answered, Kind};
}

fn main() -> ExitCode {
    instrument! { traced::tell_less(); }
    let words = black_box(["an", "apple", "a", "day"]).map(str::to_owned);
    let mut cache = Cache::with_slots(black_box(16));
    cache.fill(&words, |word| word.len() as u64);
    let total = total(&cache, &words);
    cache.clear();
    let total = total + locked::work(black_box(1)) - 3;
    instrument! {
        metrics::export();
        traced::read();
    }
    ExitCode::from(u8::from(total != 11))
}

/// What the cache has for the words.
#[inline(never)]
fn total(cache: &Cache, words: &[String]) -> u64 {
    instrument! { APP.requests.increment(); }
    let numbers = words.iter().map(|word| {
        let number = answer(cache, word);
        instrument! {
            let kind = if number > 0 { Kind::Found } else { Kind::Unknown };
            ANSWERS.record(Answered { kind, letters: word.len() as u32, number });
        }
        number
    });
    let total = numbers.sum();
    instrument! { APP.answer_size.record(total); }
    total
}

/// What the cache has for a word.
#[inline(never)]
fn answer(cache: &Cache, word: &str) -> u64 {
    instrument! { APP.words.at_static(["asm_word"]).increment(); }
    let find = || cache.find(word).unwrap_or(0);
    instrument! { let find = || APP.answer_duration.time(find); }
    find()
}
