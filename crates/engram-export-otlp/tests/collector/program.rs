//! The collector as a program.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// A collector that passes on what it gets before it says that it has it.
pub(super) struct Collector {
    program: PathBuf,
    config: PathBuf,
    running: Option<Child>,
    pub(super) http: SocketAddr,
    pub(super) grpc: SocketAddr,
}

impl Collector {
    /// One that sends to `sink`; `None` where there is no program of it. `name` is that of its files.
    pub(super) fn start(name: &str, sink: SocketAddr) -> Option<Self> {
        let program = PathBuf::from(std::env::var_os("ENGRAM_OTELCOL")?);
        let (http, grpc) = (free(), free());
        let config = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.yaml"));
        std::fs::write(&config, settings(http, grpc, sink)).expect("a file");
        let mut collector = Self { program, config, running: None, http, grpc };
        collector.restart();
        Some(collector)
    }

    /// Ends it as if its machine had failed.
    pub(super) fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            // Fails only when it is gone already.
            let _ = running.kill();
            let _ = running.wait();
        }
    }

    /// Starts it where it was.
    pub(super) fn restart(&mut self) {
        self.kill();
        let mut command = Command::new(&self.program);
        command.arg("--config").arg(&self.config).stdout(Stdio::null()).stderr(Stdio::null());
        let running = self.running.insert(command.spawn().expect("the program starts"));
        while [self.http, self.grpc].iter().any(|it| TcpStream::connect(it).is_err()) {
            let ended = running.try_wait().expect("it can be asked");
            assert!(ended.is_none(), "the collector has ended: {ended:?}");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.kill();
    }
}

fn free() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it is bound")
}

fn settings(http: SocketAddr, grpc: SocketAddr, sink: SocketAddr) -> String {
    let pipeline = "{receivers: [otlp], exporters: [otlphttp]}";
    format!(
        "receivers:\n  otlp:\n    protocols:\n      grpc: {{endpoint: \"{grpc}\"}}\n      \
         http: {{endpoint: \"{http}\"}}\n\
         exporters:\n  otlphttp:\n    endpoint: \"http://{sink}\"\n    compression: none\n    \
         sending_queue: {{enabled: false}}\n    retry_on_failure: {{enabled: false}}\n\
         service:\n  telemetry: {{metrics: {{level: none}}, logs: {{level: error}}}}\n  \
         pipelines:\n    metrics: {pipeline}\n    logs: {pipeline}\n    traces: {pipeline}\n"
    )
}
