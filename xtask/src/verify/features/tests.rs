use super::*;

fn package(name: &str, features: &[&str]) -> Package {
    let features = features.iter().map(|it| (*it).to_owned()).collect();
    Package { name: name.to_owned(), features, is_switched: true }
}

fn lines(builds: Vec<Arguments>) -> Vec<String> {
    builds.into_iter().map(|arguments| arguments.join(" ")).collect()
}

#[test]
fn a_package_is_built_with_none_each_and_all_of_its_features() {
    assert_eq!(
        lines(alone(&package("a", &["x", "y"]))),
        [
            "--package a --no-default-features",
            "--package a --no-default-features --features x",
            "--package a --no-default-features --features y",
            "--package a --all-features",
        ]
    );
    assert_eq!(alone(&package("a", &["x"])).len(), 2);
    assert_eq!(alone(&package("a", &[])).len(), 1);
}

#[test]
fn any_two_switches_meet_on_and_off() {
    let packages = [package("a", &[]), package("b", &[])];
    assert_eq!(
        lines(switches(&packages)),
        [
            "--no-default-features --package a --package b",
            "--no-default-features --package a --features a/enabled --package b",
            "--no-default-features --package a --package b --features b/enabled",
            "--no-default-features --package a --features a/enabled --package b --features b/enabled",
        ]
    );
    assert!(switches(&packages[..1]).is_empty());
    let packages = [package("a", &[]), package("b", &[]), package("c", &[])];
    assert_eq!(switches(&packages).len(), 5);
}

#[test]
fn default_is_no_feature_that_one_could_choose_alone() {
    let value = serde_json::json!({
        "name": "a",
        "manifest_path": "/nowhere/a/Cargo.toml",
        "features": { "default": ["enabled"], "enabled": [] },
    });
    let read = super::package(&value).unwrap();
    assert_eq!(read, Package { is_switched: false, ..package("a", &["enabled"]) });
}

#[test]
fn what_links_a_library_of_the_system_is_known() {
    let package = package("a", &["enabled", "hwloc"]);
    let links: Vec<bool> = alone(&package).iter().map(|build| links(build, &package)).collect();
    assert_eq!(links, [false, false, true, true]);
}
