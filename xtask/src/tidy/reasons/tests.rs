use super::*;

fn lines(text: &str) -> Vec<usize> {
    check(&Manifest::parse("Cargo.toml", text).unwrap()).into_iter().map(|it| it.line).collect()
}

#[test]
fn a_dependency_without_a_reason_is_found() {
    assert_eq!(lines("[dependencies]\nserde = \"1\"\n"), [2]);
    assert_eq!(lines("[dependencies]\n# Errors.\nanyhow = \"1\"\nserde = \"1\"\n"), [4]);
    assert_eq!(lines("[target.'cfg(unix)'.dev-dependencies]\nlibc = { version = \"1\" }\n"), [2]);
    assert_eq!(lines("[dependencies.serde]\nversion = \"1\"\n"), [1]);
}

#[test]
fn a_reason_above_or_behind_passes() {
    assert_eq!(lines("[dependencies]\n# Errors.\nanyhow = \"1\"\nserde = \"1\" # JSON.\n"), [0; 0]);
    assert_eq!(lines("# Models.\n[target.'cfg(unix)'.dependencies]\nloom = \"1\"\n"), [0; 0]);
}

#[test]
fn lines_inside_a_long_entry_are_no_dependencies() {
    let text =
        "[dependencies]\n# Arguments.\nclap = { version = \"4\", features = [\n  \"a=b\",\n] }\n";
    assert_eq!(lines(text), [0; 0]);
}

#[test]
fn ours_and_other_sections_need_none() {
    assert_eq!(
        lines("[dependencies]\nengram-hw = { workspace = true }\n[lib]\nname = \"a\"\n"),
        [0; 0]
    );
}
