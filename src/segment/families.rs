//! The families of filters: the one table that says of each its key, the members of its body, what may be
//! asked of it, and what is looked at.
//!
//! **Source**: Braze, "Connected Audience object" and the filters of its dashboard, whose groups these are.
//! The bodies of all but `custom_attribute`, the two states and `last_used_app` are ours.

use super::family::{Absent, Body, Family, Field, Got, Wants, When, field, form};
use super::names::{NameKind, Names};
use super::operator::Types;
use super::rule::{Channel, MessageKind, MessageMetric, MessageName, Metric, Needs, Subject};
use super::words::{ATTRIBUTION, CHANNELS, ENDS, HAPPENED, MESSAGES, said, words};
use alloc::vec::Vec;

/// Days of an X-in-Y filter. **Source**: Braze, filter glossary.
const DAYS: Field = field("days", Wants::Whole(1, 30));
const PROPERTY: Field = field("property", Wants::Property);
const EVENT: Field = field("event_name", Wants::Name);
const PRODUCT: Field = field("product_id", Wants::Name);
const APP: Field = field("app", Wants::Name);
const ATTRIBUTE: Field = field("custom_attribute_name", Wants::Name);
const KIND: Field = field("kind", Wants::Word(&words(MESSAGES)));
const MESSAGE: &[Field] = &[field("name", Wants::Name), field("api_id", Wants::Name)];
const NO_EVENTS: fn(&mut Body) -> Subject = |_| Subject::Unknown(Needs::Events);
const NO_SESSIONS: fn(&mut Body) -> Subject = |_| Subject::Unknown(Needs::Sessions);
const FIRST_OR_LAST: When = When::Says("metric", &words(ENDS));
const COUNT: When = When::Says("metric", &["count"]);
const COUNT_IN_DAYS: When = When::Says("metric", &["count_in_days"]);
const PROPERTY_IN_DAYS: When = When::Says("metric", &["property_in_days"]);

