//! Where alerts arrive: just enough of HTTP for what Alertmanager sends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::Arrived;

/// A listener on a free port; its thread ends with the program.
#[derive(Debug)]
pub(super) struct Webhook {
    port: u16,
    arrived: Arc<Mutex<Arrived>>,
}

impl Webhook {
    pub(super) fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port")?;
        let port = listener.local_addr().context("the port has no address")?.port();
        let arrived = Arc::new(Mutex::new(Arrived::new()));
        let shared = Arc::clone(&arrived);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                // Connections are kept: one that says nothing must not keep others waiting.
                thread::spawn(move || while receive(&stream, &shared).is_some() {});
            }
        });
        Ok(Self { port, arrived })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// What has arrived so far.
    pub(super) fn arrived(&self) -> Arrived {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// One request; `None` when there is no more.
fn receive(stream: &TcpStream, arrived: &Mutex<Arrived>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(number) = line.strip_prefix("content-length:") {
            length = number.trim().parse().ok()?;
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let mut answer = stream;
    answer.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").ok()?;
    let message: Value = serde_json::from_slice(&body).ok()?;
    let mut arrived = arrived.lock().unwrap_or_else(PoisonError::into_inner);
    for (fault, alert) in firing(&message) {
        arrived.entry(fault).or_default().insert(alert);
    }
    Some(())
}

/// Faults and names of the alerts of a message that fire.
pub(super) fn firing(message: &Value) -> Vec<(String, String)> {
    let alerts = message["alerts"].as_array().map_or(&[][..], Vec::as_slice);
    let firing = alerts.iter().filter(|alert| alert["status"] == "firing");
    let label = |alert: &Value, name: &str| Some(alert["labels"][name].as_str()?.to_owned());
    firing.filter_map(|alert| Some((label(alert, "fault")?, label(alert, "alertname")?))).collect()
}
