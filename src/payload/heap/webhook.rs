//! What Heap's webhook says: a page of a sync, or that a segment is empty now.
//!
//! What is required is required by the samples and the specification together; that
//! `customer_config` may be absent is INFERRED, since nothing here needs it.

use super::customer_config;
use super::numbers::{is_plain_i64, page_number};
use super::shape::{entry, missing, number, object, push, require, text, wrong_type};
use crate::cohort::Direction;
use crate::cohort::id_list::IdList;
use crate::cohort::page::{Action, Page, Part};
use crate::hash::Seed;
use crate::json::{Key, Kind, Reader, Step, Text};
use crate::limits::{MAX_BODY_BYTES, MAX_DEPTH, MAX_ID_BYTES};
use crate::path::Path;
use crate::payload::body;
use crate::problem::{Code, Finding, Problems, Span};
use alloc::{string::String, vec::Vec};

pub use super::customer_config::Field;

const ROOT: [&str; 4] = ["id_token", "action_type", "customer_config", "data"];
const ID_TOKEN: usize = 0;
const ACTION_TYPE: usize = 1;
const CUSTOMER_CONFIG: usize = 2;
const DATA: usize = 3;

const DATA_FIELDS: [&str; 4] = ["segment", "sync_info", "add", "remove"];
const SEGMENT: usize = 0;
const SYNC_INFO: usize = 1;
const ADD: usize = 2;

const SEGMENT_FIELDS: [&str; 2] = ["id", "name"];
const SYNC_FIELDS: [&str; 3] = ["page_number", "total_pages", "sync_task_id"];
const ENTRY: [&str; 1] = ["id"];

/// What stands before an id as Heap writes it.
const PLAIN_ENTRY: [&[u8]; 1] = [b"{\"id\":\""];

/// What the webhook asks for, by its `action_type`.
const ACTIONS: [(&str, Action); 2] = [
    ("segment.users.sync", Action::Sync),
    ("segment.users.drain", Action::Drain),
];

/// The segment that the webhook is about.
#[derive(Clone, Copy)]
pub struct Segment {
    /// The digits of the id, which JavaScript's numbers may not hold.
    pub id: Text,
    /// The name that people see.
    pub name: Text,
}

/// Which page of which sync this is.
#[derive(Clone, Copy)]
pub struct SyncInfo {
    /// From 1.
    pub page_number: u64,
    /// How many pages the sync has.
    pub total_pages: u64,
    /// What the pages of one sync have in common.
    pub sync_task_id: Text,
}

/// How large a webhook may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the largest body.
    pub max_bytes: usize,
    /// Levels of the deepest nesting.
    pub max_depth: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            max_bytes: MAX_BODY_BYTES,
            max_depth: MAX_DEPTH,
        }
    }
}

/// A reader of webhooks, to be used again and again: after the first ones it allocates no more.
/// `Debug` is not offered, since ids are people.
#[derive(Default)]
pub struct Webhook {
    action: Option<Action>,
    id_token: Option<Text>,
    fields: Vec<Field>,
    segment: Option<Segment>,
    sync_info: Option<SyncInfo>,
    add: List,
    remove: List,
    good: bool,
}

/// One of the two lists of ids, and where it stood.
#[derive(Default)]
struct List {
    ids: Vec<Text>,
    span: Span,
}

/// A webhook that owns what it says: what a plan is made from.
pub struct Decoded {
    action: Action,
    segment_id: String,
    segment_name: String,
    sync_info: Option<(String, u64, u64)>,
    add: IdList,
    remove: IdList,
}

impl Decoded {
    /// The page, as the domain knows it.
    pub fn page(&self) -> Page<'_> {
        Page {
            action: self.action,
            segment_id: &self.segment_id,
            segment_name: &self.segment_name,
            part: self
                .sync_info
                .as_ref()
                .map(|&(ref sync_task_id, page_number, total_pages)| Part {
                    sync_task_id,
                    page_number,
                    total_pages,
                }),
            add: &self.add,
            remove: &self.remove,
        }
    }
}

impl Webhook {
    /// Reads a webhook. What is wrong goes to `problems`; the webhook is good when there is no
    /// error among them, and then has an action, a segment, and a page if it is a sync.
    ///
    /// **Cost**: one pass over the bytes.
    pub fn read(&mut self, body: &[u8], limits: Limits, seed: &Seed, problems: &mut Problems) {
        self.clear();
        if !body::fits(body, limits.max_bytes, problems) {
            return;
        }
        let mut reader = Reader::new(body, limits.max_depth, seed);
        // A stop is noted already.
        let _ = self.read_root(&mut reader, problems);
        self.good = problems.ok();
        problems.locate(body);
    }

    /// What is asked for.
    pub fn action(&self) -> Option<Action> {
        self.action
    }

    /// Names the customer; absent for the account that the webhook is registered in.
    pub fn id_token(&self) -> Option<Text> {
        self.id_token
    }

    /// What the customer chose in Heap.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The segment.
    pub fn segment(&self) -> Option<Segment> {
        self.segment
    }