/// The table.
pub static FAMILIES: &[Family] = &[
    Family {
        key: "custom_attribute",
        forms: &[
            form(When::Otherwise, Types::CUSTOM, |body| Subject::Custom {
                name: body.name("custom_attribute_name"),
                path: Vec::new(),
            })
            .needs(&[ATTRIBUTE])
            .absent(Absent::AsTheOperatorSays),
        ],
    },
    Family {
        key: "nested_custom_attribute",
        forms: &[
            form(When::Has("all_of"), Types::NONE, |body| Subject::Element {
                name: body.name("custom_attribute_name"),
                path: {
                    let mut steps = body.steps();
                    // To any element, which is the array's.
                    steps.pop();
                    steps
                },
                all_of: match body.take("all_of") {
                    Some(Got::Criteria(criteria)) => criteria,
                    _ => Vec::new(),
                },
            })
            .needs(&[
                ATTRIBUTE,
                field("path", Wants::ElementPath),
                field("all_of", Wants::Criteria),
            ]),
            form(When::Otherwise, Types::CUSTOM, |body| Subject::Custom {
                name: body.name("custom_attribute_name"),
                path: body.steps(),
            })
            .needs(&[ATTRIBUTE, field("path", Wants::Path)])
            .absent(Absent::AsTheOperatorSays),
        ],
    },
    Family {
        key: "default_attribute",
        forms: &[
            form(
                When::Says(
                    "attribute_name",
                    &[
                        "country",
                        "language",
                        "gender",
                        "email",
                        "phone",
                        "first_name",
                        "last_name",
                        "home_city",
                        "time_zone",
                        "external_id",
                    ],
                ),
                Types::OPTIONAL_TEXT,
                default_field,
            ),
            form(
                When::Says("attribute_name", &["age"]),
                Types::OPTIONAL_NUMBER,
                |_| Subject::Age,
            ),
            form(
                When::Says("attribute_name", &["total_revenue"]),
                Types::OPTIONAL_NUMBER,
                default_field,
            )
            .absent(Absent::Zero),
            form(
                When::Says(
                    "attribute_name",
                    &[
                        "dob",
                        "created_at",
                        "push_opted_in_at",
                        "push_unsubscribed_at",
                        "email_opted_in_at",
                        "email_unsubscribed_at",
                        "uninstalled_at",
                    ],
                ),
                Types::OPTIONAL_TIME,
                default_field,
            ),
        ],
    },
    Family {
        key: "email_subscription_status",
        forms: &[form(When::Otherwise, Types::STATE, |_| {
            Subject::State("email_subscribe")
        })],
    },
    Family {
        key: "push_subscription_status",
        forms: &[form(When::Otherwise, Types::STATE, |_| {
            Subject::State("push_subscribe")
        })],
    },
    Family {
        key: "last_used_app",
        forms: &[form(When::Otherwise, Types::OPTIONAL_TIME, |_| {
            Subject::AppUse {
                app: None,
                last: true,
            }
        })],
    },
    Family {
        key: "partner_cohort",
        forms: &[form(When::Otherwise, Types::MEMBERSHIP, |body| {
            Subject::Cohorts {
                partner: body.name("partner"),
            }
        })
        .needs(&[field("partner", Wants::Partner)])],
    },
    Family {
        key: "custom_event",
        forms: &[
            form(COUNT, Types::NUMBER, |body| {
                summary("custom_events", "event_name", Metric::Count, body)
            })
            .needs(&[EVENT]),
            form(FIRST_OR_LAST, Types::OPTIONAL_TIME, |body| {
                said(&ENDS, body.word("metric"), |end| {
                    summary("custom_events", "event_name", end, body)
                })
            })
            .needs(&[EVENT]),
            form(COUNT_IN_DAYS, Types::NUMBER, NO_EVENTS)
                .needs(&[EVENT, DAYS])
                .whole(0, MOST_IN_DAYS),
            form(PROPERTY_IN_DAYS, Types::NUMBER, NO_EVENTS)
                .needs(&[EVENT, DAYS, PROPERTY])
                .whole(0, MOST_IN_DAYS),
        ],
    },
    Family {
        key: "purchase",
        forms: &[
            form(COUNT, Types::NUMBER, |body| {
                summary("purchases", "product_id", Metric::Count, body)
            })
            .may(&[PRODUCT]),
            form(FIRST_OR_LAST, Types::OPTIONAL_TIME, |body| {
                said(&ENDS, body.word("metric"), |end| {
                    summary("purchases", "product_id", end, body)
                })
            })
            .may(&[PRODUCT]),
            form(
                When::Says("metric", &["money_spent"]),
                Types::NUMBER,
                |body| match body.text("product_id") {
                    None => Subject::Default("total_revenue"),
                    // What was spent on one product is in no export.
                    Some(_) => Subject::Unknown(Needs::Events),
                },
            )
            .may(&[PRODUCT])
            .absent(Absent::Zero),
            form(COUNT_IN_DAYS, Types::NUMBER, NO_EVENTS)
                .needs(&[DAYS])
                .may(&[PRODUCT])
                .whole(0, MOST_IN_DAYS),
            form(
                When::Says("metric", &["money_in_days"]),
                Types::NUMBER,
                NO_EVENTS,
            )
            .needs(&[DAYS])
            .may(&[PRODUCT]),
            form(PROPERTY_IN_DAYS, Types::NUMBER, NO_EVENTS)
                .needs(&[DAYS, PROPERTY])
                .may(&[PRODUCT])
                .whole(0, MOST_IN_DAYS),
        ],
    },
    Family {
        key: "session",
        forms: &[
            form(COUNT, Types::NUMBER, |body| Subject::Sessions {
                app: body.text("app"),
            })
            .may(&[APP]),
            form(FIRST_OR_LAST, Types::OPTIONAL_TIME, |body| {
                Subject::AppUse {
                    app: body.text("app"),
                    last: body.word("metric") == "last",
                }
            })
            .may(&[APP]),
            form(COUNT_IN_DAYS, Types::NUMBER, NO_SESSIONS)
                .needs(&[DAYS])
                .may(&[APP])
                .whole(0, MOST_IN_DAYS),
            form(
                When::Says("metric", &["median_duration_s"]),
                Types::NUMBER,
                NO_SESSIONS,
            )
            .may(&[APP]),
        ],
    },
    Family {
        key: "app",
        forms: &[
            form(
                When::Says("attribute_name", &["version"]),
                Types::OPTIONAL_VERSION,
                |body| Subject::AppVersion {
                    app: body.name("app"),
                },
            )
            .needs(&[APP]),
            form(When::Otherwise, Types::MEMBERSHIP, |_| Subject::Apps),
        ],
    },
    Family {
        key: "device",
        forms: &[
            form(
                When::Says(
                    "attribute_name",
                    &[
                        "model",
                        "os",
                        "carrier",
                        "idfa",
                        "idfv",
                        "google_ad_id",
                        "roku_ad_id",
                    ],
                ),
                Types::OPTIONAL_TEXT,
                |body| Subject::Device(body.word("attribute_name")),
            ),
            form(
                When::Says("attribute_name", &["count"]),
                Types::NUMBER,
                |_| Subject::DeviceCount,
            ),
            form(
                When::Says("attribute_name", &["ad_tracking_enabled"]),
                Types::OPTIONAL_BOOL,
                |body| Subject::Device(body.word("attribute_name")),
            ),
        ],
    },
    Family {
        key: "location",
        forms: &[form(When::Otherwise, Types::OPTIONAL_PLACE, |_| {
            Subject::Location
        })
        .may(&[
            field("circle", Wants::Circle),
            field("polygon", Wants::Polygon),
        ])],
    },
    Family {
        key: "random_bucket",
        forms: &[form(When::Otherwise, Types::NUMBER, |_| Subject::RandomBucket).whole(0, 9_999)],
    },
    Family {
        key: "message",
        forms: &[
            form(
                When::Says("metric", &words(HAPPENED)),
                Types::YES_NO,
                |body| {
                    said(&HAPPENED, body.word("metric"), |metric| {
                        message(metric, body)
                    })
                },
            )
            .needs(&[KIND])
            .one_of(MESSAGE),
            form(
                When::Says("metric", &["last_received"]),
                Types::OPTIONAL_TIME,
                |body| message(MessageMetric::LastReceived, body),
            )
            .needs(&[KIND])
            .one_of(MESSAGE),
            form(
                When::Says("metric", &["variation"]),
                Types::OPTIONAL_TEXT,
                |body| message(MessageMetric::Variation, body),
            )
            .needs(&[KIND])
            .one_of(MESSAGE),
        ],
    },
    Family {
        key: "subscription_group",
        forms: &[
            form(When::Otherwise, Types::GROUP_STATE, |body| Subject::Group {
                id: body.name("subscription_group_id"),
            })
            .needs(&[field("subscription_group_id", Wants::Name)]),
        ],
    },
    Family {
        key: "channel_reachable",
        forms: &[form(When::Otherwise, Types::YES_NO, |body| {
            said(&CHANNELS, body.word("channel"), Subject::Reachable)
        })
        .needs(&[field("channel", Wants::Word(&words(CHANNELS)))])],
    },
    Family {
        key: "install_attribution",
        forms: &[form(
            When::Says("attribute_name", &words(ATTRIBUTION)),
            Types::OPTIONAL_TEXT,
            |body| said(&ATTRIBUTION, body.word("attribute_name"), Subject::Default),
        )],
    },
    Family {
        key: "recurring_day",
        forms: &[
            form(When::Otherwise, Types::DAY, |body| Subject::Recurring {
                name: body.text("custom_attribute_name"),
            })
            .one_of(&[ATTRIBUTE, field("attribute_name", Wants::Word(&["dob"]))]),
        ],
    },
    Family {
        key: "segment_membership",
        forms: &[form(When::Otherwise, Types::MEMBERSHIP, |_| {
            Subject::Segments
        })],
    },
];

