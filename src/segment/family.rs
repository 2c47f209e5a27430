//! What a family of filters is: how the table of them is written, and what is found in a body.

use super::operator::Types;
use super::rule::{Step, Subject, Test, Text};
use alloc::vec::Vec;

/// What the value of a member must be.
#[derive(Clone, Copy)]
pub enum Wants {
    /// A text that is not empty.
    Name,
    /// The name of a partner.
    Partner,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A path to a value: `a.b`, or `[].a` for any element of an array.
    Path,
    /// A path to an array of objects: `[]`, or `a[]`.
    ElementPath,
    /// A list of objects with a `path` within the element, `comparison` and `value`.
    Criteria,
    /// An object with the `name` of a property, `comparison` and `value`.
    Property,
    /// A whole number from the first to the second.
    Whole(u32, u32),
    /// `{ latitude, longitude, radius_km }`, for an operator.
    Circle,
    /// Corners as `[longitude, latitude]`, for an operator.
    Polygon,
}

/// A member of a body.
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// What its value must be.
    pub wants: Wants,
}

pub(super) const fn field(name: &'static str, wants: Wants) -> Field {
    Field { name, wants }
}

/// For which bodies of its family a form is.
pub enum When {
    /// For all that are of no form before.
    Otherwise,
    /// Where the member is there.
    Has(&'static str),
    /// Where the member is one of these words.
    Says(&'static str, &'static [&'static str]),
}

/// As what an absent number reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Absent {
    /// As nothing, which satisfies no number operator.
    Nothing,
    /// As 0 where the operator says so.
    AsTheOperatorSays,
    /// As 0 for each operator.
    Zero,
}

/// One form of a family's body.
pub struct Form {
    /// For which bodies it is.
    pub when: When,
    /// The members that must be there besides `comparison` and `value`.
    pub needs: &'static [Field],
    /// Those that may be.
    pub may: &'static [Field],
    /// Those of which there must be one.
    pub one_of: &'static [Field],
    /// What may be asked; of none there is no `comparison`.
    pub of: Types,
    /// The range of a number, which is whole then.
    pub whole: Option<(u32, u32)>,
    /// As what an absent number reads.
    pub absent: Absent,
    /// What is looked at.
    pub subject: fn(&mut Body) -> Subject,
}

pub(super) const fn form(when: When, of: Types, subject: fn(&mut Body) -> Subject) -> Form {
    Form {
        when,
        needs: &[],
        may: &[],
        one_of: &[],
        of,
        whole: None,
        absent: Absent::Nothing,
        subject,
    }
}

impl Form {
    pub(super) const fn needs(self, needs: &'static [Field]) -> Form {
        Form { needs, ..self }
    }

    pub(super) const fn may(self, may: &'static [Field]) -> Form {
        Form { may, ..self }
    }

    pub(super) const fn one_of(self, one_of: &'static [Field]) -> Form {
        Form { one_of, ..self }
    }

    pub(super) const fn whole(self, least: u32, most: u32) -> Form {
        Form {
            whole: Some((least, most)),
            ..self
        }
    }

    pub(super) const fn absent(self, absent: Absent) -> Form {
        Form { absent, ..self }
    }

    /// Its members, but for `comparison` and `value` and for what says the form.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> {
        self.needs.iter().chain(self.may).chain(self.one_of)
    }

    /// The member that says the form, and its words.
    pub fn says(&self) -> Option<(&'static str, &'static [&'static str])> {
        match self.when {
            When::Says(name, words) => Some((name, words)),
            _ => None,
        }
    }
}

/// A family of filters.
pub struct Family {
    /// Its key.
    pub key: &'static str,
    /// Its forms, of which the first that fits counts.
    pub forms: &'static [Form],
}

impl Family {
    /// The member that says the form, if any does, and all its words.
    pub fn words(&self) -> Option<(&'static str, impl Iterator<Item = &'static str> + use<'_>)> {
        let (name, _) = self.forms.iter().find_map(Form::says)?;
        let said = self.forms.iter().filter_map(Form::says);
        Some((name, said.flat_map(|(_, words)| words.iter().copied())))
    }

    /// The keys of all members of all its forms.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> {
        let of_form = |form: &'static Form| {
            let said = form.says().map(|(name, _)| name);
            said.into_iter()
                .chain(form.fields().map(|field| field.name))
        };
        let forms: &'static [Form] = self.forms;
        forms
            .iter()
            .flat_map(of_form)
            .chain(["comparison", "value"])
    }

    /// The member of this name, of whichever form.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        let forms: &'static [Form] = self.forms;
        let mut fields = forms.iter().flat_map(Form::fields);
        fields.find(|field| field.name == name)
    }
}

/// What was found in a body's members.
pub enum Got {
    /// A name.
    Text(Text),
    /// A word.
    Word(&'static str),
    /// A path.
    Steps(Vec<Step>),
    /// Criteria.
    Criteria(Vec<(Vec<Step>, Test)>),
}

/// A body's members, once they were checked. What makes no difference to the rule is not in it.
#[derive(Default)]
pub struct Body(Vec<(&'static str, Got)>);

impl Body {
    pub(super) fn put(&mut self, name: &'static str, got: Got) {
        self.0.push((name, got));
    }

    /// The name of what is looked at. No form has two; the words of others are not what they are about.
    #[inline(never)]
    pub(super) fn named(&self) -> Option<Text> {
        let mut named = None;
        for (name, got) in &self.0 {
            match got {
                Got::Text(text) => return Some(text.clone()),
                Got::Word(word) if matches!(*name, "attribute_name" | "channel") => {
                    named = Some(word.as_bytes().into());
                }
                _ => {}
            }
        }
        named
    }

    pub(super) fn take(&mut self, name: &str) -> Option<Got> {
        let at = self.0.iter().position(|(own, _)| *own == name)?;
        Some(self.0.swap_remove(at).1)
    }

    pub(super) fn text(&mut self, name: &str) -> Option<Text> {
        match self.take(name)? {
            Got::Text(text) => Some(text),
            _ => None,
        }
    }

    // INVARIANT: a subject is asked for only when every member that its form needs is there.
    pub(super) fn name(&mut self, name: &str) -> Text {
        self.text(name).unwrap_or_default()
    }

    pub(super) fn word(&mut self, name: &str) -> &'static str {
        match self.take(name) {
            Some(Got::Word(word)) => word,
            _ => "",
        }
    }

    pub(super) fn steps(&mut self) -> Vec<Step> {
        match self.take("path") {
            Some(Got::Steps(steps)) => steps,
            _ => Vec::new(),
        }
    }
}
