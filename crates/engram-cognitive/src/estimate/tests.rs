mod invariants;
mod published;
mod simulated;
