//! Regular expressions as PCRE reads them, of which what can be matched in linear time is taken.
//!
//! Only whether there is a match is asked, so that groups need no numbers, and greedy and lazy are the same.
//! What is taken means what PCRE2 means by it in UTF mode, without its option `UCP`, and with letters' case
//! ignored, unless `(?-i)` says otherwise; what would mean something else here, or means something else in
//! another version of PCRE2, is refused.
//!
//! | taken | as |
//! |---|---|
//! | characters; `\a \e \f \n \r \t`, `\cX`, `\0` to `\077`, `\o{…}`, `\xhh`, `\x{…}`, `\Q…\E`, a backslash before a sign | themselves, in whatever case by Unicode's simple folding (`k` is also U+212A) |
//! | `.` `\N` | any character but `\n`; with `(?s)` the first is any |
//! | `\d \w \s`, `[:alpha:]` … | ASCII alone; `\D \W \S`, `[:^alpha:]` the others |
//! | `\h \v \H \V` | white space within lines and between them, of all Unicode |
//! | `\p{L} \p{^L} \PL` | general categories, but for `Lu Ll Lt`, which mean something else since 10.43 where case is ignored |
//! | `[…]` | as PCRE2: `[` `&&` `--` `~~` are characters, `]` is one in the first place; a range beside `\w` is refused, as it is there |
//! | `* + ? {n} {n,} {n,m}`, each with `?` | repetitions, of at most 65,535; another `{` is a character |
//! | `^ \A $ \Z \z \b \B` | places; `$` and `\Z` also before a last `\n`, refused where something must follow |
//! | `(?m)` | `^` and `$` of each line; `^`, which holds not after a last `\n`, is refused where nothing need follow |
//! | `(…) (?:…) (?<n>…) (?P<n>…) (?'n'…) (?\|…)` | groups |
//! | `(?i) (?-i) (?s) (?m) (?x) (?xx) (?n) (?U) (?^)`, also `(?i:…)`; `(?#…)` | as there |
//!
//! | refused | why |
//! |---|---|
//! | look-around, `\K`, back references, recursion, conditions, `(?>…)`, `a++`, `\R`, `\X`, `\G`, `\C`, callouts, `(*…)` | no linear time, or no meaning without a place of the match |
//! | scripts and other properties | since 10.40 a script is also its extensions |
//! | `{,n}`, `{ n }` | characters before 10.43, repetitions since |
//! | the flags `J` and `a` | later versions alone have the second |

#[cfg(feature = "regex")]
mod automaton;
mod class;
mod cursor;
mod escape;
mod fault;
mod group;
mod kinds;
mod node;
mod parser;
mod places;

#[cfg(feature = "regex")]
pub use automaton::Automaton;
pub use fault::{Fault, Reason};

use node::Node;

/// A pattern that was read and can be matched.
pub struct Pattern(
    #[cfg_attr(
        not(feature = "regex"),
        expect(dead_code, reason = "the regex module makes something of it")
    )]
    Node,
);

impl Pattern {
    /// Reads a pattern.
    ///
    /// **Errors**: the first [`Fault`].
    ///
    /// **Cost**: a pass over the text, and one over what it says for each level of groups.
    pub fn parse(text: &str) -> Result<Pattern, Fault> {
        let node = parser::parse(text)?;
        places::check(&node, text.len())?;
        Ok(Pattern(node))
    }
}
