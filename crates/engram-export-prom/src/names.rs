//! Which metrics are asked for: `name[]=…` in the query of a scrape.

/// Names of metrics or of their series; none means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(Vec<Box<str>>);

impl Names {
    /// Only the metrics of these names. A metric answers to its own name, with and without `_total`, and
    /// to those of its series: `_bucket`, `_sum`, `_count`, `_created`.
    pub fn only<S: Into<Box<str>>>(names: impl IntoIterator<Item = S>) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }

    /// Whether a metric is shown: its name is `name`, and without `_total` the first `family` bytes of it.
    pub(crate) fn show(&self, name: &[u8], family: usize) -> bool {
        let is_meant = |wanted: &str| {
            let wanted = wanted.as_bytes();
            let series =
                |suffix: &&str| wanted.strip_suffix(suffix.as_bytes()) == Some(&name[..family]);
            wanted == name || SUFFIXES.iter().any(series)
        };
        self.0.is_empty() || self.0.iter().map(|wanted| &**wanted).any(is_meant)
    }
}

const SUFFIXES: [&str; 5] = ["", "_bucket", "_sum", "_count", "_created"];

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn a_metric_answers_to_its_name_and_to_those_of_its_series() {
        for wanted in ["a_total", "a", "a_created"] {
            assert!(Names::only([wanted]).show(b"a_total", 1), "{wanted}");
        }
        for wanted in ["a", "a_bucket", "a_sum", "a_count", "a_created"] {
            assert!(Names::only(["x", wanted]).show(b"a", 1), "{wanted}");
        }
        for wanted in ["b", "a_tot", "a_total_total", "_a", ""] {
            assert!(!Names::only([wanted]).show(b"a_total", 1), "{wanted}");
        }
        assert!(Names::default().show(b"a", 1));
    }
}
