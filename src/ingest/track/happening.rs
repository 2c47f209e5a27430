//! What an event or a purchase changes: the summaries that Braze exports.

use super::NotDone;
use super::object::{Apply, Object};
use super::pieces::What;
use crate::identity::directory::Full;
use crate::ingest::moment::moment;
use crate::ingest::tree::{Tree, owned, push};
use crate::problem::{Code, Finding};
use crate::profile::{Namespace, Time};
use alloc::vec::Vec;

impl Apply<'_, '_> {
    /// An event or a purchase; true if the user's export knew it already.
    pub(super) fn happening(&mut self, object: &Object, what: What) -> Result<bool, NotDone> {
        let time = self.needed(object, "time", |time| moment(time.text()?))?;
        let written = Time::of_ms(time);
        let (list, name_field): (&[u8], _) = match what {
            What::Purchases => (b"purchases", "product_id"),
            _ => (b"custom_events", "name"),
        };
        self.needed(object, name_field, |name| name.text().map(|_| ()))?;
        let (mut count, mut revenue) = (1.0, None);
        if what == What::Purchases {
            self.needed(object, "currency", |currency| {
                let currency = currency.text()?;
                let is_code = currency.len() == 3 && currency.iter().all(u8::is_ascii_alphabetic);
                is_code.then_some(())
            })?;
            let price = self.needed(object, "price", Tree::number)?;
            if object.get("quantity").is_some() {
                count = self.needed(object, "quantity", |quantity| {
                    let is_right =
                        |count: &f64| count.fract() == 0.0 && (1.0..=100.0).contains(count);
                    quantity.number().filter(is_right)
                })?;
            }
            revenue = Some(price * count);
        }
        if self
            .user
            .is_some_and(|user| self.intake.as_of.covers(user, time))
        {
            return Ok(true);
        }
        if let Some(revenue) = revenue {
            let is_dollar = |currency: &Tree| {
                currency
                    .text()
                    .is_some_and(|text| text.eq_ignore_ascii_case(b"USD"))
            };
            if let Some((member, _)) = object.get("currency").filter(|(_, tree)| !is_dollar(tree)) {
                let finding = Finding::warning(Code::TrackCurrency);
                self.problems
                    .push(finding, &member.path(self.path), member.span);
            }
            let before = self
                .intake
                .value(self.user, Namespace::Default, b"total_revenue")?;
            let sum = before.and_then(|before| before.number()).unwrap_or(0.0) + revenue;
            if !sum.is_finite() {
                let finding = Finding::error(Code::TrackField).name("price");
                let member = object.get("price").map(|(member, _)| member);
                return Err(self.refuse(finding, member, object));
            }
            self.set(Namespace::Default, b"total_revenue", &Tree::Number(sum))?;
        }
        let name = object.get(name_field).and_then(|(_, name)| name.text());
        let rows = self.intake.value(self.user, Namespace::Default, list)?;
        let rows = count_in(rows, name.unwrap_or(&[]), count, time, written)?;
        self.set(Namespace::Default, list, &rows)?;
        Ok(false)
    }

    /// A field without which there is no event or purchase.
    fn needed<T>(
        &mut self,
        object: &Object,
        name: &'static str,
        read: impl Fn(&Tree) -> Option<T>,
    ) -> Result<T, NotDone> {
        let field = object.get(name);
        match field.and_then(|(_, value)| read(value)) {
            Some(value) => Ok(value),
            None => {
                let finding = Finding::error(Code::TrackField).name(name);
                Err(self.refuse(finding, field.map(|(member, _)| member), object))
            }
        }
    }
}

/// A summary of events or purchases with so many more, as Braze exports it.
fn count_in(
    rows: Option<Tree>,
    name: &[u8],
    count: f64,
    time: i64,
    written: Time,
) -> Result<Tree, Full> {
    let mut rows = match rows {
        Some(Tree::List(rows)) => rows,
        _ => Vec::new(),
    };
    let is_it = |row: &Tree| row.get(b"name").and_then(Tree::text) == Some(name);
    if !rows.iter().any(is_it) {
        let mut row = Vec::new();
        push(&mut row, (owned(b"name")?, Tree::Text(owned(name)?)))?;
        push(&mut rows, Tree::Object(row))?;
    }
    let Some(row) = rows.iter_mut().find(|row| is_it(row)) else {
        return Ok(Tree::List(rows));
    };
    let moment_of = |row: &Tree, key: &[u8]| moment(row.get(key)?.text()?);
    let (first, last) = (moment_of(row, b"first"), moment_of(row, b"last"));
    let before = row.get(b"count").and_then(Tree::number).unwrap_or(0.0);
    if first.is_none_or(|first| time < first) {
        replace(row, b"first", Tree::Text(owned(&written.text())?))?;
    }
    if last.is_none_or(|last| time > last) {
        replace(row, b"last", Tree::Text(owned(&written.text())?))?;
    }
    replace(row, b"count", Tree::Number(before + count))?;
    Ok(Tree::List(rows))
}

fn replace(row: &mut Tree, key: &[u8], value: Tree) -> Result<(), Full> {
    let Tree::Object(fields) = row else {
        return Ok(());
    };
    match fields.iter_mut().find(|(name, _)| name == key) {
        Some((_, old)) => *old = value,
        None => push(fields, (owned(key)?, value))?,
    }
    Ok(())
}
