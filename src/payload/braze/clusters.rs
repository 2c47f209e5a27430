//! Braze's clusters: where each customer's requests have to go.
//!
//! **Source**: Braze, "API overview", the list of endpoints (fetched September 2026). The page on
//! cohort import lists fewer. There is no US-09.

use crate::problem::{Code, Finding};

/// One cluster.
#[derive(PartialEq, Eq, Debug)]
pub struct Cluster {
    /// Braze's name for it.
    pub instance: &'static str,
    /// Where its REST interface is.
    pub rest_endpoint: &'static str,
    /// Where its data is: `US`, `EU`, `AU`, `ID`, `JP` or `KR`.
    pub region: &'static str,
}

macro_rules! clusters {
    ($($instance:literal $region:literal $rest_endpoint:literal;)*) => {
        /// Every cluster that Braze lists.
        pub static CLUSTERS: &[Cluster] = &[$(Cluster {
            instance: $instance,
            rest_endpoint: $rest_endpoint,
            region: $region,
        }),*];
    };
}

clusters! {
    "US-01" "US" "https://rest.iad-01.braze.com";
    "US-02" "US" "https://rest.iad-02.braze.com";
    "US-03" "US" "https://rest.iad-03.braze.com";
    "US-04" "US" "https://rest.iad-04.braze.com";
    "US-05" "US" "https://rest.iad-05.braze.com";
    "US-06" "US" "https://rest.iad-06.braze.com";
    "US-07" "US" "https://rest.iad-07.braze.com";
    "US-08" "US" "https://rest.iad-08.braze.com";
    "US-10" "US" "https://rest.us-10.braze.com";
    "EU-01" "EU" "https://rest.fra-01.braze.eu";
    "EU-02" "EU" "https://rest.fra-02.braze.eu";
    "AU-01" "AU" "https://rest.au-01.braze.com";
    "ID-01" "ID" "https://rest.id-01.braze.com";
    "JP-01" "JP" "https://rest.jp-01.braze.com";
    "KR-01" "KR" "https://rest.kr-01.braze.com";
}

const HTTPS: &[u8] = b"https://";
const HTTP: &[u8] = b"http://";

/// What an endpoint that somebody typed is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Endpoint {
    /// A cluster's.
    Listed(&'static Cluster),
    /// Not a cluster's, and this cluster may be meant: another top-level domain, no `rest.`,
    /// `http`, the dashboard's address, or the instance's name in place of the host's.
    Near(&'static Cluster),
    /// Something else.
    Unlisted,
}

impl Endpoint {
    /// Looks at an endpoint as somebody typed it. A path and a slash at the end are passed over,
    /// `https://` may be left out, and case does not count.
    ///
    /// **Example**
    /// ```
    /// use kohort::payload::braze::clusters::Endpoint;
    ///
    /// let Endpoint::Near(cluster) = Endpoint::of("https://rest.fra-01.braze.com") else { panic!() };
    /// assert_eq!(cluster.rest_endpoint, "https://rest.fra-01.braze.eu");
    /// ```
    pub fn of(text: &str) -> Endpoint {
        // Bytes, since searching in text would bring 3 KB of the standard library along.
        let text = text.as_bytes().trim_ascii().to_ascii_lowercase();
        let (plain_http, rest) = match text.strip_prefix(HTTP) {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix(HTTPS).unwrap_or(&text)),
        };
        let end = rest.iter().position(|byte| b"/?#".contains(byte));
        let host = rest.get(..end.unwrap_or(rest.len())).unwrap_or(&[]);
        // A listed host is near to its own cluster.
        match near(host) {
            Some(cluster) if !plain_http && cluster.host() == host => Endpoint::Listed(cluster),
            Some(cluster) => Endpoint::Near(cluster),
            None => Endpoint::Unlisted,
        }
    }

    /// The warning that it deserves.
    pub(super) fn finding(self) -> Option<Finding> {
        match self {
            Endpoint::Listed(_) => None,
            Endpoint::Near(cluster) => {
                Some(Finding::warning(Code::LintCluster).name(cluster.rest_endpoint))
            }
            Endpoint::Unlisted => Some(Finding::warning(Code::LintClusterUnknown)),
        }
    }
}

impl Cluster {
    fn host(&self) -> &'static [u8] {
        let endpoint = self.rest_endpoint.as_bytes();
        endpoint.strip_prefix(HTTPS).unwrap_or(&[])
    }
}

/// The cluster that a host of Braze's may mean, by its place and number: `fra-01`, `eu-01` and
/// the `dashboard-01` of a host that ends in `.eu` are all EU-01. The host is in lower case.
fn near(host: &[u8]) -> Option<&'static Cluster> {
    let labels = || host.split(|&byte| byte == b'.');
    if !labels().any(|label| label == b"braze") {
        return None;
    }
    labels().find_map(|label| {
        let hyphen = label.iter().position(|&byte| byte == b'-')?;
        let (place, number) = label.split_at_checked(hyphen)?;
        let region: &[u8] = match place {
            b"fra" => b"eu",
            b"dashboard" if host.ends_with(b".eu") => b"eu",
            b"iad" | b"dashboard" => b"us",
            region => region,
        };
        CLUSTERS.iter().find(|cluster| {
            let instance = cluster.instance.as_bytes().split_at_checked(2);
            instance.is_some_and(|(its_region, its_number)| {
                its_number == number && its_region.eq_ignore_ascii_case(region)
            })
        })
    })
}
