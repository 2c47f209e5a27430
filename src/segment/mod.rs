//! Segments: rules over what is known of users, and who they hold for.

mod asked;
mod check;
mod families;
mod family;
mod near;
mod operand;
mod operator;
mod parse;
mod rule;
mod schema;
mod tree;

pub use families::FAMILIES;
pub use family::{Absent, Family, Field, Form, Wants, When};
pub use operator::{Makes, OPERATORS, Operator, Takes, Types};
pub use parse::{Definition, parse};
pub use rule::*;
pub use schema::schema;
