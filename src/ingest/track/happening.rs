//! What an event or a purchase changes: the summaries that Braze exports.

use super::object::{Apply, Object};
use super::pieces::What;
use super::tally::{Happening, Tallies, Tally};
use super::{Done, NotDone};
use crate::hash::Seed;
use crate::ingest::tree::Tree;
use crate::problem::{Code, Finding};
use crate::profile::moment;

impl Apply<'_, '_> {
    /// An event or a purchase: what it did.
    pub(super) fn happening(
        mut self,
        object: &Object,
        what: What,
        tallies: &mut Tallies,
        seed: &Seed,
    ) -> Result<Done, NotDone> {
        let happening = self.read_happening(object, what)?;
        if self
            .user
            .is_some_and(|user| self.intake.as_of.covers(user, happening.time))
        {
            return Ok(Done::Covered);
        }
        if let Some(at) = tallies.find(self.user, what, seed)
            && let Some(tally) = tallies.get(at)
        {
            let revenue = self.revenue(tally, &happening, object)?;
            tallies.add(at, &happening, revenue, seed)?;
            return Ok(Done::Waits);
        }
        if tallies.is_full() {
            tallies.flush(self.intake).map_err(|_| NotDone::Full)?;
        }
        self.intake.draft.clear();
        let mut tally = Tally::read(what, self.user, self.intake)?;
        let revenue = self.revenue(&tally, &happening, object)?;
        tally.add(&happening, revenue, seed)?;
        tally.write(self.intake)?;
        let (user, done) = self.put(object.span)?;
        tallies.keep(user, tally, seed);
        Ok(done)
    }

    /// What it adds; tells what is missing.
    fn read_happening<'o>(
        &mut self,
        object: &'o Object,
        what: What,
    ) -> Result<Happening<'o>, NotDone> {
        let time = self.needed(object, "time", |time| moment(time.text()?))?;
        let name_field = match what {
            What::Purchases => "product_id",
            _ => "name",
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
        let name = object.get(name_field).and_then(|(_, name)| name.text());
        Ok(Happening {
            name: name.unwrap_or(&[]),
            count,
            time,
            revenue,
        })
    }

    /// `total_revenue` with what was paid, which is told where it is not in US dollars.
    fn revenue(
        &mut self,
        tally: &Tally,
        happening: &Happening<'_>,
        object: &Object,
    ) -> Result<Option<f64>, NotDone> {
        let Some(paid) = happening.revenue else {
            return Ok(None);
        };
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
        let sum = tally.revenue_with(paid, self.user, self.intake)?;
        if !sum.is_finite() {
            let finding = Finding::error(Code::TrackField).name("price");
            let member = object.get("price").map(|(member, _)| member);
            return Err(self.refuse(finding, member, object));
        }
        Ok(Some(sum))
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
