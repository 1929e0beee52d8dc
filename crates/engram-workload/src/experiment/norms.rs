//! Associations of a whole language, which the repository does not carry.

use std::collections::HashMap;

use crate::association::{Associations, Edge};

/// A table of free associations: a word, and how many of a hundred people answered it with which other.
#[derive(Debug)]
pub struct Norms {
    ids: HashMap<String, u32>,
    graph: Associations,
}

impl Norms {
    /// Reads lines of `stimulus<TAB>response:count<TAB>…`; lines that begin with `#` are comments. What has
    /// no count is left out.
    #[must_use]
    pub fn parse(table: &str) -> Self {
        let mut ids = HashMap::new();
        let mut id = |word: &str| {
            let next = ids.len() as u32;
            *ids.entry(word.to_lowercase()).or_insert(next)
        };
        let mut pairs = Vec::new();
        for line in table.lines().filter(|line| !line.starts_with("# ")) {
            let mut fields = line.split('\t');
            let source = id(fields.next().unwrap_or_default());
            for (word, count) in fields.filter_map(|field| field.rsplit_once(':')) {
                if let Ok(count) = count.parse::<u32>() {
                    let strength = f64::from(count.min(100)) / 100.0;
                    pairs.push((source, Edge { target: id(word), strength }));
                }
            }
        }
        let graph = Associations::of_pairs(pairs, ids.len());
        Self { ids, graph }
    }

    /// The associations.
    #[must_use]
    pub fn graph(&self) -> &Associations {
        &self.graph
    }

    /// The number of a word, if it is there.
    #[must_use]
    pub fn id(&self, word: &str) -> Option<u32> {
        self.ids.get(word).copied()
    }
}
