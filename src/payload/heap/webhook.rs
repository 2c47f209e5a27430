//! What Heap's webhook says: a page of a sync, or that a segment is empty now.
//!
//! What is required is required by the samples and the specification together; that
//! `customer_config` may be absent is INFERRED, since nothing here needs it.

use super::customer_config::{self, Choice};
use super::shape::{entry, optional, required};
use crate::cohort::Direction;
use crate::cohort::id_list::IdList;
use crate::cohort::page::{Action, OwnedPage};
use crate::hash::Seed;
use crate::json::{Field, Found, Kind, Own, Reader, Shape, Step, Text, Wants, Words, owned};
use crate::limits::{BodyLimits, MAX_ID_BYTES};
use crate::path::Path;
use crate::payload::body::{self, push};
use crate::payload::numbers::{is_plain_id, page_number};
use crate::problem::{Code, Finding, Problems, Span};
use alloc::vec::Vec;

// The slots of the values that are read by table.
const ID_TOKEN: u8 = 0;
const ACTION_TYPE: u8 = 1;
const CUSTOMER_CONFIG: u8 = 2;
const DATA: u8 = 3;
const SEGMENT: u8 = 4;
const SEGMENT_ID: u8 = 5;
const SEGMENT_NAME: u8 = 6;
const SYNC_INFO: u8 = 7;
const PAGE_NUMBER: u8 = 8;
const TOTAL_PAGES: u8 = 9;
const SYNC_TASK_ID: u8 = 10;
const ADD: u8 = 11;
const REMOVE: u8 = 12;
const FIELDS: u8 = 13;
const SLOTS: usize = 14;

static ROOT: Shape = Shape(&[
    optional("id_token", ID_TOKEN, Wants::Text),
    required("action_type", ACTION_TYPE, Wants::Text),
    optional("customer_config", CUSTOMER_CONFIG, Wants::Object(&CONFIG)),
    required("data", DATA, Wants::Object(&DATA_SHAPE)),
]);

static CONFIG: Shape = Shape(&[required("fields", FIELDS, Wants::Own)]);

static DATA_SHAPE: Shape = Shape(&[
    required("segment", SEGMENT, Wants::Object(&SEGMENT_SHAPE)),
    // Required of a sync, which is known only when all is read.
    optional("sync_info", SYNC_INFO, Wants::Object(&SYNC_SHAPE)),
    optional("add", ADD, Wants::Own),
    optional("remove", REMOVE, Wants::Own),
]);

static SEGMENT_SHAPE: Shape = Shape(&[
    Field {
        wrong: Code::HeapSegmentId,
        ..required("id", SEGMENT_ID, Wants::Number)
    },
    required("name", SEGMENT_NAME, Wants::Text),
]);

static SYNC_SHAPE: Shape = Shape(&[
    Field {
        wrong: Code::HeapPage,
        ..required("page_number", PAGE_NUMBER, Wants::Number)
    },
    Field {
        wrong: Code::HeapPage,
        ..required("total_pages", TOTAL_PAGES, Wants::Number)
    },
    required("sync_task_id", SYNC_TASK_ID, Wants::Text),
]);

/// What stands before every id but the first as Heap writes it.
static FAST_ENTRY: Words = Words::new(",{\"id\":\"");

static ENTRY: Shape = Shape(&[Field {
    wrong: Code::IdType,
    ..required("id", 0, Wants::Text)
}]);

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

