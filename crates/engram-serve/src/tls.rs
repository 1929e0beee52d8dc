//! TLS: a certificate and its key, read and checked before anybody can connect.
//!
//! rustls with ring: TLS 1.2 and 1.3, without C libraries that the system would have to patch. Without the
//! feature `tls` there is only what passes streams on as they are.

use crate::builder::{Builder, StartError};
use crate::connections::Ticket;
use crate::listener::Stream;

/// What turns a connection into one that nobody else can read, if that is wanted.
#[derive(Clone)]
pub(crate) struct Tls {
    #[cfg(feature = "tls")]
    acceptor: Option<tokio_rustls::TlsAcceptor>,
}

#[cfg(not(feature = "tls"))]
impl Tls {
    #[expect(
        clippy::unnecessary_wraps,
        reason = "with the feature there is much that can be wrong"
    )]
    pub(crate) fn new(_: &Builder) -> Result<Self, StartError> {
        Ok(Self {})
    }

    #[expect(clippy::unused_async, reason = "with the feature a handshake is waited for")]
    pub(crate) async fn secure(
        &self,
        stream: Box<dyn Stream>,
        _: &Ticket,
    ) -> Option<Box<dyn Stream>> {
        Some(stream)
    }
}

#[cfg(feature = "tls")]
mod files;

#[cfg(feature = "tls")]
impl Tls {
    /// Reads the files that the builder names.
    pub(crate) fn new(builder: &Builder) -> Result<Self, StartError> {
        let acceptor = builder.tls.as_ref().map(|(certificate, key)| files::read(certificate, key));
        let acceptor = acceptor.transpose()?.map(|config| std::sync::Arc::new(config).into());
        Ok(Self { acceptor })
    }

    /// The stream after its handshake; `None` when that failed or somebody needed the place. How long it may
    /// take is for the caller to say.
    pub(crate) async fn secure(
        &self,
        stream: Box<dyn Stream>,
        ticket: &Ticket,
    ) -> Option<Box<dyn Stream>> {
        let Some(acceptor) = &self.acceptor else { return Some(stream) };
        tokio::select! {
            accepted = acceptor.accept(stream) => match accepted {
                Ok(stream) => Some(Box::new(stream)),
                Err(_) => None,
            },
            () = ticket.end() => None,
        }
    }
}
