//! What an attribute of a user becomes by the value that `/users/track` gives it.
//!
//! **Source**: Braze, "User attributes object", "Arrays", "Nested custom attributes", "Array of
//! objects". Ours, where these say nothing: `inc` takes an absent attribute for 0, `add` and `remove`
//! an absent one for an empty array; `remove` comes after `add`; `$update` without `_merge_objects`
//! replaces the element; a null in an object that is merged stays a null, which reads as absent.

use crate::identity::directory::Full;
use crate::ingest::tree::{Fields, Tree, copy_fields, owned, push, sorted_by};
use crate::profile::order;
use alloc::vec::Vec;

/// Why a value does not become another.
pub(super) enum NoChange {
    /// What this operation asks for is missing, or the attribute's value is of another type.
    Operation(&'static str),
    /// The sum is no double.
    Number,
    Full,
}

impl From<Full> for NoChange {
    fn from(_: Full) -> NoChange {
        NoChange::Full
    }
}

/// Members that `$remove` and `$update` look at, at most: Braze holds such an array to 100 KB, and one
/// hostile object is not to take long.
const MOST_STEPS: usize = 1 << 24;

/// What the attribute becomes; null is absent.
pub(super) fn changed(now: Option<Tree>, value: Tree, merges: bool) -> Result<Tree, NoChange> {
    let Tree::Object(fields) = value else {
        return Ok(value);
    };
    let only = |names: &[&str]| {
        let is_named = |key: &Vec<u8>| names.iter().any(|name| name.as_bytes() == key);
        !fields.is_empty() && fields.iter().all(|(key, _)| is_named(key))
    };
    if only(&["inc"]) {
        return add(now, &fields);
    }
    if only(&["add", "remove"]) {
        return change_items(now, fields);
    }
    let is_ours = ["$add", "$remove", "$update"];
    if let Some((key, _)) = fields.iter().find(|(key, _)| has(&is_ours, key)) {
        if !only(&is_ours) {
            let name = is_ours.into_iter().find(|name| name.as_bytes() == key);
            return Err(NoChange::Operation(name.unwrap_or("$add")));
        }
        return change_objects(now, fields, merges);
    }
    match now {
        Some(Tree::Object(mut now)) if merges => {
            merge(&mut now, &fields)?;
            Ok(Tree::Object(now))
        }
        _ => Ok(Tree::Object(fields)),
    }
}

fn has(names: &[&str], key: &[u8]) -> bool {
    names.iter().any(|name| name.as_bytes() == key)
}

fn add(now: Option<Tree>, fields: &Fields) -> Result<Tree, NoChange> {
    let number = fields.first().and_then(|(_, number)| number.number());
    let now = now.map_or(Some(0.0), |now| now.number());
    let sum = now.zip(number).map(|(now, number)| now + number);
    let sum = sum.ok_or(NoChange::Operation("inc"))?;
    if sum.is_finite() {
        Ok(Tree::Number(sum))
    } else {
        Err(NoChange::Number)
    }
}

/// The elements of an attribute that is an array, or absent.
fn elements(now: Option<Tree>, name: &'static str) -> Result<Vec<Tree>, NoChange> {
    match now {
        None => Ok(Vec::new()),
        Some(Tree::List(items)) => Ok(items),
        Some(_) => Err(NoChange::Operation(name)),
    }
}

/// What an operation is to be done with; nothing if it is not asked for.
fn take(fields: &mut Fields, name: &'static str) -> Result<Vec<Tree>, NoChange> {
    let at = fields.iter().position(|(key, _)| key == name.as_bytes());
    match at.map(|at| fields.swap_remove(at)) {
        None => Ok(Vec::new()),
        Some((_, Tree::List(items))) => Ok(items),
        Some(_) => Err(NoChange::Operation(name)),
    }
}

fn change_items(now: Option<Tree>, mut fields: Fields) -> Result<Tree, NoChange> {
    let name = if has(&["add"], first_key(&fields)) {
        "add"
    } else {
        "remove"
    };
    let mut list = elements(now, name)?;
    let (mut added, removed) = (take(&mut fields, "add")?, take(&mut fields, "remove")?);
    // An element that is added again moves to the end; of one that comes twice the last counts.
    let among = sorted_by(&added, Some)?;
    list.retain(|value| among.binary_search(&value).is_err());
    drop(among);
    let mut is_last = Vec::new();
    is_last.try_reserve_exact(added.len()).map_err(Full::from)?;
    let mut order: Vec<usize> = Vec::new();
    order.try_reserve_exact(added.len()).map_err(Full::from)?;
    order.extend(0..added.len());
    order::sort(&mut order, &mut |one, other| {
        added.get(one).cmp(&added.get(other)).then(one.cmp(&other))
    });
    is_last.resize(added.len(), true);
    for pair in order.windows(2) {
        let &[one, next] = pair else { continue };
        if added.get(one) == added.get(next)
            && let Some(is_last) = is_last.get_mut(one)
        {
            *is_last = false;
        }
    }
    let mut at = is_last.into_iter();
    added.retain(|_| at.next().unwrap_or(true));
    for value in added {
        push(&mut list, value)?;
    }
    let among = sorted_by(&removed, Some)?;
    list.retain(|value| among.binary_search(&value).is_err());
    Ok(Tree::List(list))
}

fn first_key(fields: &Fields) -> &[u8] {
    fields.first().map_or(&[], |(key, _)| key)
}

fn change_objects(now: Option<Tree>, mut fields: Fields, merges: bool) -> Result<Tree, NoChange> {
    let first = ["$remove", "$update"]
        .into_iter()
        .find(|name| has(&[name], first_key(&fields)));
    let mut list = elements(now, first.unwrap_or("$add"))?;
    for value in take(&mut fields, "$add")? {
        if !matches!(value, Tree::Object(_)) {
            return Err(NoChange::Operation("$add"));
        }
        push(&mut list, value)?;
    }
    let (removed, updated) = (take(&mut fields, "$remove")?, take(&mut fields, "$update")?);
    let members = |element: &Tree| match element {
        Tree::Object(fields) => fields.len(),
        _ => 1,
    };
    let steps = list.iter().map(members).sum::<usize>();
    if steps.saturating_mul(removed.len() + updated.len()) > MOST_STEPS {
        return Err(NoChange::Operation(if updated.is_empty() {
            "$remove"
        } else {
            "$update"
        }));
    }
    for value in removed {
        let (key, id) = identifier(&value).ok_or(NoChange::Operation("$remove"))?;
        list.retain(|element| element.get(key) != Some(id));
    }
    for value in updated {
        let (key, id) = identifier(&value).ok_or(NoChange::Operation("$update"))?;
        let Some(Tree::Object(new)) = value.get(b"$new_object") else {
            return Err(NoChange::Operation("$update"));
        };
        for element in list
            .iter_mut()
            .filter(|element| element.get(key) == Some(id))
        {
            match element {
                Tree::Object(now) if merges => merge(now, new)?,
                element => *element = Tree::Object(copy_fields(new)?),
            }
        }
    }
    Ok(Tree::List(list))
}

fn identifier(value: &Tree) -> Option<(&[u8], &Tree)> {
    let Tree::Text(key) = value.get(b"$identifier_key")? else {
        return None;
    };
    Some((key, value.get(b"$identifier_value")?))
}

/// Member by member, objects within objects too.
fn merge(now: &mut Fields, new: &Fields) -> Result<(), Full> {
    let mut places: Vec<usize> = Vec::new();
    places.try_reserve_exact(now.len())?;
    places.extend(0..now.len());
    let key_at = |at: usize| now.get(at).map(|(key, _)| key);
    order::sort(&mut places, &mut |one, other| {
        key_at(one).cmp(&key_at(other))
    });
    for (key, value) in new {
        let found =
            places.binary_search_by(|&at| now.get(at).map(|(name, _)| name).cmp(&Some(key)));
        let known = found
            .ok()
            .and_then(|at| places.get(at))
            .and_then(|&at| now.get_mut(at));
        match (known, value) {
            (Some((_, Tree::Object(now))), Tree::Object(new)) => merge(now, new)?,
            (Some((_, now)), new) => *now = new.copy()?,
            // INVARIANT: no key comes twice in what was read, so nobody looks for this one again.
            (None, new) => push(now, (owned(key)?, new.copy()?))?,
        }
    }
    Ok(())
}
