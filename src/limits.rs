//! Every limit: its number, unit, reason and source.

/// Ids that Braze takes in one users request, over all kinds and changes.
/// **Source**: Braze, "Cohort import". That duplicates and all changes count is our decision.
pub const MAX_REQUEST_IDS: usize = 1_000;

/// Ids of one request that are kept and looked through for repeats; more are only counted. A body of
/// the largest size can hold millions, of a few bytes each, and keeping them all would take more
/// memory than an edge worker has.
pub const MAX_KEPT_IDS: usize = 1 << 16;

/// Bytes of the longest id that can match anybody. **Source**: Braze, user attributes object
/// (external ids); used here for device ids and alias names as well (INFERRED).
pub const MAX_ID_BYTES: usize = 997;

/// Bytes of a body, unless the caller says otherwise: eight times what 1,000 of the longest ids
/// need. Braze's own limit is unknown.
pub const MAX_BODY_BYTES: usize = 8 << 20;

/// Bytes that no body may exceed, whatever the caller says: offsets are 31 bits wide.
pub const HARD_BODY_BYTES: usize = 1 << 30;

/// Levels of nesting. The deepest known payload has 6; a reader that follows more can be led out
/// of its stack.
pub const MAX_DEPTH: u32 = 64;

/// Levels that no caller can go beyond: values are passed over by a function that calls itself, and
/// 256 of its frames take less than a tenth of wasm's stack of 1 MB.
pub const HARD_DEPTH: u32 = 256;

/// How large a body may be.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimits {
    /// Bytes of the largest body.
    pub max_bytes: usize,
    /// Levels of the deepest nesting.
    pub max_depth: u32,
}

impl Default for BodyLimits {
    fn default() -> BodyLimits {
        BodyLimits {
            max_bytes: MAX_BODY_BYTES,
            max_depth: MAX_DEPTH,
        }
    }
}

/// Bytes of the largest buffer that a wasm module keeps for the next call; what is larger is given
/// back. Ours to choose: most bodies and answers stay far below.
pub const KEPT_BUFFER_BYTES: usize = 1 << 20;

/// Problems, and warnings, that are listed one by one.
pub const MAX_PROBLEMS: usize = 100;

/// Ids of each list that the lints look at.
pub const LINT_IDS: usize = 32;

/// Milliseconds that a signature may lie in the past. **Source**: Heap's sample receiver.
pub const SIGNATURE_MAX_AGE_MS: f64 = 60_000.0;

/// Milliseconds that a signature may lie in the future. **Source**: Heap's sample receiver.
pub const SIGNATURE_MAX_FUTURE_MS: f64 = 1_000.0;

/// Milliseconds of the longest wait that an answer can ask for: a day. Braze's window is an hour;
/// more is a mistake, such as milliseconds in a field of seconds.
pub const MAX_RETRY_AFTER_MS: f64 = 86_400_000.0;

/// Requests an hour to the cohort endpoints. **Source**: Braze's page on cohort import; that its hours are those
/// of the clock is our decision.
pub const MAX_REQUESTS_PER_HOUR: u32 = 250_000;

/// Syncs of a segment that are remembered, so that a late repeat is known as one. Ours to choose: Heap starts
/// none before the last one is accepted.
pub const KEPT_SYNCS: usize = 4;

/// Bytes of the largest answer that is looked into. Ours to choose; known ones are under 1 KB.
pub const MAX_RESPONSE_BYTES: usize = 64 << 10;

/// Different ids of one profile. Braze's guidance is a handful of devices a user; this many keep one hostile
/// line from taking long.
pub const MAX_PROFILE_IDS: usize = 10_000;

/// Bytes of one line of profiles, unless the caller says otherwise: a profile with every event,
/// campaign and attribute of years stays far below.
pub const MAX_LINE_BYTES: usize = 16 << 20;

/// Names of attributes over all profiles. Ours to choose: a workspace of Braze has thousands at most,
/// and a map from ids to values that somebody keeps as attributes should not fill memory with
/// names. Each takes about 100 bytes with its column.
pub const MAX_ATTRIBUTES: usize = 1 << 20;

/// Different texts that are kept once for all the lists and objects that hold them; more stand in
/// place, as if they came once. Ours to choose: about 100 MB at most at usual lengths.
pub const MAX_SHARED_TEXTS: usize = 1 << 20;

/// Bytes of the longest text that is kept once. **Source**: Braze, names and string values have at
/// most 255 characters.
pub const MAX_SHARED_TEXT_BYTES: usize = 255;

/// Columns of a CSV. Ours to choose: thousands of attributes are more than a workspace of Braze has, and
/// each costs a look at every row.
pub const MAX_CSV_COLUMNS: usize = 10_000;

/// Bytes of a segment's definition, unless the caller says otherwise: 10,000 conditions of 800 bytes each.
pub const MAX_DEFINITION_BYTES: usize = 8 << 20;

/// Levels of `AND` and `OR` in a segment. Ours to choose: the dashboard has two.
pub const MAX_SEGMENT_LEVELS: u32 = 64;

/// Conditions of a segment, and likewise its `AND` and `OR`. Ours to choose: a condition takes some 200
/// bytes, and may be asked of every user.
pub const MAX_CONDITIONS: u32 = 10_000;

/// Bytes of one filter's JSON, but for its pattern. **Source**: Braze, "Troubleshoot segments"; that a
/// pattern has a limit of its own instead is our decision, as the two would contradict each other.
pub const MAX_FILTER_BYTES: usize = 10_000;

/// Characters of a regular expression. **Source**: Braze, "Regular expressions".
pub const MAX_PATTERN_CHARACTERS: usize = 32_764;

/// States of a regular expression whose repetitions are written out, beyond five for each of its bytes, so that
/// one of characters alone is never too large. A state takes some 60 bytes of memory and, at worst, a step for
/// each byte of a text. Ours to choose.
pub const MAX_PATTERN_STATES: u32 = 50_000;

/// Values of one filter. **Source**: Braze, filtering operators.
pub const MAX_VALUES: usize = 256;

/// Bytes of a request to MoEngage's cohort sync. **Source**: MoEngage, "Cohort Sync API", 128 KB; that a KB has
/// 1,000 bytes is the smaller of two readings (INFERRED).
pub const MAX_MOENGAGE_BYTES: usize = 128_000;
