use super::*;

#[test]
fn versions_are_compared_as_numbers() {
    assert!(minor("1.100.0-nightly") > minor("1.95"));
    assert_eq!(minor("unknown"), None);
}

#[test]
fn the_compiler_in_use_says_what_it_is() {
    let context = Context::new(Path::new(env!("CARGO_MANIFEST_DIR")), false);
    let compiler = Compiler::in_use(&context).unwrap();
    assert!(compiler.host.contains('-') && compiler.llvm > 0);
}
