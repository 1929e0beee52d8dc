//! The inputs of the corpus, and versions of them that chance has changed.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;

/// Versions of each input, of those that are all in memory, and of those that are files.
const MANY: u32 = 2_000;
const FEW: u32 = 100;

fn run(folder: &str, changes: u32, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(folder);
    let mut random = fastrand::Rng::with_seed(1);
    let mut inputs: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| fs::read(entry.unwrap().path()).unwrap())
        .collect();
    assert!(inputs.len() >= 4);
    inputs.sort_unstable();
    for input in &inputs {
        target(input);
        for _ in 0..changes {
            target(&changed(input, &mut random));
        }
    }
}

/// Up to four bytes become others, or one of those that text formats give a meaning; sometimes the end goes.
fn changed(input: &[u8], random: &mut fastrand::Rng) -> Vec<u8> {
    let mut changed = input.to_vec();
    for _ in 0..random.u32(1..=4) {
        let at = random.usize(..changed.len());
        changed[at] = if random.bool() { random.u8(..) } else { b"\"\\\n,={} "[random.usize(..8)] };
    }
    if random.u32(..8) == 0 {
        changed.truncate(random.usize(1..=changed.len()));
    }
    changed
}

#[test]
fn what_is_written_on_a_page_is_read_from_it() {
    run("page", MANY, engram_fuzz::page);
}

#[test]
fn no_file_of_a_machine_makes_a_parser_panic_or_lie() {
    run("machine", MANY, engram_fuzz::machine);
}

#[test]
fn any_files_make_a_machine_or_none() {
    run("topology", FEW, engram_fuzz::topology);
}

#[test]
fn a_value_is_inside_its_bucket() {
    run("buckets", MANY, engram_fuzz::buckets);
}