    /// The page: of every sync, and of a drain that has one.
    pub fn sync_info(&self) -> Option<SyncInfo> {
        self.sync_info
    }

    /// The ids that enter the segment, or those that leave it, in order.
    pub fn ids(&self, direction: Direction) -> &[Text] {
        match direction {
            Direction::Add => &self.add.ids,
            Direction::Remove => &self.remove.ids,
        }
    }

    /// Everything as it reads, apart from the bytes that it came in; `body` is what the webhook
    /// was read from. `None` for a webhook with errors.
    ///
    /// **Errors**: `limit.memory`.
    ///
    /// **Cost**: a copy of the ids.
    pub fn decode(&self, body: &[u8]) -> Result<Option<Decoded>, Code> {
        let (true, Some(action), Some(segment)) = (self.good, self.action, self.segment) else {
            return Ok(None);
        };
        let list = |list: &List| {
            let mut out = IdList::new();
            for id in &list.ids {
                if id.is_plain() {
                    out.push_utf8(id.raw(body))?;
                } else {
                    out.push_utf8(&id.decode(body))?;
                }
            }
            Ok(out)
        };
        let text = |text: Text| String::from_utf8_lossy(&text.decode(body)).into_owned();
        Ok(Some(Decoded {
            action,
            segment_id: text(segment.id),
            segment_name: text(segment.name),
            sync_info: self
                .sync_info
                .map(|info| (text(info.sync_task_id), info.page_number, info.total_pages)),
            add: list(&self.add)?,
            remove: list(&self.remove)?,
        }))
    }

    fn clear(&mut self) {
        self.good = false;
        self.action = None;
        self.id_token = None;
        self.fields.clear();
        self.segment = None;
        self.sync_info = None;
        self.add.ids.clear();
        self.remove.ids.clear();
    }

    fn read_root(&mut self, reader: &mut Reader<'_>, problems: &mut Problems) -> Step<()> {
        let root = &Path::Root;
        let mut members = body::open(reader, problems)?;
        let mut has_sync_info = false;
        let mut data_start = 0;
        while let Some(key) = reader.next_key(&mut members, &ROOT, root, problems)? {
            match key {
                Key::Known(ID_TOKEN) => {
                    self.id_token = text(&ROOT, ID_TOKEN, reader, root, problems)?;
                }
                Key::Known(ACTION_TYPE) => self.read_action(reader, problems)?,
                Key::Known(CUSTOMER_CONFIG) => {
                    customer_config::read(&mut self.fields, reader, problems)?;
                }
                Key::Known(_) => {
                    reader.space();
                    data_start = reader.offset();
                    has_sync_info = self.read_data(reader, problems)?;
                }
                Key::Unknown(place) => reader.unknown(&mut members, place, root, problems)?,
            }
        }
        let brace = |start| Span::new(start, start + 1);
        for index in [ACTION_TYPE, DATA] {
            require(
                &members,
                &ROOT,
                index,
                root,
                brace(members.start()),
                problems,
            );
        }
        let data = &Path::Key(root, "data");
        match self.action {
            Some(Action::Sync) if !has_sync_info && members.has(DATA) => {
                missing("sync_info", data, brace(data_start), problems);
            }
            Some(Action::Drain) => {
                for (list, name) in [(&self.add, "add"), (&self.remove, "remove")] {
                    if !list.ids.is_empty() {
                        let path = &Path::Key(data, name);
                        problems.push(Finding::error(Code::HeapDrainIds), path, list.span);
                    }
                }
            }
            _ => {}
        }
        reader.finish(problems)
    }

    fn read_action(&mut self, reader: &mut Reader<'_>, problems: &mut Problems) -> Step<()> {
        let Some(word) = text(&ROOT, ACTION_TYPE, reader, &Path::Root, problems)? else {
            return Ok(());
        };
        let word_bytes = word.decode(reader.bytes());
        self.action = ACTIONS
            .iter()
            .find(|(word, _)| word.as_bytes() == &*word_bytes)
            .map(|&(_, action)| action);
        if self.action.is_none() {
            let path = &Path::Key(&Path::Root, "action_type");
            problems.push(Finding::error(Code::HeapAction), path, word.span());
        }
        Ok(())
    }

    /// Answers whether `sync_info` is there, whatever it holds.
    fn read_data(&mut self, reader: &mut Reader<'_>, problems: &mut Problems) -> Step<bool> {
        let path = &Path::Key(&Path::Root, "data");
        let Some(mut members) = object("data", reader, path, problems)? else {
            // What is not there to be looked into is not missed.
            return Ok(true);
        };
        while let Some(key) = reader.next_key(&mut members, &DATA_FIELDS, path, problems)? {
            match key {
                Key::Known(SEGMENT) => self.segment = read_segment(reader, path, problems)?,
                Key::Known(SYNC_INFO) => self.sync_info = read_sync_info(reader, path, problems)?,
                Key::Known(ADD) => self.add.read("add", reader, path, problems)?,
                Key::Known(_) => self.remove.read("remove", reader, path, problems)?,
                Key::Unknown(place) => reader.unknown(&mut members, place, path, problems)?,
            }
        }
        let span = Span::new(members.start(), members.start() + 1);
        require(&members, &DATA_FIELDS, SEGMENT, path, span, problems);
        Ok(members.has(SYNC_INFO))
    }
}

