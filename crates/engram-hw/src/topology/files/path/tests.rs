//! Both ways to the files, beside each other.

use super::super::folder;
use super::*;
use crate::id_set::IdSet;

/// A folder with a file, an empty one, and two that have numbers.
struct Copy(PathBuf);

impl Copy {
    fn new(name: &str) -> Self {
        let copy =
            Self(std::env::temp_dir().join(format!("engram-hw-{name}-{}", std::process::id())));
        for folder in ["sys/cpu/cpu3", "sys/cpu/cpu12", "sys/cpu/cpux"] {
            fs::create_dir_all(copy.0.join(folder)).unwrap();
        }
        fs::write(copy.0.join("sys/cpu/online"), "3,12\n").unwrap();
        fs::write(copy.0.join("sys/cpu/empty"), "").unwrap();
        fs::write(copy.0.join("sys/cpu/long"), vec![b'1'; LONGEST + 3]).unwrap();
        copy
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn number(name: &str) -> Option<u32> {
    name.strip_prefix("cpu")?.parse().ok()
}

#[test]
fn files_by_path_are_those_below_an_open_folder() {
    let copy = Copy::new("by-path");
    let (by_path, open) = (Folder::open(&copy.0).unwrap(), folder::Folder::open(&copy.0).unwrap());
    let (by_path, open) = (by_path.below("sys/cpu").unwrap(), open.below("sys/cpu").unwrap());
    let (mut first, mut second) = (vec![7; 9], vec![7; 9]);
    for path in ["online", "empty", "long", "cpu3", "none", "cpu3/none"] {
        let read = open.read(path, &mut second).map(|text| &text[..text.len().min(LONGEST)]);
        assert_eq!(by_path.read(path, &mut first), read, "{path}");
    }
    let names: [IdSet; 2] = [by_path.names(".", number), open.names(".", number)];
    assert_eq!(names.map(|set| set.to_string()), ["3,12", "3,12"]);
    assert!(by_path.below("none").is_none() && open.below("none").is_none());
    // Its own folder, itself, and three in it, where the file system counts them.
    assert!(matches!(open.links(), Some(1 | 5)), "{:?}", open.links());
    assert_eq!(by_path.links(), None);
}

#[test]
fn what_is_no_folder_is_no_root() {
    let copy = Copy::new("no-folder");
    for path in ["sys/cpu/online", "none"] {
        assert!(Folder::open(&copy.0.join(path)).is_err(), "{path}");
        assert!(folder::Folder::open(&copy.0.join(path)).is_err(), "{path}");
    }
}
