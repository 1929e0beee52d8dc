//! The files below a root.

use std::path::Path;

use super::TopologyError;
use crate::id_set::IdSet;
use crate::topology::Quirk;

mod folder;

use folder::Folder;

/// A folder whose files are read one after the other, and what was wrong with them.
pub(super) struct Files {
    folder: Folder,
    /// Where the folder is below the root, for messages.
    place: &'static str,
    /// Reused, as there are hundreds of files.
    text: Vec<u8>,
    pub(super) quirks: Vec<Quirk>,
}

impl Files {
    /// The folder that everything is below.
    pub(super) fn root(root: &Path) -> Result<Self, TopologyError> {
        let folder = Folder::open(root)?;
        Ok(Self { folder, place: "", text: Vec::new(), quirks: Vec::new() })
    }

    /// A folder below this one; `None` where there is none.
    pub(super) fn below(&self, place: &'static str) -> Option<Self> {
        let folder = self.folder.below(place)?;
        Some(Self { folder, place, text: Vec::new(), quirks: Vec::new() })
    }

    /// What a file holds, without white space around it; `None` where it is missing, cannot be read, or is no
    /// text.
    pub(super) fn text(&mut self, path: &str) -> Option<&str> {
        self.folder.read(path, &mut self.text)?;
        std::str::from_utf8(&self.text).ok().map(str::trim)
    }

    /// What `parse` makes of a file; one that it can make nothing of is a quirk.
    pub(super) fn parse<T>(&mut self, path: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let parsed = parse(self.text(path)?);
        if parsed.is_none() {
            let path = format!("{}/{path}", self.place);
            self.quirks.push(Quirk::Malformed(path.trim_start_matches('/').to_owned()));
        }
        parsed
    }

    /// A set, from the first of the files that is there. Masks first: every kernel has them, lists came with
    /// 2.6.28, and where the two disagree it was the list that somebody edited.
    pub(super) fn set(&mut self, masks: &[&str], lists: &[&str]) -> Option<IdSet> {
        for mask in masks {
            if let Some(set) = self.parse(mask, |text| IdSet::from_mask(text).ok()) {
                return Some(set);
            }
        }
        lists.iter().find_map(|list| self.parse(list, |text| IdSet::from_list(text).ok()))
    }

    /// A number.
    pub(super) fn number<T: std::str::FromStr>(&mut self, path: &str) -> Option<T> {
        self.parse(path, |text| text.parse().ok())
    }

    /// Numbers of the entries that are called `prefix` and a number.
    pub(super) fn numbered(&self, path: &str, prefix: &str) -> IdSet {
        let names = self.folder.names(path);
        names.iter().filter_map(|name| name.strip_prefix(prefix)?.parse().ok()).collect()
    }
}
