//! The files below a root.

use std::fmt::{self, Write as _};
use std::path::Path;

use super::TopologyError;
use crate::id_set::IdSet;
use crate::topology::Quirk;

/// Longer files of this kind do not exist; a file that goes on is cut.
const LONGEST: usize = 1 << 20;

#[cfg(target_os = "linux")]
mod folder;
#[cfg(any(test, not(target_os = "linux")))]
mod path;

#[cfg(target_os = "linux")]
use folder::Folder;
#[cfg(not(target_os = "linux"))]
use path::Folder;

/// A folder whose files are read one after the other, and what was wrong with them.
pub(super) struct Files {
    folder: Folder,
    /// Where the folder is below the root, for messages.
    place: String,
    /// The path that is read, and what was read: both reused, as there are hundreds of files.
    path: String,
    text: Vec<u8>,
    /// Whether they are those of the machine that this runs on, which can be asked itself.
    is_here: bool,
    pub(super) quirks: Vec<Quirk>,
}

impl Files {
    /// The folder that everything is below.
    pub(super) fn root(root: &Path) -> Result<Self, TopologyError> {
        Ok(Self { is_here: root == Path::new("/"), ..Self::of(Folder::open(root)?, "") })
    }

    /// A folder of `sys` below this one; `None` where there is none.
    pub(super) fn below(&self, place: &str) -> Option<Self> {
        Some(Self { is_here: self.is_here, ..Self::of(self.folder.below(place)?, place) })
    }

    fn of(folder: Folder, place: &str) -> Self {
        Self {
            folder,
            place: place.to_owned(),
            path: String::new(),
            text: Vec::new(),
            is_here: false,
            quirks: Vec::new(),
        }
    }

    /// Looks into a folder in this one, from which paths are shorter; `None` where there is none.
    pub(super) fn within<T>(
        &mut self,
        path: impl fmt::Display,
        look: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        self.name(path);
        let inner = self.folder.below(&self.path)?;
        let outer = std::mem::replace(&mut self.folder, inner);
        let length = self.place.len();
        self.place.extend(["/", &self.path]);
        let seen = look(self);
        self.place.truncate(length);
        self.folder = outer;
        Some(seen)
    }

    /// Whether there is a folder in this one.
    pub(super) fn has_folder(&mut self, path: impl fmt::Display) -> bool {
        self.within(path, |_| ()).is_some()
    }

    pub(super) const fn is_here(&self) -> bool {
        self.is_here
    }

    /// How often this folder is linked: by its own folder, by itself, and by each folder in it.
    pub(super) fn links(&self) -> Option<u128> {
        self.folder.links()
    }

    fn name(&mut self, path: impl fmt::Display) {
        self.path.clear();
        // A text takes everything that is written to it.
        let _ = write!(self.path, "{path}");
    }

    /// What a file holds, without white space around it; `None` where it is missing, cannot be read, or is no
    /// text.
    pub(super) fn text(&mut self, path: impl fmt::Display) -> Option<&str> {
        self.name(path);
        let text = self.folder.read(&self.path, &mut self.text)?;
        std::str::from_utf8(text).ok().map(str::trim)
    }

    /// What `parse` makes of a file; one that it can make nothing of is a quirk.
    pub(super) fn parse<T>(
        &mut self,
        path: impl fmt::Display,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let parsed = parse(self.text(path)?);
        if parsed.is_none() {
            let path = format!("{}/{}", self.place, self.path);
            self.quirks.push(Quirk::Malformed(path.trim_start_matches('/').to_owned()));
        }
        parsed
    }

    /// A set, from the first of the files in a folder that is there. Masks first: every kernel has them, lists
    /// came with 2.6.28, and where the two disagree it was the list that somebody edited.
    pub(super) fn set(
        &mut self,
        folder: fmt::Arguments<'_>,
        masks: &[&str],
        lists: &[&str],
    ) -> Option<IdSet> {
        for mask in masks {
            let path = format_args!("{folder}/{mask}");
            if let Some(set) = self.parse(path, |text| IdSet::from_mask(text).ok()) {
                return Some(set);
            }
        }
        lists.iter().find_map(|list| {
            self.parse(format_args!("{folder}/{list}"), |text| IdSet::from_list(text).ok())
        })
    }

    /// A number.
    pub(super) fn number<T: std::str::FromStr>(&mut self, path: impl fmt::Display) -> Option<T> {
        self.parse(path, |text| text.parse().ok())
    }

    /// Numbers of the entries that are called `prefix` and a number.
    pub(super) fn numbered(&self, path: &str, prefix: &str) -> IdSet {
        let number = |name: &str| name.strip_prefix(prefix)?.parse().ok();
        self.folder.names(path, number)
    }
}