/// The most events that an X-in-Y filter counts. **Source**: Braze, filter glossary.
const MOST_IN_DAYS: u32 = 50;

fn default_field(body: &mut Body) -> Subject {
    Subject::Default(body.word("attribute_name"))
}

fn summary(of: &'static str, name: &str, metric: Metric, body: &mut Body) -> Subject {
    Subject::Summary {
        of,
        name: body.text(name),
        metric,
    }
}

/// What is asked of a message, where an export says it: of steps of a Canvas when they were received, of
/// cards that they were clicked.
fn message(metric: MessageMetric, body: &mut Body) -> Subject {
    said(&MESSAGES, body.word("kind"), |kind| {
        message_of(kind, metric, body)
    })
}

fn message_of(kind: MessageKind, metric: MessageMetric, body: &mut Body) -> Subject {
    use MessageKind::{Campaign, Canvas, CanvasStep, Card};
    let id = body.text("api_id");
    use MessageMetric::{
        Clicked, Converted, Engaged, InControl, LastReceived, Received, Variation,
    };
    let is_exported = match (kind, metric) {
        (Campaign, _) => true,
        (Canvas, Received | LastReceived | InControl | Variation) => true,
        (CanvasStep, Received | LastReceived | InControl) => true,
        (Card, Clicked | Engaged) => id.is_none(),
        (Canvas | CanvasStep | Card, Engaged | Clicked | Converted) => false,
        (CanvasStep | Card, _) => false,
    };
    if !is_exported {
        return Subject::Unknown(Needs::Messages);
    }
    Subject::Message {
        kind,
        message: match id {
            Some(id) => MessageName::Id(id),
            None => MessageName::Name(body.name("name")),
        },
        // All that a card can be engaged by.
        metric: match (kind, metric) {
            (Card, _) => Clicked,
            _ => metric,
        },
    }
}

/// What would have to be loaded for an answer, in words. What a workspace may hold is missing only where
/// one is asked.
pub(super) fn needs(subject: &Subject, names: Option<&dyn Names>) -> Option<&'static str> {
    let lacks = |kind, name: &[u8]| names.is_some_and(|names| !names.has(kind, name));
    let needs = match subject {
        Subject::Unknown(needs) => *needs,
        Subject::Reachable(Channel::Email) => Needs::Bounces,
        Subject::Reachable(Channel::Sms) => Needs::SubscriptionGroups,
        Subject::Group { id } if lacks(NameKind::Group, id) => Needs::SubscriptionGroups,
        Subject::RandomBucket if lacks(NameKind::Default, b"random_bucket") => Needs::RandomBuckets,
        _ => return None,
    };
    Some(match needs {
        Needs::Events => "events and purchases",
        Needs::Sessions => "sessions",
        Needs::SubscriptionGroups => "subscription groups",
        Needs::RandomBuckets => "random buckets",
        Needs::Bounces => "bounces and reports of spam",
        Needs::Messages => "opens and clicks",
    })
}
