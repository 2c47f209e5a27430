//! The operators of filters: the one table that says of each its words, what it is asked of, what it takes
//! and what it makes of it.
//!
//! **Source**: Braze, "Connected Audience object" and the filters of its dashboard. Ours: the wire words of
//! those of the dashboard; that one text stands for a list of one; that presence is asked of times, numbers
//! and truth values as well as of texts; and that memberships take `includes_any_of` and
//! `includes_none_of`, too.

use super::rule::{Comparison, Days};
use core::ops::BitOr;

/// Types of what is asked, as a set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Types(u16);

impl Types {
    /// A text.
    pub const TEXT: Types = Types(1);
    /// A number.
    pub const NUMBER: Types = Types(1 << 1);
    /// A truth value.
    pub const BOOL: Types = Types(1 << 2);
    /// An array.
    pub const ARRAY: Types = Types(1 << 3);
    /// A time.
    pub const TIME: Types = Types(1 << 4);
    /// Whatever may be there or not.
    pub const PRESENCE: Types = Types(1 << 5);
    /// The state of a subscription.
    pub const STATE: Types = Types(1 << 6);
    /// The state of a subscription group.
    pub const GROUP_STATE: Types = Types(1 << 7);
    /// What is so or not, for every user.
    pub const YES_NO: Types = Types(1 << 8);
    /// A set of names that the user is in.
    pub const MEMBERSHIP: Types = Types(1 << 9);
    /// A version, such as `1.2.3`.
    pub const VERSION: Types = Types(1 << 10);
    /// A day that comes every year.
    pub const DAY: Types = Types(1 << 11);
    /// A place on the earth.
    pub const PLACE: Types = Types(1 << 12);
    /// Nothing.
    pub const NONE: Types = Types(0);
    /// Whatever is asked.
    pub const ALL: Types = Types(u16::MAX);
    /// What an attribute of a customer's own may be.
    pub const CUSTOM: Types = Types(0b11_1111);
    /// A text, or nothing.
    pub const OPTIONAL_TEXT: Types = Types(Types::TEXT.0 | Types::PRESENCE.0);
    /// A number, or nothing.
    pub const OPTIONAL_NUMBER: Types = Types(Types::NUMBER.0 | Types::PRESENCE.0);
    /// A truth value, or nothing.
    pub const OPTIONAL_BOOL: Types = Types(Types::BOOL.0 | Types::PRESENCE.0);
    /// A time, or nothing.
    pub const OPTIONAL_TIME: Types = Types(Types::TIME.0 | Types::PRESENCE.0);
    /// A version, or nothing.
    pub const OPTIONAL_VERSION: Types = Types(Types::VERSION.0 | Types::PRESENCE.0);
    /// A place, or none.
    pub const OPTIONAL_PLACE: Types = Types(Types::PLACE.0 | Types::PRESENCE.0);

    pub(super) const fn bits(self) -> u16 {
        self.0
    }

    pub(super) const fn of_bits(bits: u16) -> Types {
        Types(bits)
    }

    /// Has it a type in common with the other?
    pub const fn meets(self, other: Types) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Types {
    type Output = Types;

    fn bitor(self, other: Types) -> Types {
        Types(self.0 | other.0)
    }
}

/// What an operator takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// A text.
    Text,
    /// A text, or a list of up to 256.
    Texts,
    /// A regular expression.
    Pattern,
    /// A number.
    Number,
    /// A truth value.
    Bool,
    /// A text, a number or a truth value.
    Value,
    /// The same, or a list of up to 256.
    Values,
    /// A number of days, with a fraction where it is wanted.
    Days,
    /// A whole number of days, up to a year.
    WholeDays,
    /// A date or a time, as text.
    Moment,
    /// A day of the year, as `MM-DD`.
    MonthDay,
    /// A version, as text: whole numbers with points between.
    Version,
    /// A state of a subscription.
    State,
    /// A state of a subscription group.
    GroupState,
    /// A `circle` or a `polygon`, which stand beside the operator.
    Area,
}

/// The predicate that an operator makes of what it takes.
#[derive(Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is named after the predicate of a rule")]
pub enum Makes {
    TextAnyOf,
    TextContains,
    Matches,
    Number(Comparison),
    Is,
    /// Of this one.
    Always(bool),
    OrAbsent(bool),
    IncludesAnyOf,
    IncludesAllOf,
    ElementContains,
    HasElement,
    Empty,
    Before,
    After,
    Days(Days),
    DayOfYear(Comparison),
    Version(Comparison),
    Inside,
    Exists,
    Blank,
}

