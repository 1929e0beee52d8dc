//! Scripts of faults over gRPC.

use proptest::prelude::*;

use super::config;
use super::receiver::Receiver;
use crate::faults::Fault;
use crate::scripts::{Scripted, any_script};

impl Scripted for Receiver {
    fn next(&self, fault: Option<Fault>) {
        self.state().faults = fault.into_iter().collect();
    }

    fn received(&self) -> u64 {
        self.state().received.get("things").copied().unwrap_or(0)
    }

    fn errors(&self) -> Vec<String> {
        Vec::new()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_script_of_faults_over_grpc_loses_what_it_may_not(script in any_script()) {
        let (receiver, address) = Receiver::start();
        script.run(&receiver, config(address))?;
    }
}
