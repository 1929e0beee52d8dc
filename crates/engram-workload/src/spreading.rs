//! Spreading activation: what a set of words brings to mind.
//!
//! ```text
//!   wave 0    every source holds 1
//!   wave n+1  each edge carries (activation in wave n) x strength x decay to its target
//!   result    what a word received in all waves, its own 1 included if it is a source
//! ```
//!
//! Total strength decides, not the mean: twice the associates give twice the activation (Robinson
//! and Roediger 1997). A wave adds to the next and never to itself, so the order of words within a
//! wave changes rounding at most, and that order is fixed.

use crate::association::Associations;

#[cfg(test)]
mod tests;

/// How far activation spreads, and what is left of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spreading {
    /// Waves at most.
    pub depth: u32,
    /// Share that survives an edge, 0..=1.
    pub decay: f64,
}

/// What was activated, and what it took.
#[derive(Clone, Copy, Debug)]
pub struct SpreadOutcome<'s> {
    /// Activation of every word, by id; a source starts with 1.
    pub activation: &'s [f64],
    /// Words that hold activation.
    pub visited: u32,
    /// Associations followed.
    pub edges: u32,
    /// Waves that followed an association.
    pub depth: u32,
    /// Words whose associations were followed, once for each wave that they were in.
    pub expanded: u32,
    /// What words received in all waves, over what the sources were given; 0 without sources.
    pub mass: f64,
    /// Whether activation was still on its way when the last wave ended.
    pub is_cut: bool,
}

/// The memory of one spreading thread: 16 bytes per word, and as much again per word reached.
#[derive(Debug)]
pub struct Scratch {
    activation: Vec<f64>,
    /// What each word receives in the wave under way.
    incoming: Vec<f64>,
    /// Words that hold activation, in the order in which it reached them.
    touched: Vec<u32>,
    wave: Vec<(u32, f64)>,
    reached: Vec<u32>,
    /// What all words received.
    received: f64,
}

impl Scratch {
    /// Memory for a graph of `words` words.
    #[must_use]
    pub fn new(words: usize) -> Self {
        Self {
            activation: vec![0.0; words],
            incoming: vec![0.0; words],
            touched: Vec::new(),
            wave: Vec::new(),
            reached: Vec::new(),
            received: 0.0,
        }
    }

    /// Takes back the activation of the last spread and gives every source 1.
    fn start(&mut self, sources: impl Iterator<Item = u32>) {
        for word in self.touched.drain(..) {
            self.activation[word as usize] = 0.0;
        }
        self.wave.clear();
        self.received = 0.0;
        for source in sources {
            self.receive(source, 1.0);
        }
        self.settle();
    }

    fn receive(&mut self, word: u32, amount: f64) {
        let incoming = &mut self.incoming[word as usize];
        if *incoming == 0.0 {
            self.reached.push(word);
        }
        *incoming += amount;
    }

    /// Ends a wave: what words received becomes theirs, and is what the next wave passes on.
    fn settle(&mut self) {
        self.wave.clear();
        for word in self.reached.drain(..) {
            let amount = std::mem::take(&mut self.incoming[word as usize]);
            let activation = &mut self.activation[word as usize];
            if *activation == 0.0 {
                self.touched.push(word);
            }
            *activation += amount;
            self.received += amount;
            self.wave.push((word, amount));
        }
    }
}

impl Spreading {
    /// Spreads activation from `sources` over `graph`.
    ///
    /// Costs one step per word and association reached, and does not allocate once `scratch` has
    /// grown.
    ///
    /// # Panics
    /// If `scratch` is for fewer words than the graph has.
    pub fn spread<'s>(
        &self,
        graph: &Associations,
        sources: impl Iterator<Item = u32>,
        scratch: &'s mut Scratch,
    ) -> SpreadOutcome<'s> {
        let (mut edges, mut depth, mut expanded) = (0, 0, 0);
        scratch.start(sources);
        let given = scratch.received;
        while depth < self.depth {
            let wave = scratch.wave.len() as u32;
            let followed = self.pass_on(graph, scratch);
            if followed == 0 {
                break;
            }
            edges += followed;
            expanded += wave;
            depth += 1;
        }
        let visited = scratch.touched.len() as u32;
        let mass = if given > 0.0 { scratch.received / given } else { 0.0 };
        let is_cut = scratch.wave.iter().any(|(word, _)| !graph.of(*word).is_empty());
        let activation = scratch.activation.as_slice();
        SpreadOutcome { activation, visited, edges, depth, expanded, mass, is_cut }
    }

    /// One wave; how many associations it followed.
    fn pass_on(&self, graph: &Associations, scratch: &mut Scratch) -> u32 {
        let mut followed = 0;
        let wave = std::mem::take(&mut scratch.wave);
        for (word, amount) in &wave {
            for edge in graph.of(*word) {
                scratch.receive(edge.target, amount * edge.strength * self.decay);
                followed += 1;
            }
        }
        scratch.wave = wave;
        scratch.settle();
        followed
    }
}