impl List {
    fn read(
        &mut self,
        name: &'static str,
        reader: &mut Reader<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let path = &Path::Key(path, name);
        if reader.kind(path, problems)? != Kind::Array {
            return reader.refuse(wrong_type(name), path, problems);
        }
        let start = reader.offset();
        let mut items = reader.array(path, problems)?;
        loop {
            // As many as there is room for: room is made below.
            while self.ids.len() < self.ids.capacity()
                && let Some([id]) = reader.plain_object(&mut items, PLAIN_ENTRY, MAX_ID_BYTES)
            {
                self.ids.push(id);
            }
            let Some(index) = reader.next_item(&mut items, path, problems)? else {
                break;
            };
            let path = &Path::Index(path, index);
            let id = read_entry(name, reader, path, problems)?;
            let end = reader.offset();
            push(&mut self.ids, id, path, Span::new(end, end), problems)?;
        }
        self.span = Span::new(start, reader.offset());
        Ok(())
    }
}

/// One entry of a list: [`Text::MISSING`] where it holds no id.
fn read_entry(
    list: &'static str,
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<Text> {
    let mut id = Text::MISSING;
    let Some(mut members) = entry(list, reader, path, problems)? else {
        return Ok(id);
    };
    while let Some(key) = reader.next_key(&mut members, &ENTRY, path, problems)? {
        if let Key::Unknown(place) = key {
            reader.unknown(&mut members, place, path, problems)?;
            continue;
        }
        let path = &Path::Key(path, "id");
        if reader.kind(path, problems)? != Kind::String {
            reader.refuse(Finding::error(Code::IdType), path, problems)?;
            continue;
        }
        id = reader.string(path, problems)?;
        id.check(reader.bytes(), path, problems);
        body::check_id(id, reader.bytes(), false, path, problems);
    }
    let span = Span::new(members.start(), reader.offset());
    require(&members, &ENTRY, 0, path, span, problems);
    Ok(id)
}

fn read_segment(
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<Option<Segment>> {
    let path = &Path::Key(path, "segment");
    let [mut id, mut name] = [None; 2];
    let Some(mut members) = object("segment", reader, path, problems)? else {
        return Ok(None);
    };
    while let Some(key) = reader.next_key(&mut members, &SEGMENT_FIELDS, path, problems)? {
        match key {
            Key::Known(0) => {
                let finding = Finding::error(Code::HeapSegmentId);
                let path = &Path::Key(path, "id");
                let number = number(finding, is_plain_i64, reader, path, problems)?;
                id = number.map(|(span, ())| Text::new(span.start, span.end, false, false));
            }
            Key::Known(_) => name = text(&SEGMENT_FIELDS, 1, reader, path, problems)?,
            Key::Unknown(place) => reader.unknown(&mut members, place, path, problems)?,
        }
    }
    let span = Span::new(members.start(), reader.offset());
    for index in [0, 1] {
        require(&members, &SEGMENT_FIELDS, index, path, span, problems);
    }
    Ok(id.zip(name).map(|(id, name)| Segment { id, name }))
}

fn read_sync_info(
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<Option<SyncInfo>> {
    let path = &Path::Key(path, "sync_info");
    let mut numbers = [None; 2];
    let mut sync_task_id = None;
    let Some(mut members) = object("sync_info", reader, path, problems)? else {
        return Ok(None);
    };
    while let Some(key) = reader.next_key(&mut members, &SYNC_FIELDS, path, problems)? {
        match key {
            Key::Known(2) => sync_task_id = text(&SYNC_FIELDS, 2, reader, path, problems)?,
            Key::Known(index) => {
                let name = SYNC_FIELDS.get(index).copied().unwrap_or("");
                let finding = Finding::error(Code::HeapPage).name(name);
                let path = &Path::Key(path, name);
                let found = number(finding, page_number, reader, path, problems)?;
                if let Some(slot) = numbers.get_mut(index) {
                    *slot = found;
                }
            }
            Key::Unknown(place) => reader.unknown(&mut members, place, path, problems)?,
        }
    }
    let span = Span::new(members.start(), reader.offset());
    for index in 0..SYNC_FIELDS.len() {
        require(&members, &SYNC_FIELDS, index, path, span, problems);
    }
    let [Some((place, page_number)), Some((_, total_pages))] = numbers else {
        return Ok(None);
    };
    if page_number > total_pages {
        let path = &Path::Key(path, "page_number");
        problems.push(Finding::error(Code::HeapPageRange), path, place);
        return Ok(None);
    }
    Ok(sync_task_id.map(|sync_task_id| SyncInfo {
        page_number,
        total_pages,
        sync_task_id,
    }))
}
