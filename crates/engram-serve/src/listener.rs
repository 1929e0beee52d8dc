//! Sockets that clients connect to.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::FileTypeExt as _;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};

use crate::builder::{Listen, StartError};

/// A socket that is listened on, before there is a runtime.
#[derive(Debug)]
pub(crate) enum Socket {
    Tcp(std::net::TcpListener),
    Unix(std::os::unix::net::UnixListener, PathBuf),
}

/// The same inside a runtime.
#[derive(Debug)]
pub(crate) enum Listener {
    Tcp(TcpListener),
    /// The file goes with the listener.
    Unix(UnixListener, PathBuf),
}

/// A connection of either kind.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl Socket {
    pub(crate) fn bind(listen: &Listen) -> Result<Self, StartError> {
        let (name, bound) = match listen {
            Listen::Tcp(address) => (address.to_string(), bind_tcp(*address)),
            Listen::Unix(path) => (path.display().to_string(), bind_unix(path)),
        };
        bound.map_err(|source| StartError::Listen { listen: name, source: Arc::new(source) })
    }

    /// Where it listens; port 0 of no address for a Unix socket.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(listener) => listener.local_addr().ok(),
            Self::Unix(..) => None,
        }
    }

    /// To be called inside of the runtime.
    pub(crate) fn listener(self) -> io::Result<Listener> {
        match self {
            Self::Tcp(listener) => TcpListener::from_std(listener).map(Listener::Tcp),
            Self::Unix(listener, path) => {
                UnixListener::from_std(listener).map(|listener| Listener::Unix(listener, path))
            }
        }
    }
}

fn bind_tcp(address: SocketAddr) -> io::Result<Socket> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(Socket::Tcp(listener))
}

fn bind_unix(path: &Path) -> io::Result<Socket> {
    if is_left_over(path) {
        std::fs::remove_file(path)?;
    }
    let listener = std::os::unix::net::UnixListener::bind(path)?;
    listener.set_nonblocking(true)?;
    Ok(Socket::Unix(listener, path.to_owned()))
}

/// Whether there is a socket that nobody listens on.
fn is_left_over(path: &Path) -> bool {
    let is_socket = path.symlink_metadata().is_ok_and(|it| it.file_type().is_socket());
    let refused = |error: io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
    is_socket && StdUnixStream::connect(path).err().is_some_and(refused)
}

impl Listener {
    /// The next connection, and the address of a client that has one.
    pub(crate) async fn accept(&self) -> io::Result<(Box<dyn Stream>, Option<IpAddr>)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                // A page is written in large pieces; what is small is at its end, and waited for.
                stream.set_nodelay(true)?;
                Ok((Box::new(stream), Some(peer.ip())))
            }
            Self::Unix(listener, _) => listener
                .accept()
                .await
                .map(|(stream, _)| (Box::new(stream) as Box<dyn Stream>, None)),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Self::Unix(_, path) = self {
            // It may be gone already; then nobody has to remove it.
            let _ = std::fs::remove_file(path);
        }
    }
}