/// A reader of webhooks, to be used again and again: after the first ones it allocates no more.
/// `Debug` is not offered, since ids are people.
#[derive(Default)]
pub struct Webhook {
    action: Option<Action>,
    id_token: Option<Text>,
    fields: Vec<Choice>,
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

impl Webhook {
    /// Reads a webhook. What is wrong goes to `problems`; the webhook is good when there is no
    /// error among them, and then has an action, a segment, and a page if it is a sync.
    ///
    /// **Cost**: one pass over the bytes.
    pub fn read(&mut self, body: &[u8], limits: BodyLimits, seed: &Seed, problems: &mut Problems) {
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
    pub fn fields(&self) -> &[Choice] {
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
    pub fn decode(&self, body: &[u8]) -> Result<Option<OwnedPage>, Code> {
        let (true, Some(action), Some(segment)) = (self.good, self.action, self.segment) else {
            return Ok(None);
        };
        let list = |list: &List| {
            // An id reads as no more bytes than are written.
            let bytes = list.ids.iter().map(|id| id.raw_len()).sum();
            let mut out = IdList::with_room(list.ids.len(), bytes)?;
            for id in &list.ids {
                if id.is_plain() {
                    let place = id.span();
                    out.push_from(body, place.start, place.end)?;
                } else {
                    out.push_utf8(&id.decode(body))?;
                }
            }
            Ok(out)
        };
        // Only what is UTF-8 was kept.
        let text = |text: Text| owned(&text.decode(body));
        Ok(Some(OwnedPage {
            action,
            segment_id: text(segment.id),
            segment_name: text(segment.name),
            part: self
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
        body::open(reader, problems)?;
        let mut texts = [Text::MISSING; SLOTS];
        let found = &mut Found::new(&mut texts);
        let Self {
            fields,
            add,
            remove,
            ..
        } = self;
        let own: &mut Own<'_> = &mut |slot, reader, path, problems| match slot {
            ADD => add.read("add", reader, path, problems),
            REMOVE => remove.read("remove", reader, path, problems),
            _ => customer_config::read(fields, reader, path, problems),
        };
        reader.shape(&ROOT, 0, found, own, root, problems)?;
        self.id_token = found.get(ID_TOKEN);
        self.read_action(found, reader.bytes(), problems);
        let data = &Path::Key(root, "data");
        self.read_segment(found, reader.bytes(), data, problems);
        self.read_sync_info(found, reader.bytes(), data, problems);
        match (self.action, found.get(DATA)) {
            (Some(Action::Sync), Some(brace)) if !found.saw(SYNC_INFO) => {
                let finding = Finding::error(Code::HeapField).name("sync_info");
                problems.push(finding, data, brace.span());
            }
            (Some(Action::Drain), _) => {
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

    fn read_action(&mut self, found: &Found<'_>, bytes: &[u8], problems: &mut Problems) {
        let Some(text) = found.get(ACTION_TYPE) else {
            return;
        };
        let word = text.decode(bytes);
        self.action = ACTIONS
            .iter()
            .find(|(known, _)| known.as_bytes() == &*word)
            .map(|&(_, action)| action);
        if self.action.is_none() {
            let path = &Path::Key(&Path::Root, "action_type");
            problems.push(Finding::error(Code::HeapAction), path, text.span());
        }
    }

    fn read_segment(
        &mut self,
        found: &Found<'_>,
        bytes: &[u8],
        path: &Path<'_>,
        problems: &mut Problems,
    ) {
        let id = found.get(SEGMENT_ID).filter(|id| {
            let good = is_plain_id(id.raw(bytes));
            if !good {
                let path = &Path::Key(&Path::Key(path, "segment"), "id");
                problems.push(Finding::error(Code::HeapSegmentId), path, id.span());
            }
            good
        });
        self.segment = id
            .zip(found.get(SEGMENT_NAME))
            .map(|(id, name)| Segment { id, name });
    }

    fn read_sync_info(
        &mut self,
        found: &Found<'_>,
        bytes: &[u8],
        path: &Path<'_>,
        problems: &mut Problems,
    ) {
        let path = &Path::Key(path, "sync_info");
        let mut number = |slot, name| {
            let text: Text = found.get(slot)?;
            let number = page_number(text.raw(bytes));
            if number.is_none() {
                let finding = Finding::error(Code::HeapPage).name(name);
                problems.push(finding, &Path::Key(path, name), text.span());
            }
            Some((number?, text))
        };
        let page = number(PAGE_NUMBER, "page_number");
        let total = number(TOTAL_PAGES, "total_pages");
        let (Some((page_number, place)), Some((total_pages, _))) = (page, total) else {
            return;
        };
        if page_number > total_pages {
            let path = &Path::Key(path, "page_number");
            problems.push(Finding::error(Code::HeapPageRange), path, place.span());
            return;
        }
        self.sync_info = found.get(SYNC_TASK_ID).map(|sync_task_id| SyncInfo {
            page_number,
            total_pages,
            sync_task_id,
        });
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
        if reader.kind(path, problems)? != Kind::Array {
            let finding = Finding::error(Code::HeapType).name(name);
            return reader.refuse(finding, path, problems);
        }
        let start = reader.offset();
        let mut items = reader.array(path, problems)?;
        loop {
            let mut fast = reader.fast();
            let is_usual = !items.is_empty() && reader.may_enter();
            // As many as there is room for: room is made below.
            while is_usual
                && self.ids.len() < self.ids.capacity()
                && let Some(id) = fast.text_after(&FAST_ENTRY)
                && (1..=MAX_ID_BYTES).contains(&id.raw_len())
                && fast.pass_at_once(b'}')
            {
                self.ids.push(id);
                reader.took(&fast, &mut items, 1);
            }
            let Some(index) = reader.next_item(&mut items, path, problems)? else {
                break;
            };
            let path = &Path::Index(path, index);
            let id = read_entry(name, reader, path, problems)?;
            push(&mut self.ids, id, reader.offset(), path, problems)?;
        }
        self.span = Span::new(start, reader.offset());
        Ok(())
    }
}

/// One entry of a list: [`Text::MISSING`] where it holds no id.
#[inline(never)]
fn read_entry(
    list: &'static str,
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<Text> {
    let mut texts = [Text::MISSING];
    if entry(list, &ENTRY, &mut texts, reader, path, problems)? {
        let [id] = texts;
        if !id.is_missing() {
            let path = &Path::Key(path, "id");
            body::check_id(id, reader.bytes(), false, path, problems);
        }
    }
    let [id] = texts;
    Ok(id)
}
