//! Which class of service Kubernetes gave the pod.

/// Who is sacrificed first when a node runs out of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QosClass {
    /// Limits equal requests: last.
    Guaranteed,
    /// Some requests: in between.
    Burstable,
    /// None: first.
    BestEffort,
}

/// By what a class was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The path of the control group, which names it.
    Path,
    /// The adjustment of the OOM killer's score, which other managers set too.
    OomScore,
}

impl QosClass {
    /// From the path of the group, where it can be seen, else from `/proc/self/oom_score_adj`; `None` where
    /// neither says anything.
    ///
    /// ```
    /// use engram_hw::{Evidence, QosClass};
    ///
    /// let path = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice";
    /// assert_eq!(QosClass::of(path, Some(0)), Some((QosClass::Burstable, Evidence::Path)));
    /// assert_eq!(QosClass::of("/", Some(-997)), Some((QosClass::Guaranteed, Evidence::OomScore)));
    /// assert_eq!(QosClass::of("/user.slice", Some(0)), None);
    /// ```
    #[must_use]
    pub fn of(path: &str, oom_score_adj: Option<i32>) -> Option<(Self, Evidence)> {
        if path.contains("kubepods") {
            let class = match path {
                path if path.contains("besteffort") => Self::BestEffort,
                path if path.contains("burstable") => Self::Burstable,
                _ => Self::Guaranteed,
            };
            return Some((class, Evidence::Path));
        }
        let class = match oom_score_adj? {
            -998 | -997 => Self::Guaranteed,
            1_000 => Self::BestEffort,
            2..=999 => Self::Burstable,
            _ => return None,
        };
        Some((class, Evidence::OomScore))
    }
}
