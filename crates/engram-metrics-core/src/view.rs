//! Views: which metrics are shown, and under which names.

use crate::descriptor::{Descriptor, InvalidName, is_valid_name};

/// A change that the application makes to what its libraries register: see [`Registry::view`].
///
/// Views are about what is shown, not about what is recorded: a metric that nobody is to see costs the
/// same as before. [`Registry::switch`] makes records cheap.
///
/// [`Registry::view`]: crate::Registry::view
/// [`Registry::switch`]: crate::Registry::switch
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// A name, in which `*` stands for any characters.
    pattern: String,
    change: Change,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    Drop,
    /// To a valid name.
    Rename(String),
}

/// What becomes of a metric.
#[derive(Clone, Debug)]
pub(crate) enum Shown {
    AsItIs,
    Renamed(Descriptor),
    Not,
}

impl View {
    /// Leaves out every metric whose name matches `pattern`, in which `*` stands for any characters.
    #[must_use]
    pub fn drop(pattern: &str) -> Self {
        Self { pattern: pattern.to_owned(), change: Change::Drop }
    }

    /// Shows the metric `from` as `to`, both without the endings that exporters add.
    ///
    /// # Errors
    /// When `to` is not a valid name.
    pub fn rename(from: &str, to: &str) -> Result<Self, InvalidName> {
        if is_valid_name(to) {
            Ok(Self { pattern: from.to_owned(), change: Change::Rename(to.to_owned()) })
        } else {
            Err(InvalidName(to.to_owned()))
        }
    }

    /// What the first of `views` that matches makes of a metric.
    pub(crate) fn show(views: &[Self], descriptor: &Descriptor) -> Shown {
        match views.iter().find(|view| view.matches(descriptor.name())).map(|view| &view.change) {
            None => Shown::AsItIs,
            Some(Change::Drop) => Shown::Not,
            Some(Change::Rename(name)) => Shown::Renamed(descriptor.renamed(name)),
        }
    }

    fn matches(&self, name: &str) -> bool {
        match self.change {
            Change::Drop => matches(&self.pattern, name),
            Change::Rename(_) => self.pattern == name,
        }
    }
}

/// Whether `name` is `pattern` with each `*` replaced by some characters, or none.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(start) else { return false };
    let mut pieces = rest.split('*');
    let end = pieces.next_back().expect("splitting gives at least one piece");
    // Each piece where it first stands: if any way of placing them fits, then this one does.
    for piece in pieces {
        let Some(at) = name.find(piece) else { return false };
        name = &name[at + piece.len()..];
    }
    name.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_characters_and_nothing_else_does() {
        let fits = [
            ("a.b", "a.b"),
            ("*", "a.b"),
            ("a.*", "a."),
            ("a.*", "a.b.c"),
            ("*.c", "a.b.c"),
            ("a*b*c", "abc"),
            ("a*b*c", "a.b.b.c"),
            ("**", ""),
            ("*aba", "ababa"),
        ];
        for (pattern, name) in fits {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in
            [("a.b", "a.c"), ("a.*", "b.a"), ("*.c", "c"), ("a*a", "a"), ("", "a")]
        {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}
