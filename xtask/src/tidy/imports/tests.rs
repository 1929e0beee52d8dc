use super::*;

fn package(name: &str, dependencies: &[&str]) -> Package {
    Package {
        name: name.to_owned(),
        manifest: format!("crates/{name}/Cargo.toml"),
        is_published: false,
        dependencies: dependencies.iter().map(|it| (*it).to_owned()).collect(),
    }
}

fn messages(name: &str, dependencies: &[&str]) -> Vec<String> {
    check(&[package(name, dependencies)]).into_iter().map(|it| it.message).collect()
}

#[test]
fn what_the_table_allows_passes() {
    assert!(messages("engram-serve", &[CORE, "engram-export-prom", "axum"]).is_empty());
    assert!(messages("engram-cli", &["engram-serve", "engram-workload"]).is_empty());
    assert!(messages(CORE, &["loom", "proptest"]).is_empty());
}

#[test]
fn an_import_across_or_upwards_is_found() {
    assert_eq!(
        messages("engram-hw", &["engram-health"]),
        ["engram-hw may not import engram-health"]
    );
    assert_eq!(messages(CORE, &["engram-export-prom"]).len(), 1);
    assert_eq!(messages("engram-workload", &["engram-serve"]).len(), 1);
}

#[test]
fn nothing_imports_the_command() {
    assert_eq!(messages("xtask", &["engram-cli"]).len(), 1);
}

#[test]
fn core_stays_without_runtime_and_encodings() {
    assert_eq!(messages(CORE, &["serde", "tokio"]).len(), 2);
    assert!(messages("engram-serve", &["tokio"]).is_empty());
}

#[test]
fn a_crate_without_a_row_is_found() {
    assert_eq!(messages("engram-utils", &[]).len(), 1);
}

#[test]
fn the_chores_are_not_published() {
    let published = Package { is_published: true, ..package("xtask", &[]) };
    assert_eq!(check(&[published]).len(), 1);
}
