//! Where we are inside a JSON value: a chain of steps on the stack. It costs nothing while all is
//! well, and is written out only for a problem.

use alloc::string::String;

/// A place in a JSON value.
///
/// **Example**
/// ```
/// use kohort::path::Path;
/// let changes = Path::Key(&Path::Root, "cohort_changes");
/// let mut text = String::new();
/// Path::Unknown(&Path::Index(&changes, 2), 4).write(&mut text);
/// assert_eq!(text, "/cohort_changes/2/~?4");
/// ```
#[derive(Clone, Copy)]
pub enum Path<'a> {
    /// The whole value.
    Root,
    /// The value of a key that the schema knows.
    Key(&'a Path<'a>, &'static str),
    /// The value of a key that the schema does not know. Such a key is the sender's text, so only
    /// its 0-based place among the keys of its object is told.
    Unknown(&'a Path<'a>, u32),
    /// An element of an array.
    Index(&'a Path<'a>, u32),
    /// A place that was written before.
    #[cfg(feature = "std")]
    Written(&'a str),
}

impl Path<'_> {
    /// Appends the place as an RFC 6901 pointer.
    pub fn write(&self, out: &mut String) {
        match *self {
            Path::Root => {}
            // INVARIANT: no key of a schema holds `~` or `/`, so none needs escaping.
            Path::Key(parent, key) => {
                parent.write(out);
                out.push('/');
                out.push_str(key);
            }
            Path::Unknown(parent, place) => {
                parent.write(out);
                out.push_str("/~?");
                push_number(out, place);
            }
            Path::Index(parent, index) => {
                parent.write(out);
                out.push('/');
                push_number(out, index);
            }
            #[cfg(feature = "std")]
            Path::Written(pointer) => out.push_str(pointer),
        }
    }
}

/// Decimal digits without `core::fmt`, which alone would be 2 KB of the edge module.
pub(crate) fn push_number(out: &mut String, number: u32) {
    if number >= 10 {
        push_number(out, number / 10);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}
