//! The examples, as programs of their own, against the receiver.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::receiver::Receiver;

/// A program of `examples/` that pushes to the receiver. It is beside this one once `cargo build --examples` has
/// put it there, which has to be done with the features that this test has.
fn example(name: &str, receiver: &Receiver) -> Option<Command> {
    let this = std::env::current_exe().expect("Linux knows what runs");
    let path: PathBuf = this.parent()?.parent()?.join("examples").join(name);
    if !path.is_file() {
        return None;
    }
    let mut command = Command::new(path);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{}", receiver.address));
    Some(command)
}

const NOT_BUILT: &str = "the example was not built";

#[test]
fn what_ten_lines_count_arrives() {
    let receiver = Receiver::start();
    let Some(mut push) = example("push", &receiver) else {
        return println!("skipped: {NOT_BUILT}");
    };
    assert!(push.status().expect("it starts").success());
    let state = receiver.state();
    assert_eq!((state.received["shop.orders"], &state.errors), (1, &vec![]));
}

#[test]
fn what_an_axum_application_counts_arrives_when_it_ends() {
    let receiver = Receiver::start();
    let Some(mut application) = example("axum_push", &receiver) else {
        return println!("skipped: {NOT_BUILT}");
    };
    let address = free_address();
    application.arg(address.to_string()).stdin(Stdio::piped());
    let mut application = application.spawn().expect("it starts");
    (0..3).for_each(|_| order(address));
    // The end of its input is the end of the application.
    drop(application.stdin.take());
    assert!(application.wait().expect("it ends").success());
    let state = receiver.state();
    assert_eq!((state.received["shop.orders"], &state.errors), (3, &vec![]));
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("it is bound")
}

/// Asks for one order, as soon as the application listens.
fn order(address: SocketAddr) {
    let mut stream = loop {
        match TcpStream::connect(address) {
            Ok(stream) => break stream,
            Err(_) => std::thread::sleep(Duration::from_millis(10)),
        }
    };
    let request = b"GET /order HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request).expect("the application is alive");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("the application answers");
    assert!(answer.contains("thank you"), "{answer}");
}
