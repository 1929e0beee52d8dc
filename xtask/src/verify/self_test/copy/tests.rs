use super::*;

/// A folder of its own below the build folder, for one test.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("engram-copy-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("from/inner")).expect("a place for temporary files");
    folder
}

#[test]
fn a_copy_follows_its_original_and_keeps_what_is_the_same() {
    let folder = folder("follows");
    let (from, to) = (folder.join("from"), folder.join("to"));
    fs::write(from.join("inner/same"), "same").expect("written");
    fs::write(from.join("gone"), "gone").expect("written");
    Copy::of(&from, &to).expect("copied");
    let changed =
        || fs::metadata(to.join("inner/same")).and_then(|it| it.modified()).expect("there");
    let before = changed();
    fs::remove_file(from.join("gone")).expect("removed");
    fs::write(from.join("new"), "new").expect("written");
    Copy::of(&from, &to).expect("copied");
    assert!(!to.join("gone").exists());
    assert_eq!(fs::read_to_string(to.join("new")).expect("there"), "new");
    assert_eq!(changed(), before);
    fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn a_fault_is_planted_once_and_taken_out() {
    let folder = folder("planted");
    let (from, to) = (folder.join("from"), folder.join("to"));
    fs::write(from.join("file"), "one two two").expect("written");
    let copy = Copy::of(&from, &to).expect("copied");
    let text = || fs::read_to_string(to.join("file")).expect("there");
    let planted = copy.edit(Path::new("file"), ("one", "three")).expect("planted");
    assert_eq!(text(), "three two two");
    planted.take_out().expect("taken out");
    assert_eq!(text(), "one two two");
    assert!(copy.edit(Path::new("file"), ("two", "")).is_err());
    assert!(copy.edit(Path::new("file"), ("four", "")).is_err());
    fs::remove_dir_all(folder).expect("removed");
}
