//! Every problem code, a row each: the only place that knows its wire word, message and help (in
//! German the dashboard page says them: `www/dashboard/problem_texts.js`).
//!
//! `{name}` stands for a field name of the schema, `{0}` and `{1}` for numbers. Nothing else can
//! enter a message, so no value of the input ever does.

use super::Fault;

/// One row of the table.
pub struct Row {
    /// The wire word, `area.reason`. It never changes its meaning.
    pub code: &'static str,
    /// One sentence, lowercase, without a period.
    pub message: &'static str,
    /// What to do about it.
    pub help: &'static str,
}

macro_rules! codes {
    ($($(#[$section:meta])* $variant:ident $code:literal $fault:expr, $message:literal, $help:literal;)*) => {
        /// What is wrong, as a closed list; [`Code::row`] gives its words.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
        #[repr(u8)]
        #[expect(missing_docs, reason = "each variant is documented by its row's message")]
        pub enum Code { $($variant),* }

        impl Code {
            /// All codes, in the table's order.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];
        }

        /// Of each code, the line of Braze's error table.
        const ALL_FAULTS: &[Option<Fault>] = &[$($fault),*];

        /// The table, in the order of [`Code::ALL`].
        pub static TABLE: &[Row] = &[$(Row { code: $code, message: $message, help: $help }),*];
    };
}

/// The same up to the last code that has one, since most of those behind it are none of the edge module's.
static FAULTS: &[Option<Fault>] = {
    let mut all = ALL_FAULTS;
    while let [before @ .., None] = all {
        all = before;
    }
    all
};

use Fault::*;

codes! {
    JsonEmpty "json.empty" Some(Body), "the body is empty", "send a JSON object";
    JsonPacked "json.packed" Some(Body), "the text is packed, as gzip or zip", "unpack it first; only calls that take streams and blobs do that themselves";
    JsonTruncated "json.truncated" Some(Body), "the text ends in the middle of a JSON value", "send the whole body; check that nothing cut it on the way";
    JsonSyntax "json.syntax" Some(Body), "this is not JSON", "correct the text at this place, for example a missing quote or bracket, or a comma missing or too many";
    JsonNumber "json.number" Some(Body), "this number is not written as JSON writes numbers", "write it without leading zeros, signs or a bare point";
    JsonControlCharacter "json.control_character" Some(Body), "a string holds a control character that is not escaped", "escape it, for example a line feed as `\\n`";
    JsonEscape "json.escape" Some(Body), "a string holds an escape that JSON does not have", "use one of `\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX`";
    JsonUtf8 "json.invalid_utf8" Some(Content), "a string is not valid UTF-8", "encode the body as UTF-8";
    JsonSurrogate "json.lone_surrogate" Some(Content), "a string holds half of a surrogate pair", "send both halves, or the character itself";
    JsonDuplicateKey "json.duplicate_key" Some(Content), "an object has this key twice", "send each key once; readers disagree about which one counts";
    JsonTrailing "json.trailing" Some(Body), "something follows after the end of the JSON value", "send one JSON value and nothing else";
    JsonDepth "json.too_deep" Some(Content), "the nesting is deeper than {0} levels", "flatten the value";
    JsonRoot "json.not_an_object" Some(Body), "the body must be a JSON object", "send an object with the fields of this endpoint";
    JsonBom "json.bom" None, "the body begins with a byte order mark", "send the text without it";
    UnknownField "field.unknown" None, "this field is not known here and is ignored", "remove it, or check its spelling";
    ProtoField "field.proto" None, "a field is named like JavaScript's prototype and is ignored", "remove it; it never reaches a prototype here";

    LimitBytes "limit.bytes" Some(TooLarge), "the body is larger than {0} bytes", "send a smaller body, or raise `limits.maxBytes`";
    LimitProblems "limit.too_many_problems" None, "{0} more problems are not listed", "mend the listed ones first, or raise `maxProblems`";
    LimitMemory "limit.memory" None, "memory ran out", "load less, or raise `limits.maxMemoryBytes`; what was committed before is kept";

    AuthPartnerKeyMissing "auth.partner_api_key_missing" Some(PartnerKey), "`partner_api_key` must be a non-empty string", "send the key that Braze gave the partner";
    AuthPartnerKeyWrong "auth.partner_api_key_wrong" Some(PartnerKey), "`partner_api_key` is none of the keys given here", "check which partner, and which of the US and EU keys, this is";
    AuthClientSecretMissing "auth.client_secret_missing" Some(ClientSecret), "`client_secret` must be a non-empty string", "send the customer's data import key";
    AuthClientSecretWrong "auth.client_secret_wrong" Some(ClientSecret), "`client_secret` is none of the keys given here", "use the data import key that the dashboard shows now";

    CohortIdMissing "cohort_id.missing" Some(CohortId), "`cohort_id` is missing", "add `cohort_id`, the partner's own id of the cohort";
    CohortIdType "cohort_id.not_a_string" Some(CohortId), "`cohort_id` must be a string", "put it in quotes";
    CohortIdEmpty "cohort_id.empty" Some(CohortId), "`cohort_id` is empty", "send the partner's own id of the cohort";
    ChangesMissing "cohort_changes.missing" Some(Changes), "`cohort_changes` is missing", "add `cohort_changes`, an array of changes; it may be empty";
    ChangesType "cohort_changes.not_an_array" Some(Changes), "`cohort_changes` must be an array", "send an array of objects, even for one change";
    ChangeType "cohort_change.not_an_object" Some(Changes), "each change must be an object", "send an object with `user_ids`, `device_ids` or `aliases`";
    ChangeEmpty "cohort_change.no_ids" Some(Changes), "a change needs `user_ids`, `device_ids` or `aliases`", "add at least one of the three";
    ChangeUserIds "cohort_change.user_ids_absent" None, "a change has no `user_ids`, which Braze's prose calls required", "send `user_ids`, empty if need be; other clients leave it out";
    ListType "ids.not_an_array" Some(Changes), "`{name}` must be an array of strings", "send an array, even for one id";
    AliasesType "aliases.not_an_array" Some(Changes), "`aliases` must be an array of objects", "send an array of objects with `alias_name` and `alias_label`";
    AliasesObject "aliases.single_object" Some(Changes), "`aliases` is a single object where an array is expected", "wrap it in an array";
    AliasType "alias.not_an_object" Some(Changes), "an alias must be an object", "send an object with `alias_name` and `alias_label`";
    AliasFieldMissing "alias.field_missing" Some(Changes), "an alias has no `{name}`", "an alias is the pair of `alias_name` and `alias_label`; send both";
    AliasFieldType "alias.field_not_a_string" Some(Changes), "`{name}` must be a string", "put it in quotes";
    IdType "id.not_a_string" Some(Changes), "an id must be a string", "put it in quotes; ids are text even when they look like numbers";
    IdEmpty "id.empty" Some(Changes), "an id is empty and matches nobody", "leave it out";
    IdLong "id.too_long" None, "an id is longer than {0} bytes and can match nobody", "check what was sent as an id";
    ShouldRemoveType "should_remove.not_a_boolean" Some(Changes), "`should_remove` must be true or false", "send true to remove, false or nothing to add";
    TooManyIds "ids.too_many" Some(TooMany), "{0} ids in one request, and at most {1} are allowed", "split the request; ids of all kinds count together";
    IdDuplicate "id.duplicate" None, "this id was in the request before, in the same direction", "send each id once; it counts towards the limit each time";
    IdConflict "id.conflict" None, "this id is in an add and in a remove of one request", "changes apply in order and the last wins; send only that one";
    NameMissing "name.missing" Some(Name), "`name` is missing", "add `name`, the cohort's display name";
    NameType "name.not_a_string" Some(Name), "`name` must be a string", "put it in quotes";
    NameEmpty "name.empty" Some(Name), "`name` is empty", "send the cohort's display name";
    CreatedAtMissing "created_at.missing" Some(CreatedAt), "`created_at` is missing", "add `created_at`, a time as ISO 8601 writes it";
    CreatedAtType "created_at.not_a_string" Some(CreatedAt), "`created_at` must be a string", "send a time as ISO 8601 writes it, in quotes";
    CreatedAtInvalid "created_at.invalid" Some(CreatedAt), "`created_at` is no time as ISO 8601 writes it", "send, for example, 2021-01-21T19:20:30+05:00";
    CreatedAtZone "created_at.no_zone" None, "`created_at` does not say its time zone", "add `Z` or an offset such as +05:00";

    LintSpace "lint.white_space" None, "an id begins or ends with white space", "ids are matched as sent, white space included; trim it if it is not meant";
    LintAliasSwapped "lint.alias_swapped" None, "`alias_name` and `alias_label` look swapped", "swap them: `alias_label` says the kind of id, `alias_name` is the id itself";
    LintCluster "lint.cluster" None, "the REST endpoint is none that Braze lists; the nearest is `{name}`", "copy it from the dashboard; requests go to `https://rest.`, Frankfurt's clusters end in .eu, all others in .com";
    LintClusterUnknown "lint.cluster_unknown" None, "the REST endpoint is none that Braze lists", "copy it from the dashboard; requests go to `https://rest.`, Frankfurt's clusters end in .eu, all others in .com";
    LintDeviceId "lint.device_id_as_user_id" None, "an id in `user_ids` is known as a device id only", "send it in `device_ids`";

    HeapField "heap.field_missing" Some(Body), "`{name}` is missing", "send the webhook whole, as it came from Heap";
    HeapType "heap.wrong_type" Some(Body), "`{name}` has the wrong type", "send texts in quotes, `add`, `remove` and `fields` as arrays, the rest as objects";
    HeapEntry "heap.entry_not_an_object" Some(Body), "an entry of `{name}` must be an object", "wrap each id: an entry is an object with the id as `id`";
    HeapAction "heap.unknown_action" Some(Body), "`action_type` is neither a sync nor a drain", "handle `segment.users.sync` and `segment.users.drain`; anything else is refused";
    HeapSegmentId "heap.segment_id" Some(Body), "`data.segment.id` must be a whole number from 0 to 9223372036854775807, in plain digits", "send it as Heap does, without quotes, point or exponent";
    HeapPage "heap.page" Some(Body), "`{name}` must be a whole number from 1 to 9007199254740991", "send pages from 1 to `total_pages`";
    HeapPageRange "heap.page_out_of_range" Some(Body), "`page_number` is greater than `total_pages`", "send pages 1 to `total_pages`";
    HeapDrainIds "heap.drain_with_ids" Some(Body), "a drain carries ids, though it empties the whole segment", "send a sync for single ids, or a drain without any";

    SyncConflict "sync.page_conflict" None, "this page came before with another body", "refuse it with 409 and forward nothing; what came first counts";
    SyncRange "sync.page_out_of_range" None, "the page is not one from 1 to the number of pages", "refuse it with 409 and forward nothing";
    SyncTotal "sync.total_pages_changed" None, "pages of one sync disagree about how many there are", "look whether the sync becomes complete; the newest number counts";
    DriftSuspected "drift.suspected" None, "pages of one segment came out of order, so the cohort may differ from the segment", "send the difference to a snapshot of the segment, which `diffCohort` makes";

    SignatureMissing "signature.missing" None, "the `Heap-Hash` header is missing", "refuse the request, or check that a proxy passes the header on";
    SignatureFormat "signature.format" None, "the `Heap-Hash` header is not `ts:<timestamp>,hmac:<base64>`", "refuse the request";
    SignatureDuplicate "signature.duplicate_part" None, "the `Heap-Hash` header has `{name}` twice", "refuse the request";
    SignaturePart "signature.part_missing" None, "the `Heap-Hash` header has no `{name}`", "refuse the request";
    SignatureTimestamp "signature.timestamp" None, "`ts` in the `Heap-Hash` header is no time in milliseconds", "refuse the request";
    SignatureBase64 "signature.base64" None, "`hmac` in the `Heap-Hash` header is not Base64", "refuse the request";
    SignatureLength "signature.length" None, "`hmac` in the `Heap-Hash` header is not as long as a SHA-256", "refuse the request";
    SignatureMismatch "signature.mismatch" None, "the signature does not fit the body", "check the secret, and that the body is passed on byte by byte";
    SignatureExpired "signature.expired" None, "the request was signed too long ago", "check the clocks, or raise `maxAgeMs`";
    SignatureFuture "signature.future" None, "the request was signed in the future", "check the clocks, or raise `maxFutureMs`";

    PlanSnapshot "plan.needs_snapshot" None, "a drain needs the list of members, since Braze has no call that empties a cohort", "pass `members`, the ids that were sent before";
    PlanSyncId "plan.needs_sync_id" None, "a drain needs `syncId`, since Heap gives it none", "pass a text that names this drain";
    PlanConflict "plan.conflict" None, "this id is in the add list and in the remove list of one page", "choose `conflict: \"remove\"` or `\"add\"`, or ask Heap for the page again";
    PlanConflictResolved "plan.conflict_resolved" None, "ids in the add list and in the remove list of one page: {0}", "see the report, which counts them; the option `conflict` decided";
    PlanSuperseded "plan.superseded" None, "ids that change again on a later page of the sync: {0}", "see the report, which counts them; the later page won";
    PlanNoSync "plan.no_sync_id" None, "the page names no sync, so a repeat cannot be told from a later sync that changes the same", "pass `syncId`, a text that names this sync";
    PlanPages "plan.pages" None, "the pages are not of one segment and one sync, or one comes twice", "plan the pages of one sync together, each once";
    PlanIncomplete "plan.pages_missing" None, "{0} pages are planned together, and the sync has another number of them", "plan all pages of a sync together, or each by itself with `SyncGuard`, which tells what is missing";
    PlanNothing "plan.unsendable" None, "empty ids, which are left out: {0}", "look for what makes them empty; such an id matches nobody, and Braze may refuse the whole request";

    ListNewline "ids.newline" None, "a line ends in CRLF, or an id holds a line break, which newline-separated text cannot carry", "make each line end in LF alone, as an editor or `dos2unix` does; ids with line breaks go as `{ bytes, offsets }` or as an array of strings";
    ListBom "ids.bom" None, "a text of ids begins with a byte order mark, which would be part of the first id", "leave out its first three bytes, or save it as UTF-8 without a byte order mark";
    ListOffsets "ids.offsets" None, "the offsets of this list are not rising within its bytes", "pass n + 1 offsets from 0 to the number of bytes";

    // Here ends what the edge module may find: a worker loads no words beyond.
    ProfileNotObject "profile.not_an_object" None, "a profile must be an object", "send one JSON object per user";
    ProfileNoId "profile.no_id" None, "a profile has no id by which anything could match it", "give it `external_id`, an alias, a device, or `braze_id`";
    ProfileType "profile.wrong_type" None, "`{name}` has the wrong type", "write ids in quotes, and lists as Braze exports them";
    ProfileAliasTaken "profile.alias_taken" None, "this alias belongs to another user already", "give an alias to one user alone; the first one keeps it";
    ProfileIdsDisagree "profile.ids_disagree" None, "the ids of this profile belong to two users; the strongest decides", "load each user once, under the same ids";
    ProfileIdCount "profile.too_many_ids" None, "a profile has more than {0} different ids", "leave out devices that are no longer used";
    ProfileLine "profile.line_too_long" None, "a line is longer than {0} bytes", "send one profile a line";
    DirectoryBytes "directory.bytes" None, "these bytes are no directory", "pass what `toBytes()` gave";
    DirectoryVersion "directory.version" None, "these bytes were written by another version", "build the directory again";
    DirectoryChecksum "directory.checksum" None, "these bytes were changed or cut", "store and pass them whole";
    GzipInvalid "gzip.invalid" None, "the gzip data is cut or damaged, or followed by something else", "send the whole file again, with nothing after it";
    ZipInvalid "zip.invalid" None, "the zip data is cut or damaged, or followed by something else", "send the whole file again, with nothing after it";
    ZipUnsupported "zip.unsupported" None, "a file in the zip is packed in a way that is not read", "pack it with deflate and without a password";

    // Here ends what the known module may find: directories load no words beyond.
    ProfileField "profile.wrong_field" None, "`{name}` has a type or a value that it does not have in Braze, and is left out", "write the field as Braze exports it, or leave it out";
    ProfileNumber "profile.number_range" None, "a number is too large for a double, and is left out", "write it as a string if all its digits matter";
    ProfileAttributeCount "limit.too_many_attributes" None, "profiles have more than {0} names of attributes", "leave out attributes that are named after ids";
    ProfileOtherFormat "profile.other_format" None, "this is not what `format` says, but reads as \"{name}\"", "leave `format` out, or make it say that";
    ProfileNoFormat "profile.unknown_format" None, "this is not JSON, and none of the {0} fields of its first row is a column that Braze knows", "send an export, bodies of `/users/track`, or a CSV whose first row names columns as Braze does, with commas, semicolons or tabs between";
    TrackBody "track.body" None, "this is no body of `/users/track`", "send an object in which `attributes`, `events` or `purchases` is an array of objects";
    TrackIdentifier "track.identifier" None, "an object has more than one of `external_id`, `user_alias` and `braze_id`", "use one of them to name the user";
    TrackNotLookedUp "track.not_looked_up" None, "whom `{name}` alone names is not looked up here", "use `external_id`, `user_alias` or `braze_id`: an address or a number may be that of several profiles, of which Braze takes the newest";
    TrackUnknownUser "track.unknown_user" None, "no known user has this id, and the object is only to change one", "load the user first, or set `_update_existing_only` to false";
    TrackOperation "track.operation" None, "`{name}` cannot be done to the attribute's value, or is not written as Braze takes it", "add numbers to numbers with `inc`, and write what is added, removed and updated as arrays, for attributes that are arrays";
    TrackField "track.field" None, "`{name}` is missing, or is no value that Braze takes", "write names as text, `time` as ISO 8601 does, such as 2024-01-31T09:00:00Z, prices and quantities as numbers, and flags as true or false";
    TrackCurrency "track.currency" None, "a price that is not in US dollars goes into `total_revenue` as it is", "write prices in US dollars, as Braze does in the revenue that it exports";
    TextUtf16 "text.utf16" None, "the text is UTF-16, and only UTF-8 is read", "save it as UTF-8; Excel calls it \"CSV UTF-8\"";
    CsvNoHeader "csv.no_header" None, "the CSV has no header row", "name the columns in the first row, as Braze does: `external_id`, `email` and so on";
    CsvNoId "csv.no_id_column" None, "no column holds ids", "name one `external_id` or `braze_id`, or a pair `user_alias_name` and `user_alias_label`, in exactly these letters";
    CsvColumns "csv.too_many_columns" None, "the header has more than {0} columns", "leave out columns, or load the file in several with fewer";
    CsvColumnTwice "csv.duplicate_column" None, "a column has the name of one before it, and is left out", "name each column once";
    CsvColumnUnnamed "csv.unnamed_column" None, "a column has no name, and is left out", "give it a name, or remove it";
    CsvColumnNear "csv.near_name" None, "a column's name is nearly `{name}`, and is taken as a custom attribute", "write it exactly so if that is meant; Braze minds capitals and spaces, too";
    CsvColumnList "csv.not_in_csv" None, "`{name}` cannot come in a CSV, and is left out", "load it from an export of Braze instead";
    CsvTwoIds "csv.mixed_ids" None, "the CSV has external ids and aliases, which Braze takes only apart", "make a file for each of them";
    CsvOtherHeader "csv.other_header" None, "another header begins here, and nothing from here on is read", "load files with different headers one after another, each by a call of its own";
    CsvFields "csv.field_count" None, "a row has {0} fields, and the header {1}", "write a field for each column, and put what holds a delimiter or a line break in quotes";
    CsvQuote "csv.quote" None, "a quote stands where none can, or is never closed", "put the whole field in quotes, and double each quote that is part of its text";
    CsvUtf8 "csv.invalid_utf8" None, "a row is not valid UTF-8", "save the file as UTF-8; Excel calls it \"CSV UTF-8\"";
    RequestKind "request.kind" None, "this is neither a users request nor a name request", "send `cohort_changes`, or `name` and `created_at`; plan a webhook of Heap's first, with `planCohortImport`";
    RequestCohorts "request.cohorts_differ" None, "this body is of another cohort than the first", "send the requests of one cohort together";
    RequestPartner "request.partner_differs" None, "this request was planned for another partner, or is no cohort request", "pass as `partner` the one whose plan it is";
    CohortUnknown "cohort.unknown" None, "no cohort of this partner has this id", "see `cohorts()`, which lists those that are known";
    SegmentType "segment.wrong_type" None, "`{name}` has the wrong type", "write filters and areas as objects, what is joined as arrays, names as text, and numbers without quotes";
    SegmentMissing "segment.missing" None, "`{name}` is missing", "add it";
    SegmentEmpty "segment.empty" None, "`{name}` is empty", "name at least one, or leave the filter out";
    SegmentField "segment.unknown_field" None, "this key is not known here", "remove it, or check its spelling";
    SegmentFieldNear "segment.near_field" None, "this key is not known here; the nearest is `{name}`", "write it so if that is meant, or remove it";
    SegmentFieldHere "segment.field_not_here" None, "`{name}` says nothing beside the other fields of this filter", "remove it, or choose the metric or operator that it belongs to";
    SegmentFamily "segment.unknown_filter" None, "there is no such filter", "use a filter of the grammar, or `AND` or `OR`; what should not hold is an `exclude`, or a negative operator";
    SegmentFamilyNear "segment.near_filter" None, "there is no such filter; the nearest is `{name}`", "write it so if that is meant";
    SegmentOneKey "segment.one_key" None, "a filter must be an object with exactly one key", "wrap each filter in an object of its own, and join them by `AND` or `OR`";
    SegmentOneOf "segment.one_of" None, "`{name}` stands beside another field that says the same", "leave one of them out";
    SegmentAttribute "segment.unknown_attribute" None, "there is no such attribute of Braze's own", "check its spelling; attributes of your own are asked by `custom_attribute`";
    SegmentAttributeNear "segment.near_attribute" None, "there is no such attribute of Braze's own; the nearest is `{name}`", "write it so if that is meant; attributes of your own are asked by `custom_attribute`";
    SegmentWord "segment.unknown_word" None, "this is none of the words that can stand here", "use one of those in the grammar";
    SegmentWordNear "segment.near_word" None, "this is none of the words that can stand here; the nearest is `{name}`", "write it so if that is meant";
    SegmentOperator "segment.unknown_operator" None, "there is no such operator", "use one of those in the grammar";
    SegmentOperatorNear "segment.near_operator" None, "there is no such operator; the nearest is `{name}`", "write it so if that is meant";
    SegmentOperatorType "segment.operator_type" None, "`{name}` cannot be asked of this type", "use an operator that fits what the filter looks at";
    SegmentValueType "segment.value_type" None, "`{name}` does not take a value of this type", "write texts and times in quotes, numbers, true and false without, and lists only where one of several may hold";
    SegmentValueIgnored "segment.value_ignored" None, "`{name}` takes no value, and this one is passed over", "leave it out";
    SegmentRange "segment.range" None, "a number must be from {0} to {1}", "give one within that range";
    SegmentWhole "segment.whole_number" None, "a number must be whole, and from {0} to {1}", "give one within that range";
    SegmentNumber "segment.number_range" None, "a number is too large for a double", "give one that fits";
    SegmentValues "segment.too_many_values" None, "{0} values in one filter, and at most {1} are allowed", "split the filter, and join the parts by `OR`, those of a negation by `AND`";
    SegmentBytes "segment.filter_too_long" None, "a filter is longer than {0} bytes", "split it, and join the parts by `OR`, those of a negation by `AND`";
    SegmentPattern "segment.pattern_too_long" None, "a regular expression is longer than {0} characters", "split it, and join the filters by `OR`";
    SegmentPatternUnsupported "segment.pattern_unsupported" None, "a regular expression has what is not supported: {name}", "write it without; taken is what can be matched in linear time and means the same in all versions of PCRE2";
    SegmentPatternSyntax "segment.pattern_syntax" None, "a regular expression is wrong here: {name}", "correct it; a backslash before a sign takes the sign as it is";
    SegmentPatternSize "segment.pattern_too_large" None, "a regular expression has more than {0} states when its repetitions are written out", "use `*` or `+`, or repeat less often";
    SegmentDepth "segment.too_deep" None, "more than {0} levels of `AND` and `OR`", "flatten the filter";
    SegmentConditions "segment.too_many_conditions" None, "more than {0} conditions, or as many `AND` and `OR`", "make several segments, or use operators that take lists";
    SegmentNegatives "segment.negatives" None, "negations of the same are joined by `OR`, which holds for nearly everybody", "use `AND`, or one operator such as `is_none_of` with a list";
    SegmentTime "segment.time" None, "this is no date and no time", "write it as ISO 8601 does, such as 2024-01-31 or 2024-01-31T09:00:00Z";
    SegmentDay "segment.day" None, "this is no day of the year", "write month and day, such as 02-29";
    SegmentVersion "segment.version" None, "this is no version", "write whole numbers with points between, such as 1.2.3";
    SegmentPath "segment.path" None, "this is no path to a value", "write keys with points between, with `[]` for the elements of one array at most: `a.b`, `[].a`, and `[]` alone only with `all_of`";
    SegmentPartner "segment.partner" None, "a partner's name has letters that none has, or is empty or too long", "write 1 to 64 of a to z, 0 to 9, `_` and `-`";
    SegmentDegrees "segment.degrees" None, "a longitude must be from -180 to 180, a latitude from -90 to 90", "write the longitude of a corner first";
    SegmentCorners "segment.corners" None, "a polygon needs three corners, each a longitude and a latitude", "write a list of pairs of numbers";
    SegmentAntimeridian "segment.antimeridian" None, "an edge of the polygon crosses the antimeridian", "split the polygon there, and join the filters by `OR`";
    SegmentNeeds "segment.needs" None, "this is unknown of users as long as it is not loaded: {name}", "expect counts that tell unknown users apart";
    SegmentChanged "segment.changed" None, "the workspace has changed since this page's revision", "ask for the first page again, which tells the new revision";
    SegmentUnknownName "segment.unknown_name" None, "no `{name}` of this name is known here, so it reads as empty or absent", "check its spelling, or load users who have it";
    SegmentNotLoaded "segment.not_loaded" None, "no loaded profile has `{name}`, so everybody reads as without it", "load exports with this field, or expect that nobody has it";
    SegmentOtherType "segment.other_type" None, "no loaded value of this attribute is of the type that is asked for, so none satisfies the operator", "write the value as it is loaded: text in quotes, numbers, true and false without; or use an operator for lists";
    SegmentCohortName "segment.cohort_name" None, "this is the name of a cohort, and its id is asked for, so it reads as empty", "write the cohort's id, which stands in `didYouMean`";
    SegmentUnknown "segment.unknown_segment" None, "there is no segment of this name", "check its spelling, or define that segment first";
    SegmentNested "segment.nested_membership" None, "a segment that asks about segments cannot be asked about by itself or by another", "ask about segments that have no `segment_membership`, or write their filters here";
    UserUnknown "user.unknown" None, "no user has this id, or several have this device", "load the user's profile first, and check the id's kind and spelling";
    WorkspaceBusy "workspace.busy" None, "another load is running", "wait for it to end";

    // Here ends what the full module may find: what follows is found by `kohort/vendors` alone.
    VendorField "vendor.field_missing" None, "`{name}` is missing", "send the message whole, as it came from the vendor; choose another vendor if it is another's";
    VendorType "vendor.wrong_type" None, "`{name}` has the wrong type, or is empty", "send it as the vendor does";
    VendorAction "vendor.unknown_action" None, "the action is none of those that are known of this vendor", "see `vendors`, which lists them; anything else is refused, since it may mean the opposite";
    VendorMessageKind "vendor.other_message" None, "this is a message about something else than who is in a cohort", "handle it elsewhere, or leave it out";
    VendorMessage "vendor.message_not_an_object" None, "each message must be an object", "send the list as the vendor does";
    VendorMember "vendor.member_not_an_object" None, "a member must be an object that has the id as a field", "send members as the vendor does";
    VendorNoId "vendor.no_id" None, "a member does not have the field with the id, or not as its only one where nothing names it", "pass as `idField` the name of the field that has the id";
    VendorIdType "vendor.id_type" None, "an id must be a string or a whole number in plain digits", "send it as text; digits are kept as they are written";
    VendorKey "vendor.no_identifier" None, "no single field is marked as the one that has the id", "pass as `idField` the name of the field that has the id";
    VendorCohort "vendor.no_cohort" None, "the payload does not say which cohort it is about", "pass `cohort` with its id and name";
    VendorDrainIds "vendor.drain_with_ids" None, "a message that empties a cohort names members", "send it without any";
    VendorPage "vendor.page" None, "a page's number and their count must be whole numbers from 1 to 9007199254740991", "send pages as the vendor does";
    VendorPageRange "vendor.page_out_of_range" None, "the page's number is greater than the count of pages", "send pages as the vendor does";
    VendorSuperseded "vendor.superseded" None, "ids that change again in a later message of this payload: {0}", "expect the last change of each, which is the one that counts";
    VendorFull "vendor.full_list" None, "a whole membership is no change, and cannot be sent as one", "pass what `diffCohort` answers to the members that were sent before and these";
    MoEngageIds "moengage.kind_of_ids" None, "the ids are devices or aliases, and MoEngage matches users by its user id alone", "send what has user ids, and leave this out";
    MoEngageName "moengage.cohort_name" None, "the cohort's name begins with a period, or has a character that MoEngage does not take", "pass `cohort` with a name without any of | * ? \\ : < > = $ and quotation marks";
    MoEngageSize "moengage.too_large" None, "an id and what says the cohort are more than the {0} bytes of a request", "check what was sent as an id, or pass a shorter description";
}

impl Code {
    /// The words of this code.
    #[expect(clippy::indexing_slicing, reason = "a row per code, made by one macro")]
    pub fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// What Braze answers when this is the first fault.
    // WHY: not by way of the row, so that a wasm module holds no words, which JavaScript has from
    // this table by itself.
    pub fn fault(self) -> Option<Fault> {
        FAULTS.get(self as usize).copied().flatten()
    }
}
