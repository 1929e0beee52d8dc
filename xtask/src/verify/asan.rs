//! AddressSanitizer: no access outside of what is allocated, and nothing that is lost.
//!
//! Unlike the other two it needs to know only what it looks at: our crates. It also intercepts the
//! allocator, which is the same for all.
//!
//! The cells of a process are never freed, so that readers need no protection. That is no leak: they are
//! reached from a static, and what can be reached at the end is not lost. Of a storage that a test made,
//! everything has to be gone.

use anyhow::Result;

use super::context::Context;
use super::crates::Gate;
use super::sanitizer::watch;
use super::step::{Outcome, Step};
use super::wrapper::Wrapper;

pub(super) const STEP: Step = Step {
    name: "asan",
    why: "no access to memory that is not ours, and no memory that is lost",
    run: asan,
};

fn asan(context: &Context) -> Result<Outcome> {
    if !cfg!(target_os = "linux") {
        return Ok(Outcome::not_applicable("AddressSanitizer is run on Linux"));
    }
    let watching = Wrapper { name: "asan", flags: "-Zsanitizer=address", packages: &[] };
    let mut cargo = context.cargo(&["test"]);
    watching.around(context, &mut cargo)?;
    // That is the default on x86-64 Linux; elsewhere it has to be asked for.
    cargo.env("ASAN_OPTIONS", "detect_leaks=1");
    watch(cargo, Gate::Addresses, &[])
}