/// An operator as it is asked of one type. A word that means something else of another type has a row for
/// each.
#[derive(Clone, Copy)]
pub struct Operator {
    /// Its wire word.
    pub word: &'static str,
    /// Other words for it.
    pub also: &'static [&'static str],
    /// What it is asked of.
    pub of: Types,
    /// What it takes.
    pub takes: Takes,
    /// What it makes of that.
    pub makes: Makes,
    /// Is it the negation of another?
    pub negated: bool,
    /// Does an absent number of a custom attribute read as 0?
    pub absent_is_zero: bool,
}

const fn row(word: &'static str, of: Types, takes: Takes, makes: Makes) -> Operator {
    Operator {
        word,
        also: &[],
        of,
        takes,
        makes,
        negated: false,
        absent_is_zero: false,
    }
}

impl Operator {
    const fn also(self, also: &'static [&'static str]) -> Operator {
        Operator { also, ..self }
    }

    const fn not(self) -> Operator {
        Operator {
            negated: true,
            ..self
        }
    }

    const fn absent_is_zero(self) -> Operator {
        Operator {
            absent_is_zero: true,
            ..self
        }
    }

    /// Is it this word, or another for it?
    pub fn is(&self, word: &[u8]) -> bool {
        self.words().any(|own| own.as_bytes() == word)
    }

    /// All words for it.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        core::iter::once(self.word).chain(self.also.iter().copied())
    }

    /// Do two of it, on the same, hold for everybody where either has to?
    ///
    /// **Source**: Braze, "Creating a segment", which names the negations that compare.
    pub fn is_negative(&self) -> bool {
        self.negated && self.takes != Takes::Nothing
    }
}

use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
use Makes as M;
use Takes as T;

