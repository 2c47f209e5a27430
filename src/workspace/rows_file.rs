//! Rows of a match report as a file: CSV or NDJSON.

use super::match_report::Row;
use crate::identity::{Directory, UserName};
use crate::json::write;
use crate::path::push_number;
use crate::problem::Code;
use alloc::string::String;
use alloc::vec::Vec;

/// How rows are written. Texts are UTF-8.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RowFormat {
    /// A line of names, then a line a row, each ended by CR and LF; a text is in quotes where RFC 4180
    /// asks for them. Ids stand as they are.
    Csv,
    /// A JSON object a line.
    Ndjson,
}

/// Bytes of a row at most, without texts.
const REST: usize = 256;
/// Bytes that a byte of a text becomes at most: `\u001f`.
const ESCAPED: usize = 6;

const HEADER: &str = "request,item,list,index,outcome,effect,external_id,alias_name,alias_label,braze_id,device_id\r\n";

impl RowFormat {
    /// What a file of this kind is called.
    pub const fn media_type(self) -> &'static str {
        match self {
            RowFormat::Csv => "text/csv",
            RowFormat::Ndjson => "application/x-ndjson",
        }
    }

    /// What stands before the first row.
    pub const fn header(self) -> &'static str {
        match self {
            RowFormat::Csv => HEADER,
            RowFormat::Ndjson => "",
        }
    }

    /// Appends a row, with the name of its user: the whole of it or nothing.
    ///
    /// **Errors**: `limit.memory`.
    ///
    /// **Cost**: one pass over the user's ids.
    pub fn write(self, row: &Row, directory: &Directory, out: &mut Vec<u8>) -> Result<(), Code> {
        let user = row.user.and_then(|user| UserName::of(directory, user));
        let texts = match user {
            None => 0,
            Some(UserName::Alias { name, label }) => name.len() + label.len(),
            Some(UserName::External(id) | UserName::Braze(id) | UserName::Device(id)) => id.len(),
        };
        out.try_reserve(REST + ESCAPED * texts)
            .map_err(|_| Code::LimitMemory)?;
        match self {
            RowFormat::Csv => csv_row(row, user, out),
            RowFormat::Ndjson => json_row(row, user, out),
        }
        Ok(())
    }
}

fn push_count(number: u32, out: &mut Vec<u8>) {
    let mut digits = String::new();
    push_number(&mut digits, number);
    out.extend_from_slice(digits.as_bytes());
}

fn csv_row(row: &Row, user: Option<UserName<'_>>, out: &mut Vec<u8>) {
    push_count(row.request, out);
    out.push(b',');
    push_count(row.item, out);
    out.push(b',');
    out.extend_from_slice(row.list.field().as_bytes());
    out.push(b',');
    push_count(row.index, out);
    for word in [row.outcome.word(), row.effect.word()] {
        out.push(b',');
        out.extend_from_slice(word.as_bytes());
    }
    let columns = match user {
        None => [""; 5],
        Some(UserName::External(id)) => [id, "", "", "", ""],
        Some(UserName::Alias { name, label }) => ["", name, label, "", ""],
        Some(UserName::Braze(id)) => ["", "", "", id, ""],
        Some(UserName::Device(id)) => ["", "", "", "", id],
    };
    for column in columns {
        out.push(b',');
        csv_text(column, out);
    }
    out.extend_from_slice(b"\r\n");
}

fn csv_text(text: &str, out: &mut Vec<u8>) {
    if !text.contains([',', '"', '\r', '\n']) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

fn json_row(row: &Row, user: Option<UserName<'_>>, out: &mut Vec<u8>) {
    for (key, number) in [("{\"request\":", row.request), (",\"item\":", row.item)] {
        out.extend_from_slice(key.as_bytes());
        push_count(number, out);
    }
    out.extend_from_slice(b",\"list\":\"");
    out.extend_from_slice(row.list.field().as_bytes());
    out.extend_from_slice(b"\",\"index\":");
    push_count(row.index, out);
    let words = [
        (",\"outcome\":\"", row.outcome.word()),
        (",\"effect\":\"", row.effect.word()),
    ];
    for (key, word) in words {
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(word.as_bytes());
        out.push(b'"');
    }
    if let Some(user) = user {
        out.extend_from_slice(b",\"user\":{");
        json_user(user, out);
        out.push(b'}');
    }
    out.extend_from_slice(b"}\n");
}

fn json_user(user: UserName<'_>, out: &mut Vec<u8>) {
    let mut pair = |key: &str, text: &str| {
        out.extend_from_slice(key.as_bytes());
        // There is room for every row as a whole.
        let _ = write::string(text.as_bytes(), out);
    };
    match user {
        UserName::External(id) => pair("\"external_id\":", id),
        UserName::Braze(id) => pair("\"braze_id\":", id),
        UserName::Device(id) => pair("\"device_id\":", id),
        UserName::Alias { name, label } => {
            pair("\"alias\":{\"alias_name\":", name);
            pair(",\"alias_label\":", label);
            out.push(b'}');
        }
    }
}
