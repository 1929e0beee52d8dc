//! The machine as metrics, and memory on a chosen node.
//!
//! `cargo run -p engram-hw --example machine`

#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use std::error::Error;

use engram_hw::{AddressMap, MemoryPolicy, NodeMemory, Pin, Topology, current_node};
use engram_metrics_core::Registry;

fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::new();
    // Before threads start: each then records into memory of its own node.
    engram_hw::place_cells_by_node()?;
    engram_hw::register_machine(&registry)?;
    place()
}

fn place() -> Result<(), Box<dyn Error>> {
    let machine = Topology::from_root("/")?;
    let node = current_node();
    // Until it is dropped, the thread stays on the node.
    let _pin = Pin::to_node(&machine, node)?;
    // Default containers forbid it, and the error says so.
    match NodeMemory::new(1 << 20, &MemoryPolicy::Prefer(node)) {
        Ok(memory) => {
            let mut map = AddressMap::new();
            let start = memory.as_ptr().addr();
            map.insert(start..start + memory.len(), node)?;
            println!("{:?}", map.classify(start, current_node()));
        }
        Err(unavailable) => println!("{unavailable}"),
    }
    Ok(())
}
