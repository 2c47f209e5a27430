//! One filter: the members of its body against the tables, all faults at once.

use super::families::needs;
use super::family::{Body, Family, Field, Form, Got, Wants, When};
use super::loaded;
use super::names::Lookup;
use super::near::nearest;
use super::operand::{At, unknown_field};
use super::operator::Types;
use super::read_test::{Askable, CUSTOM, Object, Read, comparison, test};
use super::rule::{Condition, Predicate, Step, Subject, Test, Text};
use super::tree::{Json, Tree};
use crate::limits::MAX_VALUES;
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};
use crate::profile::{iana, order};
use alloc::string::String;
use alloc::vec::Vec;

/// A filter that was checked.
pub(super) struct Checked {
    pub(super) condition: Condition,
    /// Of a negation, what it is asked of, so that another of the same is found.
    pub(super) negative: Option<Vec<u8>>,
}

/// Checks the body of a filter, which stands at `path`, in the node at `node`, of a definition of these bytes.
/// Where a workspace is asked, names are looked up, but for those of segments.
pub(super) fn filter(
    family: &'static Family,
    tree: &Tree<'_>,
    bytes: &[u8],
    node: &Path<'_>,
    path: &Path<'_>,
    mut lookup: Option<&mut Lookup<'_>>,
    problems: &mut Problems,
) -> Option<Checked> {
    let (before, warnings) = (problems.error_count(), problems.warning_count());
    let Some(object) = Object::of(tree, path) else {
        let finding = Finding::error(Code::SegmentType).name(family.key);
        problems.push(finding, path, tree.span);
        return None;
    };
    let mut body = Body::default();
    let form = form(family, &object, &mut body, problems);
    members(
        family,
        form,
        &object,
        &mut body,
        lookup.as_deref_mut(),
        problems,
    );
    if let Some(lookup) = lookup.as_deref_mut() {
        lookup.values(family.key, &object, problems);
    }
    let test = match form {
        Some(form) if form.of == Types::NONE => Some(Read {
            test: Test {
                predicate: Predicate::Is(true),
                negated: false,
                absent_is_zero: false,
            },
            word: "all_of",
            operand: object.get("all_of").map(|member| member.value.span),
            is_negative: false,
        }),
        Some(form) => {
            let asked = Askable {
                of: form.of,
                whole: form.whole,
                absent: form.absent,
            };
            test(&asked, &object, problems)
        }
        None => {
            comparison(Types::ALL, &object, problems);
            None
        }
    };
    let read = test.filter(|_| problems.error_count() == before)?;
    let mut test = read.test;
    let name = body.named();
    let subject = (form?.subject)(&mut body);
    if let (Subject::Default("time_zone"), Predicate::TextAnyOf(zones)) =
        (&subject, &mut test.predicate)
    {
        for zone in zones {
            if let Some(name) = iana(zone) {
                *zone = name.as_bytes().into();
            }
        }
    }
    let names = lookup.map(|lookup| lookup.names());
    if let Some(needs) = needs(&subject, names) {
        let finding = Finding::warning(Code::SegmentNeeds).name(needs);
        problems.push(finding, path, tree.span);
    } else if let Some(names) = names
        && problems.warning_count() == warnings
    {
        loaded::tell(
            &subject,
            &test.predicate,
            names,
            (path, tree.span),
            problems,
        );
    }
    let mut pointer = String::new();
    node.write(&mut pointer);
    Some(Checked {
        condition: Condition {
            path: pointer.into_bytes().into(),
            family: family.key,
            name,
            operator: read.word,
            operand: read
                .operand
                .and_then(|span| bytes.get(span.start..span.end))
                .map(Text::from),
            whole: form?.whole,
            subject,
            test,
        },
        negative: read.is_negative.then(|| same(family, &object)).flatten(),
    })
}

/// What a filter is asked of, as bytes: its family and all members but those that say what is asked. `None`
/// where it is more than texts say, as the days of a count: another number of days is another question.
fn same(family: &'static Family, object: &Object<'_, '_>) -> Option<Vec<u8>> {
    let mut out = Vec::from(family.key);
    let names = family.keys().filter(|name| !is_asking(name));
    let mut names = order::sorted(names.collect());
    names.dedup();
    for name in names {
        let Some(member) = object.get(name) else {
            continue;
        };
        let Json::Text(text) = &member.value.json else {
            return None;
        };
        // No text holds this byte.
        out.push(0xFF);
        out.extend_from_slice(name.as_bytes());
        out.push(0xFF);
        out.extend_from_slice(text);
    }
    Some(out)
}

