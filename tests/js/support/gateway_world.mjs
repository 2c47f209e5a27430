// A gateway with a Braze that remembers, a clock that the test turns, and a state that can fail.
import { drain, sign, webhook } from "./bodies.mjs";
import { edge } from "./package.mjs";

export const SECRET = "heap-secret";
export const KEYS = { partnerApiKey: "braze-partner", clientSecret: "braze-import" };
export const INBOUND = { partner_api_key: "in-partner", client_secret: "in-import" };
export const START = 1_690_000_000_000;

/** A Braze that has cohorts, their names and members, and finds out when requests come as they must not. */
export class Braze {
  /** Cohort, with its partner → members, each with its kind. */
  members = new Map();
  names = new Map();
  /** All that came: `{ path, body, answer }`. */
  requests = [];
  /** What must not be. */
  faults = [];
  #open = new Set();

  /** What it answers to a request in place of taking it: a status with headers and body, "none", "lost" after taking it, or "hang". */
  answer = () => undefined;

  fetch = async (url, { method, headers, body, redirect, signal }) => {
    const path = url.replace("https://rest.braze.test", "");
    const { partner_api_key, client_secret, ...rest } = JSON.parse(body);
    const cohort = `${path.split("/")[2]}/${rest.cohort_id}`;
    if (this.#open.has(cohort)) this.faults.push("two requests of one cohort at once");
    if (method !== "POST" || redirect !== "manual" || headers["content-type"] !== "application/json") this.faults.push("sent in another way");
    this.#open.add(cohort);
    try {
      const answer = await this.answer({ path, body: rest, keys: { partner_api_key, client_secret }, at: this.requests.length });
      this.requests.push({ path, body: rest, answer });
      await undefined;
      if (answer === "hang") await hanging(signal);
      if (answer === undefined || answer === "lost" || answer.status < 300) this.#take(cohort, path, rest);
      if (answer === "none" || answer === "lost") throw new TypeError(`broken: ${body}`);
      const { status = 201, headers = {}, body: text = '{"message":"success"}' } = answer ?? {};
      return new Response(status === 204 ? null : text, { status, headers });
    } finally {
      this.#open.delete(cohort);
    }
  };

  #take(cohort, path, { name, cohort_changes }) {
    if (path.endsWith("/cohorts")) return void this.names.set(cohort, name);
    if (idsOf({ cohort_changes }).length > 1_000) this.faults.push("more than 1,000 ids");
    const members = this.members.get(cohort) ?? new Set();
    this.members.set(cohort, members);
    for (const change of cohort_changes) {
      for (const id of idsOf({ cohort_changes: [change] })) {
        if (change.should_remove) members.delete(id); else members.add(id);
      }
    }
  }

  of(cohort = "heap/1338065") {
    return [...this.members.get(cohort) ?? []].sort();
  }
}

/** Ids of a users request, each with its kind unless it is a user's. */
export const idsOf = ({ cohort_changes = [] }) => cohort_changes.flatMap(({ user_ids = [], device_ids = [], aliases = [] }) => [
  ...user_ids, ...device_ids.map((id) => `device ${id}`), ...[aliases].flat().map(({ alias_label, alias_name }) => `${alias_label} ${alias_name}`),
]);

function hanging(signal) {
  // The host's timer of a signal does not keep a process alive.
  const alive = setInterval(() => {}, 1_000);
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))).finally(() => clearInterval(alive));
}

/** A state written in another way than the package's, which can fail at its n-th step and shows what it holds. */
export class PlainState {
  tables = new Map();
  steps = 0;
  failAt = Infinity;

  #step() {
    if (++this.steps === this.failAt) throw new Error("the disk with id-SECRET is full");
  }

  async transaction(work) {
    this.#step();
    const copy = new Map([...this.tables].map(([name, table]) => [name, new Map(table)]));
    const of = (table) => copy.get(table) ?? copy.set(table, new Map()).get(table);
    const result = work({
      get: (table, key) => (this.#step(), of(table).get(key)),
      set: (table, key, value) => {
        this.#step();
        if (typeof value !== "string" || typeof key !== "string") throw new Error("rows hold texts");
        of(table).set(key, value);
      },
      delete: (table, key) => (this.#step(), void of(table).delete(key)),
      keys: (table, { after, limit } = {}) => {
        this.#step();
        return [...of(table).keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
          .filter((key) => after === undefined || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0).slice(0, limit);
      },
    });
    if (typeof result?.then === "function") throw new Error("a transaction's work is done at once");
    this.#step();
    this.tables = copy;
    return result;
  }

  dump() {
    return Object.fromEntries([...this.tables].filter(([, table]) => table.size).map(([name, table]) => [name, Object.fromEntries(table)]));
  }
}

/** A gateway in its world. `queue: true`, or a queue, stores what is to be sent. */
export function world({ config = {}, queue = false, state = new PlainState(), braze = new Braze(), log = [], ...others } = {}) {
  const here = { braze, state, log, now: START, woken: [], keys: KEYS };
  const env = () => ({ keys: here.keys });
  here.config = config;
  here.gateway = edge.createCohortGateway({
    config: ({ keys }) => ({
      restEndpoint: "https://rest.braze.test", keys, inboundKeys: { partnerApiKey: INBOUND.partner_api_key, clientSecret: INBOUND.client_secret },
      heap: { secret: SECRET }, ...here.config,
    }),
    ...state && { state },
    ...queue && { queue: queue === true ? { wake: (at) => void here.woken.push(at) } : queue },
    fetch: braze.fetch, now: () => here.now, log: (entry) => log.push(entry), ...others,
  });
  here.request = async (request) => {
    const response = await here.gateway(request, env());
    const text = await response.text();
    return { ...text && JSON.parse(text), status: response.status, headers: Object.fromEntries(response.headers) };
  };
  here.post = (path, body, headers = {}) =>
    here.request(new Request(`https://gateway.test${path}`, { method: "POST", headers: { "content-type": "application/json", ...headers }, body }));
  here.page = (of = {}) => here.heap(webhook({ add: [], remove: [], ...of }));
  here.drain = (of) => here.heap(drain(of));
  here.heap = (body) => here.post("/heap", body, { "heap-hash": sign(body, SECRET, here.now).replace(/;$/, "") });
  here.users = (changes, { partner = "heap", cohort = "c1" } = {}) =>
    here.post(`/partners/${partner}/cohorts/users`, JSON.stringify({ ...INBOUND, cohort_id: cohort, cohort_changes: changes }));
  here.forward = () => here.gateway.forward(env());
  here.mend = (request) => here.gateway.mend(request, env());
  here.health = () => here.request(new Request("https://gateway.test/health"));
  /** Forwards until nothing waits, as the queue would have it called; at most so many times. */
  here.settle = async (most = 200) => {
    for (; most--;) {
      const { left, retryAt } = await here.forward();
      if (!left) return;
      here.now = Math.max(here.now, retryAt);
    }
    throw new Error("something waits for ever");
  };
  return here;
}

/** Timers of this test do not wait: the clock of `here` goes on instead. Answers the waits. */
export function withoutWaiting(t, here) {
  const waits = [];
  t.mock.method(globalThis, "setTimeout", (call, ms) => {
    waits.push(ms);
    here.now += ms;
    queueMicrotask(call);
  });
  return waits;
}

export const many = (count, prefix = "id") => Array.from({ length: count }, (_, at) => `${prefix}-${at}`);
