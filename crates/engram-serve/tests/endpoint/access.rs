//! Who may ask.

use base64::Engine as _;

use super::*;

#[test]
fn without_the_secret_only_probes_are_answered() {
    let endpoint = builder().bearer_token("s3cret").basic_auth("user", "word");
    let endpoint = endpoint.start().expect("starts");
    let refused = get(&endpoint, "/metrics", &[]);
    assert_eq!(refused.status(), 401);
    let challenges: Vec<_> = refused.headers().get_all("www-authenticate").iter().collect();
    assert_eq!(challenges, ["Bearer realm=\"metrics\"", "Basic realm=\"metrics\""]);
    let basic = base64::engine::general_purpose::STANDARD.encode("user:word");
    for right in ["Bearer s3cret", &format!("Basic {basic}")] {
        for path in ["/metrics", "/health", "/"] {
            assert_eq!(status(&endpoint, path, &[("authorization", right)]), 200, "{right}");
            assert_eq!(status(&endpoint, path, &[("authorization", "Bearer guess")]), 401);
        }
    }
    for path in ["/livez", "/readyz"] {
        assert_eq!(status(&endpoint, path, &[]), 200, "{path}");
    }
}

#[test]
fn other_networks_are_refused() {
    let far = builder().allow("10.0.0.0/8").start().expect("starts");
    assert_eq!(status(&far, "/metrics", &[]), 403);
    assert_eq!(status(&far, "/livez", &[]), 403);
    let near = builder().allow("10.0.0.0/8").allow("127.0.0.1").start().expect("starts");
    assert_eq!(status(&near, "/metrics", &[]), 200);
}
