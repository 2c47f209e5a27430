//! The public items of a source file, as rustfmt lays them out. A compiler would know more, but the
//! one that tells it (rustdoc's JSON) is not stable.

/// One line for each `pub` item, a method under the type that has it, and for each trait that a type
/// has. Of a struct only public fields are shown, of an enum or a trait all of it.
pub fn public(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = source.lines().peekable();
    let (mut derived, mut owner) = ("", String::new());
    while let Some(line) = lines.next() {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        if indent == 0 && text.starts_with("#[cfg(test)]") {
            break;
        }
        if indent == 0 && text.starts_with("mod ") && text.ends_with('{') {
            // A module within a file is private here.
            while lines.next_if(|line| *line != "}").is_some() {}
            continue;
        }
        if text.starts_with("#[derive(") {
            derived = text;
            continue;
        }
        if indent == 0 && (text.starts_with("impl") || text.starts_with("unsafe impl")) {
            let header = head(line, &mut lines);
            owner = header.trim_end_matches(" {").to_owned();
            if owner.contains(" for ") {
                found.push(owner.clone());
            }
        } else if text.starts_with("pub ") {
            let mut item = head(line, &mut lines);
            let has_body = ["pub struct", "pub enum", "pub trait", "pub union"];
            if item.ends_with('{') && has_body.iter().any(|kind| item.starts_with(kind)) {
                item.push_str(&body(&mut lines, indent, item.starts_with("pub struct")));
            }
            let item = match item.split_once(" = ") {
                Some((name, _)) if !item.contains('{') => name.to_owned(),
                _ => item.trim_end_matches([' ', '{', ';', ',']).to_owned(),
            };
            let derived = if item.contains("struct") || item.contains("enum") {
                derived
            } else {
                ""
            };
            let of = if indent == 0 {
                String::new()
            } else {
                format!("{owner}: ")
            };
            found.push(format!(
                "{of}{derived}{}{item}",
                if derived.is_empty() { "" } else { " " }
            ));
        }
        if !text.starts_with("#[") && !text.starts_with("//") {
            derived = "";
        }
    }
    found
}

type Lines<'a> = std::iter::Peekable<std::str::Lines<'a>>;

/// An item up to its body or its end, in one line.
fn head(first: &str, lines: &mut Lines<'_>) -> String {
    let mut all = first.trim().to_owned();
    while all.starts_with("pub use") && !all.ends_with(';')
        || !all.ends_with(['{', ';', '}', ','])
        || all.ends_with(',') && open(&all)
    {
        let Some(line) = lines.next() else { break };
        if !all.ends_with('(') {
            all.push(' ');
        }
        all.push_str(line.trim());
    }
    all.replace(", )", ")")
}

/// Is a bracket open? A public field ends with a comma, an argument in several lines too.
fn open(text: &str) -> bool {
    let count = |wanted: &[char]| text.matches(wanted).count();
    count(&['(', '[']) > count(&[')', ']'])
        || text.starts_with("pub fn")
        || text.starts_with("pub const fn")
        || text.starts_with("impl")
}

/// What stands between braces, without comments, attributes and, of a struct, private fields.
fn body(lines: &mut Lines<'_>, indent: usize, only_public: bool) -> String {
    let end = format!("{}}}", " ".repeat(indent));
    let mut all = Vec::new();
    let mut hidden = false;
    while let Some(line) = lines.next_if(|line| !line.starts_with(&end)) {
        let text = line.trim();
        hidden |= only_public && !text.starts_with("pub ");
        if !(text.starts_with("//")
            || text.starts_with("#[")
            || only_public && !text.starts_with("pub "))
        {
            all.push(text);
        }
    }
    lines.next();
    let private = if hidden && all.is_empty() { ".." } else { "" };
    format!(" {}{private} }}", all.join(" ").trim_end_matches(','))
}

#[cfg(test)]
mod tests {
    use super::public;

    #[test]
    fn items_are_found_as_they_are_laid_out() {
        let source = "\
use a::B;
/// Doc.
#[derive(Clone)]
#[must_use]
pub struct A<'a> {
    /// Doc.
    pub b: u32,
    c: &'a str,
}

pub(crate) fn hidden() {}
pub const N: usize = 5;

impl<'a> A<'a> {
    fn private() {}
    pub fn long(
        one: u32,
        two: u32,
    ) -> u32
    where
        u32: Copy,
    {
        pub_in_name();
    }
}

impl Drop for A<'_> {
    fn drop(&mut self) {}
}

pub enum E {
    One(u32),
    // Why.
    Two { x: u32 },
}

pub use a::{
    C,
    D,
};

mod inner {
    pub fn hidden() {}
}

#[cfg(test)]
mod tests {
    pub fn hidden() {}
}
";
        assert_eq!(
            public(source),
            [
                "#[derive(Clone)] pub struct A<'a> { pub b: u32 }",
                "pub const N: usize",
                "impl<'a> A<'a>: pub fn long(one: u32, two: u32) -> u32 where u32: Copy",
                "impl Drop for A<'_>",
                "pub enum E { One(u32), Two { x: u32 } }",
                "pub use a::{ C, D, }",
            ]
        );
    }
}