/// The table.
pub static OPERATORS: &[Operator] = &[
    // What Braze's API has a word for.
    row("equals", Types::TEXT, T::Text, M::TextAnyOf),
    row("equals", Types::NUMBER, T::Number, M::Number(Equal)).absent_is_zero(),
    row("equals", Types::BOOL, T::Bool, M::Is),
    row("equals", Types::VERSION, T::Version, M::Version(Equal)),
    row("not_equal", Types::TEXT, T::Text, M::TextAnyOf)
        .also(&["does_not_equal"])
        .not(),
    row("not_equal", Types::NUMBER, T::Number, M::Number(Equal))
        .also(&["does_not_equal"])
        .not()
        .absent_is_zero(),
    row("not_equal", Types::BOOL, T::Bool, M::Is)
        .also(&["does_not_equal"])
        .not(),
    row("not_equal", Types::VERSION, T::Version, M::Version(Equal))
        .also(&["does_not_equal"])
        .not(),
    row("matches_regex", TEXTS, T::Pattern, M::Matches),
    row("does_not_match_regex", TEXTS, T::Pattern, M::Matches).not(),
    row("exists", Types::PRESENCE, T::Nothing, M::Exists),
    row("does_not_exist", Types::PRESENCE, T::Nothing, M::Exists).not(),
    row("includes_value", Types::ARRAY, T::Value, M::IncludesAnyOf),
    row("includes_value", MEMBERSHIP, T::Texts, M::IncludesAnyOf).also(&["includes_any_of"]),
    row(
        "does_not_include_value",
        Types::ARRAY,
        T::Value,
        M::IncludesAnyOf,
    )
    .not(),
    row(
        "does_not_include_value",
        MEMBERSHIP,
        T::Texts,
        M::IncludesAnyOf,
    )
    .also(&["includes_none_of"])
    .not(),
    row("greater_than", Types::NUMBER, T::Number, M::Number(Greater)).also(&["more_than"]),
    row(
        "greater_than",
        Types::VERSION,
        T::Version,
        M::Version(Greater),
    )
    .also(&["more_than"]),
    row(
        "greater_than_or_equal_to",
        Types::NUMBER,
        T::Number,
        M::Number(GreaterOrEqual),
    ),
    row(
        "greater_than_or_equal_to",
        Types::VERSION,
        T::Version,
        M::Version(GreaterOrEqual),
    ),
    row("less_than", Types::NUMBER, T::Number, M::Number(Less)).absent_is_zero(),
    row("less_than", Types::VERSION, T::Version, M::Version(Less)),
    row(
        "less_than_or_equal_to",
        Types::NUMBER,
        T::Number,
        M::Number(LessOrEqual),
    )
    .absent_is_zero(),
    row(
        "less_than_or_equal_to",
        Types::VERSION,
        T::Version,
        M::Version(LessOrEqual),
    ),
    row("after", Types::TIME, T::Moment, M::After),
    row("after", Types::DAY, T::MonthDay, M::DayOfYear(Greater)),
    row("before", Types::TIME, T::Moment, M::Before),
    row("before", Types::DAY, T::MonthDay, M::DayOfYear(Less)),
    row("less_than_x_days_ago", Types::TIME, T::Days, LESS_AGO),
    row("less_than_x_days_ago", Types::DAY, T::WholeDays, LESS_AGO),
    row("greater_than_x_days_ago", Types::TIME, T::Days, MORE_AGO),
    row(
        "greater_than_x_days_ago",
        Types::DAY,
        T::WholeDays,
        MORE_AGO,
    ),
    row(
        "less_than_x_days_in_the_future",
        Types::TIME,
        T::Days,
        LESS_AHEAD,
    ),
    row(
        "less_than_x_days_in_the_future",
        Types::DAY,
        T::WholeDays,
        LESS_AHEAD,
    ),
    row(
        "greater_than_x_days_in_the_future",
        Types::TIME,
        T::Days,
        MORE_AHEAD,
    ),
    row(
        "greater_than_x_days_in_the_future",
        Types::DAY,
        T::WholeDays,
        MORE_AHEAD,
    ),
    row("is", Types::STATE, T::State, M::TextAnyOf),
    row("is", Types::GROUP_STATE, T::GroupState, M::TextAnyOf),
    row("is", Types::YES_NO, T::Bool, M::Is),
    row("is_not", Types::STATE, T::State, M::TextAnyOf).not(),
    row("is_not", Types::GROUP_STATE, T::GroupState, M::TextAnyOf).not(),
    row("is_not", Types::YES_NO, T::Bool, M::Is).not(),
    // What the dashboard has besides.
    row("exactly", Types::NUMBER, T::Number, M::Number(Equal)).absent_is_zero(),
    row("exactly", Types::VERSION, T::Version, M::Version(Equal)),
    row("is_any_of", Types::TEXT, T::Texts, M::TextAnyOf),
    row("is_none_of", Types::TEXT, T::Texts, M::TextAnyOf).not(),
    row("contains_any_of", Types::TEXT, T::Texts, M::TextContains),
    row(
        "doesnt_contain_any_of",
        Types::TEXT,
        T::Texts,
        M::TextContains,
    )
    .not(),
    row("is_blank", Types::PRESENCE, T::Nothing, M::Blank),
    row("is_not_blank", Types::PRESENCE, T::Nothing, M::Blank).not(),
    row("true", Types::BOOL, T::Nothing, M::Always(true)),
    row("false", Types::BOOL, T::Nothing, M::Always(false)),
    row(
        "true_or_not_set",
        Types::BOOL,
        T::Nothing,
        M::OrAbsent(true),
    ),
    row(
        "false_or_not_set",
        Types::BOOL,
        T::Nothing,
        M::OrAbsent(false),
    ),
    row("includes_any_of", Types::ARRAY, T::Values, M::IncludesAnyOf),
    row(
        "includes_none_of",
        Types::ARRAY,
        T::Values,
        M::IncludesAnyOf,
    )
    .not(),
    row("is_all_of", Types::ARRAY, T::Values, M::IncludesAllOf),
    row("isnt_all_of", Types::ARRAY, T::Values, M::IncludesAllOf).not(),
    row(
        "values_contain_any_of",
        Types::ARRAY,
        T::Texts,
        M::ElementContains,
    ),
    row(
        "values_dont_contain_any_of",
        Types::ARRAY,
        T::Texts,
        M::ElementContains,
    )
    .not(),
    row("has_a_value", Types::ARRAY, T::Nothing, M::HasElement),
    row("is_empty", Types::ARRAY, T::Nothing, M::Empty),
    // What only some families have.
    row("on", Types::DAY, T::MonthDay, M::DayOfYear(Equal)),
    row("inside", Types::PLACE, T::Area, M::Inside),
    row("outside", Types::PLACE, T::Area, M::Inside).not(),
];

const TEXTS: Types = Types(Types::TEXT.0 | Types::ARRAY.0);
const MEMBERSHIP: Types = Types::MEMBERSHIP;
const LESS_AGO: Makes = M::Days(Days::LessAgo);
const MORE_AGO: Makes = M::Days(Days::GreaterAgo);
const LESS_AHEAD: Makes = M::Days(Days::LessAhead);
const MORE_AHEAD: Makes = M::Days(Days::GreaterAhead);
