//! Where memory is, and where it shall be.

mod accesses;
mod address_map;
mod node_memory;
mod policy;

pub use accesses::{AccessKind, AccessMetrics, AccessTarget, CrossingsSource};
pub use address_map::{AddressMap, Locality};
pub use node_memory::NodeMemory;
pub use policy::{MemoryPolicy, PolicyScope};

#[cfg(test)]
mod tests;
