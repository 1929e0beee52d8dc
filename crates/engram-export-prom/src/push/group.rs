//! What tells the series of one process from those of others: its job, and labels.

use super::error::SetupError;
use crate::labels::is_identifier;

/// A job and labels, in the order in which they were given, the job first.
#[derive(Clone, Debug)]
pub(super) struct Group(Vec<(String, String)>);

pub(super) const JOB: &str = "job";

impl Group {
    pub(super) fn new(job: &str, labels: &[(&str, &str)]) -> Result<Self, SetupError> {
        if job.is_empty() {
            let why = "it is empty, and nothing else tells these series from those of others";
            return Err(SetupError::new("the job", why));
        }
        let all = [&[(JOB, job)], labels].concat();
        for (at, (name, _)) in all.iter().enumerate() {
            let wrong = |why: &str| SetupError::new("a label", format!("{name:?} {why}"));
            if !is_identifier(name.as_bytes()) {
                return Err(wrong("is not [a-zA-Z_][a-zA-Z0-9_]*"));
            }
            if name.starts_with("__") {
                return Err(wrong("starts as names of Prometheus' own do"));
            }
            if all[..at].iter().any(|(other, _)| other == name) {
                return Err(wrong("is there twice"));
            }
        }
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Ok(Self(all.into_iter().map(owned).collect()))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_that_cannot_be_is_told_at_once() {
        for (job, labels, expected) in [
            ("", &[][..], "the job cannot be used: it is empty"),
            ("a", &[("in-stance", "b")], "\"in-stance\" is not"),
            ("a", &[("", "b")], "\"\" is not"),
            ("a", &[("__name__", "b")], "\"__name__\" starts as"),
            ("a", &[("job", "b")], "\"job\" is there twice"),
            ("a", &[("b", "1"), ("b", "2")], "\"b\" is there twice"),
        ] {
            let said = Group::new(job, labels).expect_err(expected).to_string();
            assert!(said.contains(expected), "{said}");
        }
        Group::new("a", &[("instance", "b"), ("Zone", "")]).expect("a group");
    }
}
