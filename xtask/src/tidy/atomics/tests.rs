use super::*;

fn lines(path: &str, text: &str) -> Vec<usize> {
    check(&Source::parse(path, text).unwrap()).into_iter().map(|it| it.line).collect()
}

#[test]
fn going_around_the_door_is_found_in_every_spelling() {
    for text in [
        "use std::sync::atomic::AtomicU64;",
        "use core::sync::atomic;",
        "use std::sync::{Arc, atomic::AtomicU64};",
        "use std::{fmt, sync::{Arc, atomic::{self, AtomicU64}}};",
        "fn f() { std::sync::atomic::fence(o) }",
        "m! { static X: std::sync::atomic::AtomicU64 = new(); }",
        "use std::sync as s; type A = s::atomic::AtomicU64;",
        "use std::sync::{self as s}; type A = s::atomic::AtomicU64;",
        "use std::sync::*; type A = atomic::AtomicU64;",
        "use loom::thread;",
        "use loom::sync::atomic::AtomicU64;",
    ] {
        assert_eq!(lines("crates/a/src/counter.rs", text), [1], "{text}");
    }
}

#[test]
fn what_is_not_an_atomic_of_std_is_left_alone() {
    for text in [
        "use std::sync::{Arc, Mutex}; use crate::atomic::Watched;",
        "use crate::sync::AtomicU64;",
        "use crate::sync as door;",
        "// std::sync::atomic in a comment\nconst X: &str = \"std::sync::atomic::\";",
        "mod atomic; use std::sync::Arc;",
    ] {
        assert_eq!(lines("crates/a/src/counter.rs", text), [0; 0], "{text}");
    }
}

#[test]
fn the_door_and_test_folders_are_exempt() {
    let text = "use std::sync::atomic::AtomicU64;";
    for path in [
        "crates/a/src/sync.rs",
        "crates/a/src/sync/b.rs",
        "crates/a/tests/b.rs",
        "benches/b.rs",
        "xtask/src/b.rs",
    ] {
        assert_eq!(lines(path, text), [0; 0], "{path}");
    }
}
