//! Who shares a cache, from who shares those around it.
//!
//! ```text
//!        L2 of CPUs 4 and 5             what misses in either L1 goes to one L2: nobody shares an L1
//!       /                  \            that does not share its L2
//!   L1d of 4 and 5    L1i of ?          an L1d is one core's, and threads of a core fetch together:
//!                                       who shares an L1d shares the L1i
//! ```
//!
//! Where the two bounds meet, no file needs to say it. Where they do not, one has to: compute units of AMD share
//! instructions and not data, and large cores of POWER9 have two of each L1 within one L2.

use crate::id_set::IdSet;
use crate::topology::CacheKind;

/// What the caches of a CPU that were read have shown, the outer ones first.
#[derive(Default)]
pub(super) struct Bounds {
    /// The last unified one: its level, and who shares it.
    around: Option<(u8, IdSet)>,
    /// The last one for data.
    beside: Option<(u8, IdSet)>,
}

impl Bounds {
    /// Who shares a cache of the CPU, if nobody else can and all of them must.
    pub(super) fn shared(&self, level: u8, kind: CacheKind) -> Option<IdSet> {
        let (_, most) = self.around.as_ref().filter(|(outer, _)| *outer > level)?;
        let beside = self.beside.as_ref().filter(|(same, _)| *same == level);
        let least = beside.filter(|_| kind == CacheKind::Instruction).map(|(_, cpus)| cpus);
        // The CPU itself shares it in any case.
        (most.len() == 1 || least == Some(most)).then(|| most.clone())
    }

    /// Takes in who shares one, and that the CPU is among them.
    pub(super) fn learn(&mut self, level: u8, kind: CacheKind, cpus: &IdSet) {
        match kind {
            CacheKind::Unified => self.around = Some((level, cpus.clone())),
            CacheKind::Data => self.beside = Some((level, cpus.clone())),
            CacheKind::Instruction => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(list: &str) -> IdSet {
        IdSet::from_list(list).unwrap()
    }

    fn bounds(around: &str, data: &str) -> Bounds {
        let mut bounds = Bounds::default();
        bounds.learn(2, CacheKind::Unified, &set(around));
        bounds.learn(1, CacheKind::Data, &set(data));
        bounds
    }

    #[test]
    fn what_is_within_a_cache_of_one_cpu_is_that_cpus() {
        let mut bounds = Bounds::default();
        bounds.learn(2, CacheKind::Unified, &set("3"));
        for kind in [CacheKind::Data, CacheKind::Instruction] {
            assert_eq!(bounds.shared(1, kind), Some(set("3")));
        }
        assert_eq!([2, 3].map(|level| bounds.shared(level, CacheKind::Unified)), [None, None]);
    }

    #[test]
    fn threads_that_share_data_share_instructions_where_nobody_else_can() {
        assert_eq!(bounds("4-5", "4-5").shared(1, CacheKind::Instruction), Some(set("4-5")));
        // Data says nothing of another level, and instructions say nothing of data.
        assert_eq!(bounds("4-5", "4-5").shared(0, CacheKind::Instruction), None);
        assert_eq!(bounds("4-5", "4-5").shared(1, CacheKind::Data), None);
    }

    #[test]
    fn where_the_bounds_do_not_meet_a_file_has_to_say_it() {
        // A compute unit of AMD, and a large core of POWER9.
        assert_eq!(bounds("0-1", "0").shared(1, CacheKind::Instruction), None);
        assert_eq!(bounds("0-7", "0,2,4,6").shared(1, CacheKind::Instruction), None);
        assert_eq!(Bounds::default().shared(1, CacheKind::Data), None);
    }
}
