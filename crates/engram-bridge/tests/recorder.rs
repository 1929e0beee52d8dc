//! What libraries record through the facade `metrics` is what a registry shows.

#![cfg(feature = "metrics")]

#[path = "recorder/bounds.rs"]
mod bounds;
#[path = "recorder/collisions.rs"]
mod collisions;
#[path = "recorder/exactness.rs"]
mod exactness;
#[path = "recorder/installed.rs"]
mod installed;
#[path = "recorder/instruments.rs"]
mod instruments;
#[path = "recorder/off.rs"]
mod off;
