//! What firmware and kernels say that cannot be right.

use std::fmt;

/// Something in the description of a machine that was corrected or could not be used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Quirk {
    /// The kernel describes no nodes: all memory is put into one, number 0.
    NoNodes,
    /// Every node claims every CPU: they are believed to be one.
    NodesAreOne,
    /// A CPU that several nodes claim: the first one has it.
    CpuInSeveralNodes(u32),
    /// A CPU that no node has.
    CpuWithoutNode(u32),
    /// A CPU without files that say what it is part of.
    CpuWithoutTopology(u32),
    /// A node whose distances are missing, or are not one for each node.
    NoDistances(u32),
    /// A row of distances where a node is not nearest to itself.
    DistancesDisagree(u32),
    /// The cpuset leaves nothing to run on; it is ignored.
    NothingAllowed,
    /// A file that does not hold what it should; what it would have said is missing.
    Malformed(String),
}

impl fmt::Display for Quirk {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoNodes => out.write_str("no NUMA nodes are described: all memory is node 0"),
            Self::NodesAreOne => out.write_str("every node claims every CPU: taken as one"),
            Self::CpuInSeveralNodes(cpu) => write!(out, "CPU {cpu} is claimed by several nodes"),
            Self::CpuWithoutNode(cpu) => write!(out, "CPU {cpu} is in no node"),
            Self::CpuWithoutTopology(cpu) => {
                write!(out, "CPU {cpu} does not say what it is part of")
            }
            Self::NoDistances(node) => write!(out, "node {node} has no usable distances"),
            Self::DistancesDisagree(node) => write!(out, "node {node} is not nearest to itself"),
            Self::NothingAllowed => out.write_str("the cpuset allows nothing: ignored"),
            Self::Malformed(path) => write!(out, "{path} does not hold what it should"),
        }
    }
}