fn is_asking(name: &str) -> bool {
    matches!(name, "comparison" | "value")
}

/// The form of the body, by what says it.
fn form(
    family: &'static Family,
    object: &Object<'_, '_>,
    body: &mut Body,
    problems: &mut Problems,
) -> Option<&'static Form> {
    let has = |name: &str| object.get(name).is_some();
    if let Some((name, words)) = family.words() {
        match object.get(name) {
            Some(member) => {
                let path = &member.path(object.path);
                let span = member.value.span;
                let Json::Text(written) = &member.value.json else {
                    let finding = Finding::error(Code::SegmentType).name(name);
                    problems.push(finding, path, span);
                    return None;
                };
                let forms = family.forms.iter();
                let said = forms.filter_map(|form| Some((form, form.says()?.1)));
                let found =
                    said.flat_map(|(form, words)| words.iter().map(move |&word| (form, word)));
                for (form, word) in found {
                    if word.as_bytes() == &**written {
                        body.put(name, Got::Word(word));
                        return Some(form);
                    }
                }
                let near = nearest(written, words);
                let code = match (name, near) {
                    ("attribute_name", None) => Code::SegmentAttribute,
                    ("attribute_name", _) => Code::SegmentAttributeNear,
                    (_, None) => Code::SegmentWord,
                    _ => Code::SegmentWordNear,
                };
                let finding = Finding::error(code).name(near.unwrap_or(""));
                problems.push(finding, path, span);
                return None;
            }
            None if !family
                .forms
                .iter()
                .any(|form| matches!(form.when, When::Otherwise)) =>
            {
                object.missing(name, problems);
                return None;
            }
            None => {}
        }
    }
    family.forms.iter().find(|form| match form.when {
        When::Otherwise => true,
        When::Has(name) => has(name),
        When::Says(..) => false,
    })
}

/// Checks all members but `comparison` and `value`; without a form as those of any.
fn members(
    family: &'static Family,
    form: Option<&'static Form>,
    object: &Object<'_, '_>,
    body: &mut Body,
    mut lookup: Option<&mut Lookup<'_>>,
    problems: &mut Problems,
) {
    let said = family.words().map(|(name, _)| name);
    let mut alternatives = 0;
    for member in object.members {
        let path = &member.path(object.path);
        let name = match member.name {
            Some(name) if family.keys().any(|key| key == name) => name,
            _ => {
                let finding = unknown_field(&member.key, family.keys());
                problems.push(finding, path, member.span());
                continue;
            }
        };
        let has_no_test = form.is_some_and(|form| form.of == Types::NONE);
        if Some(name) == said || is_asking(name) && !has_no_test {
            continue;
        }
        let field = match form {
            Some(form) => form.fields().find(|field| field.name == name),
            None => family.field(name),
        };
        let Some(field) = field else {
            let finding = Finding::error(Code::SegmentFieldHere).name(name);
            problems.push(finding, path, member.span());
            continue;
        };
        if form.is_some_and(|form| form.one_of.iter().any(|one| one.name == name)) {
            alternatives += 1;
            if alternatives > 1 {
                let finding = Finding::error(Code::SegmentOneOf).name(name);
                problems.push(finding, path, member.span());
            }
        }
        if let Some(got) = got(field, &member.value, path, problems) {
            if let (Some(lookup), Got::Text(text)) = (lookup.as_deref_mut(), &got) {
                let at = (path, member.value.span);
                lookup.member(object, name, text, at, problems);
            }
            body.put(field.name, got);
        }
    }
    let Some(form) = form else {
        return;
    };
    for field in form.needs {
        if object.get(field.name).is_none() {
            object.missing(field.name, problems);
        }
    }
    if let (0, Some(first)) = (alternatives, form.one_of.first()) {
        object.missing(first.name, problems);
    }
}

