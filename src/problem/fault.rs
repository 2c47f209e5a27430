//! What Braze answers to a request that it refuses.

macro_rules! faults {
    ($($(#[$note:meta])* $fault:ident $status:literal $message:literal;)*) => {
        /// The lines of Braze's error table, in the order in which they are looked at: a body that
        /// cannot be read at all, then authentication, then the table's order.
        ///
        /// **Source**: Braze, "Cohort import", error table. The order, and the wording of what is
        /// not in the table (too large, no JSON), are INFERRED.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        #[repr(u8)]
        #[expect(missing_docs, reason = "each is a field or a rule of the table")]
        pub enum Fault { $($(#[$note])* $fault),* }

        impl Fault {
            /// The HTTP status and message of Braze's answer. The message never holds a secret,
            /// though one of Braze's own does.
            pub fn answer(self) -> (u16, &'static str) {
                match self { $(Fault::$fault => ($status, $message)),* }
            }
        }
    };
}

// `pkg/tables.mjs` reads this table.
faults! {
    TooLarge 413 "Payload too large";
    Body 400 "The body must be a valid JSON object";
    PartnerKey 401 "Invalid Partner API key";
    ClientSecret 401 "Invalid client secret";
    /// JSON to most readers, and refused here.
    Content 400 "The body must be a valid JSON object";
    CohortId 400 "cohort_id must be a valid string";
    Changes 400 "cohort_changes must be an array of objects, each with user_ids and/or device_ids as arrays of strings, or an aliases object";
    TooMany 400 "Only 1,000 user_ids, device_ids, and aliases are allowed per request";
    Name 400 "name must be a non-empty string";
    CreatedAt 400 "created_at must be a valid time as an ISO-8601 string";
}
