//! Patterns as automata that look at each byte of a text once.
//!
//! A part of a pattern becomes the part with the same meaning in `regex-syntax`'s terms, not a text in its
//! syntax: flags of letters' case hold for characters there and not for classes with names, as in PCRE, and
//! brackets mean nothing that they do not mean there.
//!
//! The lazily built DFA alone: it needs no other engine, since what would make it give up (Unicode's word
//! boundaries) is not taken, and a text that leads to ever new states takes a step of the NFA for each byte.
//! As a module it has 118 KB (brotli), of which 52 KB are the general categories: their tables, and the parser
//! through which alone `regex-syntax` gives them. Tried besides: rustc's own inlining (127 KB).

use super::Pattern;
use super::node::{Class, Kind, Node, Place};
use alloc::boxed::Box;
use alloc::vec::Vec;
use regex_automata::hybrid::dfa::{Cache, Config, DFA};
use regex_automata::nfa::thompson::{self, NFA, WhichCaptures};
use regex_automata::{Anchored, Input};
use regex_syntax::hir::{self, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look, Repetition};

/// Bytes of states that are kept, of those that texts lead to.
const KEPT_BYTES: usize = 1 << 20;

/// Bytes of an automaton, beyond what a pattern within its limit needs.
const MOST_BYTES: usize = 1 << 24;

/// A pattern that texts are matched with.
pub struct Automaton {
    dfa: DFA,
    cache: Cache,
}

impl Automaton {
    /// Makes the automaton of a pattern; `None` where it would take too much memory.
    ///
    /// **Cost**: in the states of the pattern, each some 40 bytes.
    pub fn new(pattern: &Pattern) -> Option<Automaton> {
        let dfa = DFA::builder()
            .configure(
                Config::new()
                    .cache_capacity(KEPT_BYTES)
                    .skip_cache_capacity_check(true),
            )
            .build_from_nfa(nfa(pattern)?)
            .ok()?;
        let cache = dfa.create_cache();
        Some(Automaton { dfa, cache })
    }

    /// Is there a match in a text, which is UTF-8?
    ///
    /// **Cost**: in the bytes of the text; for each that leads to a state that is not kept, also in the
    /// states of the pattern.
    pub fn matches(&mut self, text: &[u8]) -> bool {
        let input = Input::new(text).anchored(Anchored::Yes).earliest(true);
        // It gives up only where that was asked for.
        let found = self.dfa.try_search_fwd(&mut self.cache, &input);
        matches!(found, Ok(Some(_)))
    }

    /// The states of the pattern written out.
    pub fn states(&self) -> usize {
        self.dfa.get_nfa().states().len()
    }
}

fn nfa(pattern: &Pattern) -> Option<NFA> {
    let hir = hir(&pattern.0)?;
    let is_at_start = hir.properties().look_set_prefix().contains(Look::Start);
    // WHY: what may stand before a match is passed over by this, character by character, and not by the
    // search, byte by byte: within a character `\B` would hold.
    let whole = if is_at_start {
        hir
    } else {
        let before = Hir::repetition(Repetition {
            min: 0,
            max: None,
            greedy: false,
            sub: Box::new(Hir::dot(hir::Dot::AnyChar)),
        });
        Hir::concat(Vec::from([before, hir]))
    };
    let config = thompson::Config::new()
        .which_captures(WhichCaptures::None)
        .utf8(false)
        .nfa_size_limit(Some(MOST_BYTES));
    let mut compiler = thompson::Compiler::new();
    compiler.configure(config).build_from_hir(&whole).ok()
}

fn hir(node: &Node) -> Option<Hir> {
    Some(match node {
        Node::Char { value, fold } => {
            if *fold && (value.is_ascii_alphabetic() || !value.is_ascii()) {
                of_class(ranges(&[(*value, *value)], true)?)
            } else {
                let mut bytes = [0; 4];
                Hir::literal(value.encode_utf8(&mut bytes).as_bytes())
            }
        }
        Node::Class(class) => of_class(characters(class)?),
        Node::Place(place, _) => of_place(*place),
        Node::Concat(nodes) => Hir::concat(all(nodes)?),
        Node::Alternate(nodes) => Hir::alternation(all(nodes)?),
        Node::Repeat(node, least, most) => Hir::repetition(Repetition {
            min: *least,
            max: *most,
            greedy: true,
            sub: Box::new(hir(node)?),
        }),
    })
}

fn all(nodes: &[Node]) -> Option<Vec<Hir>> {
    nodes.iter().map(hir).collect()
}

fn of_class(class: ClassUnicode) -> Hir {
    Hir::class(hir::Class::Unicode(class))
}

fn of_place(place: Place) -> Hir {
    Hir::look(match place {
        Place::Start => Look::Start,
        Place::LineStart => Look::StartLF,
        Place::End => Look::End,
        Place::LineEnd => Look::EndLF,
        Place::WordBoundary => Look::WordAscii,
        Place::NotWordBoundary => Look::WordAsciiNegate,
        Place::EndOrLastNewline => {
            let newline = Hir::literal(*b"\n");
            let newline_or_nothing = Hir::alternation(Vec::from([newline, Hir::empty()]));
            return Hir::concat(Vec::from([newline_or_nothing, Hir::look(Look::End)]));
        }
    })
}

fn ranges(ranges: &[(char, char)], fold: bool) -> Option<ClassUnicode> {
    let ranges = ranges
        .iter()
        .map(|&(first, last)| ClassUnicodeRange::new(first, last));
    let mut class = ClassUnicode::new(ranges);
    if fold {
        class.try_case_fold_simple().ok()?;
    }
    Some(class)
}

fn characters(class: &Class) -> Option<ClassUnicode> {
    let mut characters = ranges(&class.ranges, class.fold)?;
    for kind in &class.kinds {
        characters.union(&of_kind(kind)?);
    }
    if class.negated {
        characters.negate();
    }
    Some(characters)
}

fn of_kind(kind: &Kind) -> Option<ClassUnicode> {
    let mut class = if kind.category.is_empty() {
        ranges(kind.ranges, false)?
    } else {
        let pattern = alloc::format!("\\p{{{}}}", kind.category);
        match regex_syntax::parse(&pattern).ok()?.into_kind() {
            HirKind::Class(hir::Class::Unicode(class)) => class,
            _ => return None,
        }
    };
    if kind.negated {
        class.negate();
    }
    Some(class)
}