/// What a member's value is; `None` for what is wrong, and for what makes no difference to the rule.
fn got(field: &Field, tree: &Tree<'_>, path: &Path<'_>, problems: &mut Problems) -> Option<Got> {
    let span = tree.span;
    let wrong = Finding::error(Code::SegmentType).name(field.name);
    let finding = match (field.wants, &tree.json) {
        (Wants::Circle | Wants::Polygon, _) => return None,
        (Wants::Name, Json::Text(text)) if text.is_empty() => {
            Finding::error(Code::SegmentEmpty).name(field.name)
        }
        (Wants::Name, Json::Text(text)) => return Some(Got::Text(Text::from(&**text))),
        (Wants::Partner, Json::Text(text)) => {
            let is_good = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
            if (1..=64).contains(&text.len()) && text.iter().all(is_good) {
                return Some(Got::Text(Text::from(&**text)));
            }
            Finding::error(Code::SegmentPartner)
        }
        (Wants::Word(words), Json::Text(text)) => {
            let known = words.iter().find(|word| word.as_bytes() == &**text);
            if let Some(word) = known {
                return Some(Got::Word(word));
            }
            return At { path, problems }.unknown_word(text, words, span);
        }
        (Wants::Path | Wants::ElementPath, Json::Text(text)) => {
            let is_to_elements = matches!(field.wants, Wants::ElementPath);
            match steps(text) {
                Some(steps) if is_to_elements == matches!(steps.last(), Some(Step::Any)) => {
                    return Some(Got::Steps(steps));
                }
                _ => Finding::error(Code::SegmentPath),
            }
        }
        (Wants::Whole(least, most), &Json::Number(number)) => {
            At { path, problems }.whole(number, least, most, span);
            return None;
        }
        (Wants::Criteria, Json::List(list)) if list.is_empty() => {
            Finding::error(Code::SegmentEmpty).name(field.name)
        }
        (Wants::Criteria, Json::List(list)) => return criteria(list, path, problems),
        (Wants::Property, Json::Object(_)) => {
            named_test("name", tree, path, problems);
            return None;
        }
        _ => wrong,
    };
    problems.push(finding, path, span);
    None
}

/// What one element has to hold.
fn criteria(list: &[Tree<'_>], path: &Path<'_>, problems: &mut Problems) -> Option<Got> {
    if list.len() > MAX_VALUES {
        let span = list.first().map_or(Span::default(), |first| first.span);
        let finding = Finding::error(Code::SegmentValues);
        let finding = finding.numbers(list.len() as u32, MAX_VALUES as u32);
        problems.push(finding, path, span);
    }
    let mut out = Vec::with_capacity(list.len());
    for (index, tree) in list.iter().enumerate() {
        let path = &Path::Index(path, index as u32);
        if let Some((written, place, test)) = named_test("path", tree, path, problems) {
            match steps(&written)
                .filter(|steps| !steps.iter().any(|step| matches!(step, Step::Any)))
            {
                Some(steps) => out.push((steps, test)),
                None => {
                    let path = &Path::Key(path, "path");
                    problems.push(Finding::error(Code::SegmentPath), path, place);
                }
            }
        }
    }
    Some(Got::Criteria(out))
}

/// A test with what it is asked of, by `name` or by `path`; and where that stands.
fn named_test(
    name: &'static str,
    tree: &Tree<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Option<(Text, Span, Test)> {
    let Some(object) = Object::of(tree, path) else {
        problems.push(
            Finding::error(Code::SegmentType).name("all_of"),
            path,
            tree.span,
        );
        return None;
    };
    for member in object.members {
        let known = [name, "comparison", "value"];
        if !member.name.is_some_and(|name| known.contains(&name)) {
            let finding = unknown_field(&member.key, known.into_iter());
            problems.push(finding, &member.path(path), member.span());
        }
    }
    let test = test(&CUSTOM, &object, problems);
    let Some(member) = object.get(name) else {
        object.missing(name, problems);
        return None;
    };
    let field = Field {
        name,
        wants: Wants::Name,
    };
    let got = got(&field, &member.value, &member.path(path), problems);
    let Some(Got::Text(text)) = got else {
        return None;
    };
    Some((text, member.value.span, test?.test))
}

/// The steps of a path: keys with points between, where `[]` stands for any element of the one array that
/// may be on the way.
///
/// **Source**: Braze, "Nested custom attributes": one array, and no key with `$` or a point.
fn steps(path: &[u8]) -> Option<Vec<Step>> {
    let mut out = Vec::new();
    let mut arrays = 0;
    for (index, part) in path.split(|&byte| byte == b'.').enumerate() {
        let key = part.strip_suffix(b"[]");
        arrays += usize::from(key.is_some());
        let key_or_part = key.unwrap_or(part);
        // The attribute itself may be the array.
        let is_bare = key_or_part.is_empty() && key.is_some() && index == 0;
        if key_or_part.is_empty() && !is_bare || key_or_part.contains(&b'$') {
            return None;
        }
        if !is_bare {
            out.push(Step::Key(Text::from(key_or_part)));
        }
        if key.is_some() {
            out.push(Step::Any);
        }
    }
    (arrays <= 1).then_some(out)
}
