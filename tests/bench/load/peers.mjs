// Profiles taken in by `JSON.parse`: into typed columns, and as the objects that they are.

const decoder = new TextDecoder("utf-8", { fatal: true });
const PIECE = 1 << 20;

/** Calls with each line of the bytes, which are decoded a piece at a time. */
export function eachLine(bytes, call) {
  for (let start = 0; start < bytes.length; ) {
    let end = Math.min(bytes.length, start + PIECE);
    while (end < bytes.length && bytes[end - 1] !== 0x0a) end++;
    const text = decoder.decode(bytes.subarray(start, end));
    for (let from = 0; from < text.length; ) {
      const to = text.indexOf("\n", from);
      call(text.slice(from, to));
      from = to + 1;
    }
    start = end;
  }
}

/** The objects. */
export function objects(bytes) {
  const kept = [];
  eachLine(bytes, (line) => kept.push(JSON.parse(line)));
  return kept;
}

/** Texts as numbers. */
class Dictionary {
  numbers = new Map();
  number(text) {
    let number = this.numbers.get(text);
    if (number === undefined) this.numbers.set(text, (number = this.numbers.size));
    return number;
  }
}

/** The twelve attributes in typed columns, presence in the value that stands for none, and who has an id. */
export class Columns {
  users = 0;
  byExternalId = new Map();
  country = new Uint8Array(0);
  language = new Uint8Array(0);
  emailSubscribe = new Uint8Array(0);
  pushSubscribe = new Uint8Array(0);
  isVip = new Uint8Array(0);
  bucket = new Uint16Array(0);
  revenue = new Float64Array(0);
  dob = new Int32Array(0);
  signedUp = new Int32Array(0);
  lastUsed = new Float64Array(0);
  tags = new Uint32Array(0);
  countries = new Dictionary();
  languages = new Dictionary();
  states = new Dictionary();
  tagNames = new Dictionary();

  constructor(users) {
    for (const [name, column] of Object.entries(this)) {
      if (ArrayBuffer.isView(column)) this[name] = new column.constructor(name === "tags" ? users * 4 : users);
    }
  }

  static build(bytes, users) {
    const columns = new Columns(users);
    eachLine(bytes, (line) => columns.add(JSON.parse(line)));
    return columns;
  }

  add(profile) {
    const user = this.users++;
    this.byExternalId.set(profile.external_id, user);
    this.bucket[user] = profile.random_bucket;
    this.country[user] = this.countries.number(profile.country);
    this.language[user] = this.languages.number(profile.language);
    this.emailSubscribe[user] = this.states.number(profile.email_subscribe);
    this.pushSubscribe[user] = this.states.number(profile.push_subscribe);
    this.revenue[user] = profile.total_revenue;
    this.dob[user] = Date.parse(profile.dob) / 86_400_000;
    const { tags, is_vip, signed_up } = profile.custom_attributes;
    this.isVip[user] = is_vip ? 1 : 0;
    this.signedUp[user] = Date.parse(signed_up) / 86_400_000;
    for (const { last_used } of profile.apps) {
      this.lastUsed[user] = Math.max(this.lastUsed[user], Date.parse(last_used));
    }
    for (const tag of tags) {
      const number = this.tagNames.number(tag);
      this.tags[user * 4 + (number >> 5)] |= 1 << (number & 31);
    }
  }
}
