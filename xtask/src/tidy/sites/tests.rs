use super::*;

const TABLE: &[Subject] = &[Subject { package: "a", gates: &[Gate::Orderings] }];

fn package() -> Package {
    Package {
        name: "a".to_owned(),
        manifest: "crates/a/Cargo.toml".to_owned(),
        is_published: true,
        dependencies: Vec::new(),
    }
}

fn source(path: &str, body: &str) -> Source {
    Source::parse(path, &format!("fn f() {{ {body} }}")).unwrap()
}

fn messages(table: &[Subject], path: &str, body: &str) -> Vec<String> {
    let findings = check(table, &[package()], &[source(path, body)]);
    findings.into_iter().map(|it| it.message).collect()
}

const NONE: [&str; 0] = [];
const RING: &str = "crates/a/src/ring.rs";

#[test]
fn a_named_ordering_is_found_with_its_name() {
    let source = source(RING, r#"a.load(order!(Acquire, "ring.pop"));"#);
    let sites = find(&[package()], &[source]);
    let [site] = sites.as_slice() else { panic!("{sites:?}") };
    assert_eq!((&*site.package, &*site.name, &*site.order), ("a", "ring.pop", "Acquire"));
    assert_eq!(messages(TABLE, RING, r#"a.load(order!(Acquire, "ring.pop"));"#), NONE);
}

#[test]
fn a_strong_ordering_without_a_name_is_found() {
    let message = ["Ordering::Acquire has no name"];
    assert_eq!(messages(TABLE, RING, "a.load(Ordering::Acquire);"), message);
    assert_eq!(messages(TABLE, RING, "m! { a.load(Ordering::Acquire) }"), message);
    assert_eq!(messages(TABLE, RING, "a.load(Ordering::Relaxed);"), NONE);
}

#[test]
fn tests_and_the_door_need_no_names() {
    for path in ["crates/a/src/sync.rs", "crates/a/src/sync/loom.rs", "crates/a/tests/b.rs"] {
        assert_eq!(messages(TABLE, path, "a.load(Ordering::Acquire);"), NONE);
    }
}

#[test]
fn a_name_that_is_given_twice_is_found() {
    let body = r#"a.load(order!(Acquire, "x")); b.load(order!(Acquire, "x"));"#;
    assert_eq!(messages(TABLE, RING, body), ["a second ordering is called x"]);
}

#[test]
fn orderings_that_no_gate_weakens_are_found() {
    let body = r#"a.load(order!(Acquire, "x"));"#;
    assert_eq!(messages(&[], RING, body), ["no gate weakens the orderings of a"]);
}
