//! Whether places are such that they can be kept, and how large a pattern is written out.

use super::fault::{Fault, Reason, Step, unsupported};
use super::node::{Names, Node, Place};
use crate::limits::MAX_PATTERN_STATES;

/// What stands behind a part, up to the end of the pattern.
#[derive(Clone, Copy)]
struct Follow {
    /// It matches no characters, wherever it stands.
    skippable: bool,
    /// It takes a character at least.
    takes: bool,
}

/// Checks a pattern of so many bytes.
pub(super) fn check(node: &Node, len: usize) -> Step<()> {
    let end = Follow {
        skippable: true,
        takes: false,
    };
    check_places(node, end)?;
    let most = MAX_PATTERN_STATES.saturating_add((len as u32).saturating_mul(5));
    if states(node) > most {
        return Err(Fault {
            reason: Reason::TooLarge(most),
            at: 0..len,
        });
    }
    Ok(())
}

// An end before a last newline is kept by taking that newline. What follows would have to stand before it,
// which changes nothing only where it can be left out.
fn check_places(node: &Node, follow: Follow) -> Step<()> {
    match node {
        Node::Char { .. } | Node::Class(_) => {}
        Node::Place(Place::EndOrLastNewline, at) if !follow.skippable => {
            return unsupported("an end before what must follow it", *at..*at + 1);
        }
        Node::Place(Place::LineStart, at) if !follow.takes => {
            return unsupported("a line's start before what can be empty", *at..*at + 1);
        }
        Node::Place(..) => {}
        Node::Concat(nodes) => {
            let mut follow = follow;
            for node in nodes.iter().rev() {
                check_places(node, follow)?;
                follow = Follow {
                    skippable: is_skippable(node) && follow.skippable,
                    takes: takes(node) || follow.takes,
                };
            }
        }
        Node::Alternate(nodes) => {
            for node in nodes {
                check_places(node, follow)?;
            }
        }
        Node::Repeat(node, least, _) => {
            let skippable = follow.skippable && (*least <= 1 || is_skippable(node));
            check_places(
                node,
                Follow {
                    skippable,
                    takes: follow.takes,
                },
            )?;
        }
    }
    Ok(())
}

fn is_skippable(node: &Node) -> bool {
    match node {
        Node::Char { .. } | Node::Class(_) | Node::Place(..) => false,
        Node::Concat(nodes) => nodes.iter().all(is_skippable),
        Node::Alternate(nodes) => nodes.iter().any(is_skippable),
        Node::Repeat(node, least, _) => *least == 0 || is_skippable(node),
    }
}

fn takes(node: &Node) -> bool {
    match node {
        Node::Char { .. } | Node::Class(_) => true,
        Node::Place(..) => false,
        Node::Concat(nodes) => nodes.iter().any(takes),
        Node::Alternate(nodes) => nodes.iter().all(takes),
        Node::Repeat(node, least, _) => *least > 0 && takes(node),
    }
}

/// States that a pattern takes at most, written out; `tests/patterns.rs` holds it against the automaton.
fn states(node: &Node) -> u32 {
    match node {
        Node::Char { value, fold: false } => value.len_utf8() as u32,
        Node::Char { value, .. } => match value {
            'k' | 'K' | 's' | 'S' => 3,
            '\0'..='\x7F' => 1,
            _ => 5,
        },
        Node::Class(class) => {
            let kinds = class.kinds.iter().map(|kind| match kind.of {
                Names::Ascii | Names::Posix if !kind.negated => 1,
                Names::Categories if !kind.category.is_empty() => 4_000,
                _ => 16 + 4 * kind.ranges.len() as u32,
            });
            let ranges = class.ranges.iter().map(|(first, last)| {
                if last.is_ascii() {
                    4
                } else if class.fold && first != last {
                    80
                } else {
                    10
                }
            });
            let least = if class.negated { 20 } else { 1 };
            kinds.chain(ranges).fold(least, u32::saturating_add)
        }
        Node::Place(..) => 8,
        Node::Concat(nodes) => sum(nodes),
        Node::Alternate(nodes) => sum(nodes).saturating_add(2 + nodes.len() as u32),
        Node::Repeat(node, least, most) => {
            let times = most.unwrap_or(*least).max(1);
            states(node).saturating_add(2).saturating_mul(times)
        }
    }
}

fn sum(nodes: &[Node]) -> u32 {
    nodes.iter().map(states).fold(1, u32::saturating_add)
}
