//! A family as exporters see it: in rows where its members are numbers, one by one where they are histograms.

use super::index::{List, Listed};
use super::{Inner, Replicate};
use crate::collect::Visit;
use crate::label::Labels;
use crate::rows::{Pairs, Place, ROWS, Room, Rows, ShowPairs};

impl<const N: usize, M: Replicate> Inner<N, M> {
    /// Hands the series of a list over.
    pub(super) fn show(&self, list: &List<N, M>, room: &mut Room, visit: &mut dyn Visit) {
        let roster = self.rosters.of(list, &self.names);
        for (series, first) in list.series.chunks(ROWS).zip((0..).step_by(ROWS)) {
            let (slots, texts) = roster.part(first, series.len());
            let those = Those { names: &self.names, series };
            if let Some(numbers) = M::numbers(slots, |at| &series[at].entry.metric, room) {
                let place = Place { roster: roster.number, first };
                visit.rows(&Rows::new(place, &those, texts, numbers));
                continue;
            }
            for (at, text) in texts.iter().enumerate() {
                let metric = &series[at].entry.metric;
                those.pairs(at, &mut |pairs| {
                    metric.show(Labels::with_text(pairs, text), room, visit);
                });
            }
        }
    }
}

/// Some of the series of a list, with the names of their labels.
struct Those<'a, const N: usize, M> {
    names: &'a [&'static str; N],
    series: &'a [Listed<N, M>],
}

impl<const N: usize, M> Pairs for Those<'_, N, M> {
    fn pairs(&self, at: usize, show: &mut ShowPairs<'_>) {
        let values = self.series[at].entry.values();
        let pairs: [_; N] = std::array::from_fn(|at| (self.names[at], values[at]));
        show(&pairs);
    }
}
