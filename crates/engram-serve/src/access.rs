//! Who may ask: networks, and secrets.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::StatusCode;
use hyper::header::{AUTHORIZATION, HeaderMap};
use ipnet::IpNet;
use subtle::ConstantTimeEq as _;

/// What a client has to be and to know. Without networks all may ask, without secrets nobody has to know any.
#[derive(Clone, Debug, Default)]
pub(crate) struct Access {
    networks: Vec<IpNet>,
    secrets: Vec<Secret>,
}

/// A scheme and what has to follow it in `Authorization`.
#[derive(Clone)]
struct Secret {
    scheme: &'static str,
    credentials: String,
}

impl std::fmt::Debug for Secret {
    /// Not the credentials: they would end up in a log.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Secret").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}

impl Access {
    pub(crate) fn allow(&mut self, network: IpNet) {
        self.networks.push(network);
    }

    pub(crate) fn bearer(&mut self, token: String) {
        self.secrets.push(Secret { scheme: "Bearer", credentials: token });
    }

    pub(crate) fn basic(&mut self, user: &str, password: &str) {
        let credentials = STANDARD.encode(format!("{user}:{password}"));
        self.secrets.push(Secret { scheme: "Basic", credentials });
    }

    /// Schemes that a client can choose from.
    pub(crate) fn schemes(&self) -> impl Iterator<Item = &'static str> {
        self.secrets.iter().map(|secret| secret.scheme)
    }

    /// Why a client is refused. A client of a Unix socket has no address: the permissions of the file
    /// decide who can connect.
    pub(crate) fn refuses(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<StatusCode> {
        if !self.is_near(peer) {
            return Some(StatusCode::FORBIDDEN);
        }
        (!self.knows(headers)).then_some(StatusCode::UNAUTHORIZED)
    }

    fn is_near(&self, peer: Option<IpAddr>) -> bool {
        // An IPv4 address that came in over IPv6 is that IPv4 address.
        let contains =
            |peer: IpAddr| self.networks.iter().any(|it| it.contains(&peer.to_canonical()));
        self.networks.is_empty() || peer.is_none_or(contains)
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, credentials) = given.and_then(|it| it.split_once(' ')).unwrap_or_default();
        let credentials = credentials.trim_start().as_bytes();
        // All are compared, so that the time does not tell which one was close. Their lengths are no secret.
        let is_right = |secret: &Secret| {
            secret.scheme.eq_ignore_ascii_case(scheme)
                & bool::from(secret.credentials.as_bytes().ct_eq(credentials))
        };
        let right = self.secrets.iter().filter(|secret| is_right(secret)).count();
        self.secrets.is_empty() || right > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(authorization: &str) -> HeaderMap {
        let value = authorization.parse().expect("a header value");
        HeaderMap::from_iter([(AUTHORIZATION, value)])
    }

    #[test]
    fn only_the_whole_secret_of_the_right_scheme_is_accepted() {
        let mut access = Access::default();
        access.bearer("s3cret".to_owned());
        access.basic("user", "pass:word");
        for right in ["Bearer s3cret", "bearer  s3cret", "Basic dXNlcjpwYXNzOndvcmQ="] {
            assert_eq!(access.refuses(None, &with(right)), None, "{right}");
        }
        for wrong in [
            "Bearer s3cre",
            "Bearer s3cret1",
            "Bearer",
            "Basic s3cret",
            "s3cret",
            "",
            "Bearer S3CRET",
        ] {
            let refused = Some(StatusCode::UNAUTHORIZED);
            assert_eq!(access.refuses(None, &with(wrong)), refused, "{wrong}");
        }
        assert_eq!(access.refuses(None, &HeaderMap::new()), Some(StatusCode::UNAUTHORIZED));
        assert!(!format!("{access:?}").contains("s3cret"), "secrets do not end up in logs");
    }

    #[test]
    fn only_networks_that_are_allowed_may_ask() {
        let mut access = Access::default();
        access.allow("10.0.0.0/8".parse().expect("a network"));
        access.allow("fd00::/8".parse().expect("a network"));
        let refuses =
            |peer: &str| access.refuses(Some(peer.parse().expect("an address")), &HeaderMap::new());
        for near in ["10.1.2.3", "::ffff:10.1.2.3", "fd00::1"] {
            assert_eq!(refuses(near), None, "{near}");
        }
        for far in ["11.0.0.1", "127.0.0.1", "::1", "::ffff:11.0.0.1"] {
            assert_eq!(refuses(far), Some(StatusCode::FORBIDDEN), "{far}");
        }
        assert_eq!(access.refuses(None, &HeaderMap::new()), None, "a Unix socket");
    }
}
