//! Experiments whose results were published by others: the engine takes part in them, the metrics record it,
//! and the figures are put beside those of the literature.
//!
//! | experiment | question | published by |
//! |---|---|---|
//! | [`drm`] | how often is a word recalled that was not there | Roediger and McDermott 1995; Roediger et al. 2001 |
//! | [`fan`] | does recognition slow down with what is known | Anderson 1974 |
//! | [`forgetting`] | what is left after a while | Ebbinghaus 1885 |
//! | [`spacing`] | when should something be studied again | Cepeda et al. 2008 |
//! | [`consolidation`] | what does a lesion of the fast store cost | Kim and Fanselow 1992 |
//! | [`vectors`] | do word vectors find the missing word | Roediger and McDermott 1995 |
//!
//! No parameter is fitted to the figure that it is judged by: the threshold of recall was fitted on twelve lists
//! and is judged on twelve others, each delay of forgetting is predicted from the other delays. What is known to
//! be missed is a row like all others.
//!
//! Each experiment counts in a [`Ledger`] what it records, with plain additions: a scrape has to show exactly
//! that.

pub mod consolidation;
pub mod drm;
pub mod fan;
pub mod forgetting;
pub mod spacing;
pub mod vectors;

mod ledger;
mod norms;

#[cfg(test)]
mod tests;

pub use ledger::Ledger;
pub use norms::Norms;

/// How a figure compares with what it is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is where it has to be.
    Met,
    /// It is not.
    Missed,
    /// It differs from people, and is known to.
    KnownMiss,
    /// It is shown beside the published one, and nothing depends on it.
    Shown,
}

/// One figure beside the published one.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// The figure.
    pub found: f64,
    /// What it is held to, in words; empty if nothing.
    pub gate: &'static str,
    /// What was published, and by whom.
    pub published: &'static str,
    /// How the two compare.
    pub verdict: Verdict,
}

impl Row {
    /// A figure that has to fulfil a condition.
    fn gate(
        what: impl Into<String>,
        found: f64,
        (gate, holds): (&'static str, bool),
        published: &'static str,
    ) -> Self {
        let verdict = if holds { Verdict::Met } else { Verdict::Missed };
        Self { what: what.into(), found, gate, published, verdict }
    }

    /// A figure that is shown.
    fn shown(what: impl Into<String>, found: f64, published: &'static str) -> Self {
        Self { what: what.into(), found, gate: "", published, verdict: Verdict::Shown }
    }

    /// A figure that is known to differ.
    fn known(what: impl Into<String>, found: f64, published: &'static str) -> Self {
        Self { verdict: Verdict::KnownMiss, ..Self::shown(what, found, published) }
    }
}

/// A curve or a set of points, to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// What it shows.
    pub name: String,
    /// Whether its points stand alone, as what was measured does; else a line goes through them.
    pub are_dots: bool,
    /// Its points.
    pub points: Vec<(f64, f64)>,
}

/// The axes of a drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Their names: across, up.
    pub names: [&'static str; 2],
    /// Whether the axis across is logarithmic.
    pub is_logarithmic: bool,
    /// Where the axis across has marks, and what they say.
    pub marks: &'static [(f64, &'static str)],
    /// From where to where the axis up reaches, unless a point lies beyond.
    pub up: [f64; 2],
}

/// What came of an experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Its name, as on the command line.
    pub name: &'static str,
    /// Its figures.
    pub rows: Vec<Row>,
    /// What it is drawn in.
    pub frame: Frame,
    /// What is drawn.
    pub curves: Vec<Curve>,
}

impl Report {
    /// Whether nothing was missed that is not known to be.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.rows.iter().all(|row| row.verdict != Verdict::Missed)
    }
}

/// The seed of every experiment: chance is the same in each run.
const SEED: u64 = 1;
