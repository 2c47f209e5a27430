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

const HTTPS: &str = "https://";
const HTTP: &str = "http://";

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
        let text = text.trim_ascii();
        let (plain_http, rest) = match without_prefix(text, HTTP) {
            Some(rest) => (true, rest),
            None => (false, without_prefix(text, HTTPS).unwrap_or(text)),
        };
        let host = rest.split(['/', '?', '#']).next().unwrap_or("");
        let listed = CLUSTERS
            .iter()
            .find(|cluster| cluster.host().eq_ignore_ascii_case(host));
        match listed {
            Some(cluster) if !plain_http => Endpoint::Listed(cluster),
            Some(cluster) => Endpoint::Near(cluster),
            None => near(host).map_or(Endpoint::Unlisted, Endpoint::Near),
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

/// The cluster of an endpoint, if Braze lists it.
pub fn known(endpoint: &str) -> Option<&'static Cluster> {
    match Endpoint::of(endpoint) {
        Endpoint::Listed(cluster) => Some(cluster),
        _ => None,
    }
}

impl Cluster {
    fn host(&self) -> &'static str {
        self.rest_endpoint.strip_prefix(HTTPS).unwrap_or("")
    }
}

fn without_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// The cluster that a host of Braze's may mean, by its place and number: `fra-01`, `eu-01` and
/// the `dashboard-01` of a host that ends in `.eu` are all EU-01.
fn near(host: &str) -> Option<&'static Cluster> {
    let is = |text: &str, other: &str| text.eq_ignore_ascii_case(other);
    let (_, top_level) = host.rsplit_once('.')?;
    if !host.split('.').any(|label| is(label, "braze")) {
        return None;
    }
    host.split('.').find_map(|label| {
        let (place, number) = label.split_once('-')?;
        let region = match place {
            place if is(place, "iad") => "US",
            place if is(place, "fra") => "EU",
            place if is(place, "dashboard") && is(top_level, "eu") => "EU",
            place if is(place, "dashboard") => "US",
            place => place,
        };
        CLUSTERS.iter().find(|cluster| {
            let (cluster_region, cluster_number) =
                cluster.instance.split_once('-').unwrap_or_default();
            is(cluster_region, region) && cluster_number == number
        })
    })
}
