// The tour: what is sent, what the worker says, and whether the cohort came out right.
import { readFileSync } from "node:fs";
import { appVisitors, knownOf, listAfter, newsletterReaders, NOW, trialUsers, webhooksOf } from "./generated.mjs";
import { ADMIN_TOKEN, DEMO_SECRET, send, sign, webhook } from "./heap_sender.mjs";
import { targeting } from "./targeting.mjs";
import { bar, bold, dim, fact, green, heading, line, number, plural, red, short, table, verdict, yellow } from "./print.mjs";

const PARTNER = "heap";
const sample = (name) => readFileSync(new URL(`samples/${name}.json`, import.meta.url));

/** Why an id matched or did not, in words. */
const REASONS = {
  matched_external_id: "the external_id of a known user",
  matched_alias: "the alias of a known user",
  matched_device_id: "a device of an anonymous user",
  unknown_external_id: "no user has this external_id",
  unknown_alias: "no user has this alias",
  unknown_device_id: "no user has this device",
  device_of_identified_user: "a device of an identified user, who is matched by other ids only",
  ambiguous_device_id: "a device of more than one anonymous user",
  duplicate: "came before",
  superseded: "came again later, in the other direction",
  invalid: "can match nobody",
};

/** Runs the tour; answers whether everything came out as it must. */
export async function tour({ kohort, rules, worker, braze, users, keys, log }) {
  const heap = `${worker.url}/heap`;
  /** Waits until the worker says so of itself; and until it has forwarded all that it stored. */
  const until = async (holds) => {
    const end = Date.now() + 20_000;
    for (;;) {
      const health = await send(`${worker.url}/health`);
      if (holds(health.answer)) return health;
      if (Date.now() > end) throw new Error(`the worker is not done: ${health.text}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const forwarded = () => until(({ queued }) => queued === 0);
  const checks = [];
  const check = (ok, text) => checks.push(verdict(Boolean(ok), text));
  const workspace = await kohort.Workspace.create({ now: NOW });
  const loaded = await workspace.loadProfiles(Buffer.from(users.map((user) => `${JSON.stringify(user)}\n`).join("")));

  console.log(bold("A Heap cohort on its way into Braze"));
  line();
  fact("worker", `${worker.url}  ${dim("www/worker in workerd, with kohort/edge from the packed package")}`);
  fact("Braze", `${braze.url}  ${dim("a stand-in that follows Braze's error table")}`);
  fact("known users", `${number(loaded.loaded)}  ${dim("identified, anonymous with a device, anonymous with an alias")}`);

  /** One sync, page by page: the worker, the stand-in and the workspace each see all of it. */
  async function run(cohort, bodies, { quiet = false } = {}) {
    const ref = { partner: PARTNER, cohortId: String(cohort.segment.id) };
    const before = braze.members(PARTNER, ref.cohortId);
    const rows = [];
    const sum = { received: 0, sent: 0, duplicates: 0, conflicts: 0, superseded: 0, empty: 0, outcomes: {} };
    let problems = 0;
    for (const [at, body] of bodies.entries()) {
      const signature = sign(body);
      const first = braze.requests.length;
      const { status, answer } = await send(heap, body, { signature });
      checks.push(status === 200);
      await forwarded();
      const arrived = braze.requests.slice(first);
      // The same again with the full package: what was planned, and who is matched.
      const valid = kohort.verifyHeapSignature(body, signature, { secret: DEMO_SECRET });
      const plan = kohort.planCohortImport(body, { partner: PARTNER, mapping: mappingOf(cohort) });
      problems += plan.problems.length + plan.warnings.length;
      const preview = workspace.previewCohortRequest(plan, { partner: PARTNER });
      const applied = workspace.applyCohortRequest(plan, { partner: PARTNER });
      checks.push(preview.added === applied.added && preview.removed === applied.removed);
      for (const key of ["received", "sent", "duplicates", "conflicts", "superseded", "empty"]) sum[key] += plan.report[key];
      for (const [outcome, count] of Object.entries(preview.outcomes)) sum.outcomes[outcome] = (sum.outcomes[outcome] ?? 0) + count;
      rows.push([
        `${at + 1}/${bodies.length}`,
        valid.ok ? green("valid") : red("wrong"),
        plan.report.received,
        findings(plan),
        plan.requests.map((request) => `${number(request.ids)} ${dim(short(request.idempotencyKey))}`).join(" + "),
        arrived.map(({ path, status }) => (path.endsWith("/users") ? status : `name ${status}`)).join(" "),
        `${status === 200 ? green(status) : red(status)} ${dim(answer.code ?? "")}`,
      ]);
    }
    const after = braze.members(PARTNER, ref.cohortId);
    if (quiet) return after.size;
    table(["page", "signature", "ids", "problems", "requests: ids, idempotency key", "Braze says", "Heap is told"], rows);
    line();
    report(sum);
    line();
    fact("membership", `${plural(before.size, "user")} before, ${bold(plural(after.size, "user"))} after ${dim(`(+${[...after].filter((user) => !before.has(user)).length} -${[...before].filter((user) => !after.has(user)).length})`)}`);
    const total = Object.values(sum.outcomes).reduce((a, b) => a + b, 0);
    if (sum.sent !== total) check(false, "the outcomes add up to the ids that were sent");
    return after.size;
  }

  /** Where every id that Heap sent went. */
  function report(sum) {
    const rows = [
      ...Object.entries(sum.outcomes).map(([outcome, count]) => [outcome, count, REASONS[outcome] ?? ""]),
      ["not sent", sum.duplicates, "repeats of an id on its page"],
      ["not sent", sum.conflicts, "adds of an id that the same page removes: the remove wins"],
      ["not sent", sum.empty, "empty ids"],
    ].filter(([, count]) => count > 0);
    const total = rows.reduce((all, [, count]) => all + count, 0);
    table(
      ["outcome", "ids", "", "because"],
      rows.map(([outcome, count, reason]) => {
        const paint = outcome.startsWith("matched") ? green : yellow;
        return [outcome, count, paint(bar(count, total)), dim(reason)];
      }),
    );
    line(`${bold(number(total))} of ${number(sum.received)} ids accounted for`);
    if (total !== sum.received) check(false, "the report adds up to the ids received");
  }

  // Heap's two published samples.
  const freeCustomers = { segment: { id: 1338065, name: "Free Customers" }, kind: "user_ids" };
  await run(
    freeCustomers,
    [webhook({ segment: freeCustomers.segment, page: { number: 1, total: 1, sync: "FreeCustomersBefore" }, add: ["user1@email.com", "user2@email.com"] })],
    { quiet: true },
  );
  heading("Heap's sample: a sync of one page, two join and two leave");
  await run(freeCustomers, [sample("sync")]);

  heading("Heap's sample: a drain, which carries no ids");
  const drain = sample("drain");
  const strange = Buffer.from(drain.toString().replace("1338065", "1"));
  const unknown = await send(heap, strange);
  line(`of a segment that never came the worker answers ${yellow(unknown.status)} ${unknown.answer.problems?.[0]?.code}: ${dim("Braze has no call that empties a cohort")}`);
  check(unknown.status === 400 && unknown.answer.problems[0].code === "plan.needs_snapshot", "a drain without the members is never a silent success");
  const drained = await send(heap, drain);
  await forwarded();
  checks.push(drained.status === 200);
  const members = ["user1@email.com", "user2@email.com", "user3@email.com", "user4@email.com"];
  workspace.applyCohortRequest(kohort.planCohortImport(drain, { partner: PARTNER, members, syncId: "drain-1" }), { partner: PARTNER });
  line("of this one it has kept the members, and removes them");
  check(braze.members(PARTNER, "1338065").size === 0, "the cohort is empty");

  // Generated syncs.
  const trial = trialUsers();
  const [earlier, sync] = trial.syncs;
  await run(trial, webhooksOf(trial, earlier), { quiet: true });
  heading(`"${trial.segment.name}": a sync of three pages, by external_id`);
  const pages = webhooksOf(trial, sync);
  await run(trial, pages);
  for (const cohort of [appVisitors(), newsletterReaders()]) {
    const how = cohort.label ? `by alias, label "${cohort.label}"` : "by device_id";
    heading(`"${cohort.segment.name}": ${how}`);
    await run(cohort, webhooksOf(cohort, cohort.syncs[0]));
  }

  heading("What must not get through");
  await refusals({ kohort, keys, heap, worker, braze, pages, check, forwarded, until });

  heading("Is every cohort what Heap's list says?");
  for (const cohort of [trial, appVisitors(), newsletterReaders()]) {
    const list = listAfter(cohort.syncs);
    const wanted = knownOf(list, cohort, users);
    const cohortId = String(cohort.segment.id);
    const got = braze.members(PARTNER, cohortId);
    const mirrored = new Set(workspace.cohortMembers({ partner: PARTNER, cohortId }).members.map(brazeIds(users)));
    check(
      same(got, wanted) && same(mirrored, wanted),
      `${cohort.segment.name}: ${number(list.size)} ids at Heap, ${number(wanted.size)} known users, ${number(got.size)} members at Braze and in the workspace`,
    );
    check(braze.cohortName(PARTNER, cohortId) === cohort.segment.name, `its name at Braze is ${JSON.stringify(cohort.segment.name)}`);
  }
  // Without the names of requests, which are made by chance, and may read like an id.
  const spoken = log.join("").replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "");
  const leaks = [keys.partnerApiKey, keys.clientSecret, DEMO_SECRET, "u-0", "@example.com", "@email.com", "d-0"];
  check(spoken.length > 0 && !leaks.some((text) => spoken.includes(text)), "no id and no secret stands in the worker's log");

  heading(`Whom would that target? A segment: Heap Cohorts includes "${trial.segment.name}" and more`);
  targeting({ workspace, users, cohort: trial, members: knownOf(listAfter(trial.syncs), trial, users), rules, check });
  workspace.free();
  const good = checks.every(Boolean);
  line();
  line(good ? green(bold("Everything came out as it must.")) : red(bold("Something came out wrong.")));
  return good;
}

/** Forged, repeated, changed, broken and oversized requests, and a Braze that is locked. */
async function refusals({ kohort, keys, heap, worker, braze, pages, check, forwarded, until }) {
  const forwards = async (act) => {
    const before = braze.requests.length;
    const said = await act();
    await forwarded();
    return { ...said, forwarded: braze.requests.length - before };
  };
  const told = ({ status, answer }) => dim(`${status} ${answer.code}`);
  const [page] = pages;

  const forged = await forwards(() => send(heap, page, { signature: sign(page, { secret: "a guess" }) }));
  check(forged.status === 403 && forged.forwarded === 0, `a forged signature              ${told(forged)}`);
  const stale = await forwards(() => send(heap, page, { signature: sign(page, { now: Date.now() - 120_000 }) }));
  check(stale.status === 403 && stale.forwarded === 0, `a signature of two minutes ago  ${told(stale)}`);
  const again = await forwards(() => send(heap, page));
  check(again.status === 200 && again.forwarded === 0, `a page that came before         ${told(again)}, forwards nothing`);
  const other = Buffer.from(page.toString().replace('"add":[{"id":"', '"add":[{"id":"x'));
  const changed = await forwards(() => send(heap, other));
  check(changed.status === 409 && changed.forwarded === 0, `the same page, another body     ${told(changed)}`);
  const huge = await forwards(() => send(heap, Buffer.alloc((8 << 20) + 1, " ")));
  check(huge.status === 413 && huge.forwarded === 0, `a body over the limit           ${told(huge)}`);
  const unkeyed = await forwards(() =>
    send(`${worker.url}/partners/heap/cohorts/users`, '{"partner_api_key":"x","client_secret":"y","cohort_id":"1","cohort_changes":[]}'),
  );
  check(unkeyed.status === 401 && unkeyed.forwarded === 0, `Braze's form with a wrong key   ${told(unkeyed)}`);

  const stranger = await forwards(() => send(`${worker.url}/partners/acme/cohorts/users`, "{}"));
  check(stranger.status === 404 && stranger.forwarded === 0, `a partner that is not let in    ${told(stranger)}`);
  const broken = Buffer.from(sample("sync").toString().replace('{ "id": "user4@email.com" }', '{ "id": 4 }'));
  const refused = await forwards(() => send(heap, broken));
  const [problem] = refused.answer.problems ?? [];
  check(refused.status === 400 && problem?.line === 16 && refused.forwarded === 0, `a broken payload                ${told(refused)}`);
  if (problem) {
    const text = broken.toString().split("\n")[problem.line - 1];
    line(dim(`     line ${problem.line}, column ${problem.column}, ${problem.path}`));
    line(`     ${text}`);
    line(`     ${" ".repeat(problem.column - 1)}${red(`^ ${problem.code}: ${problem.message}`)}`);
  }

  braze.failNext(423, "Resource locked");
  const late = webhook({ segment: { id: 20417736, name: "Late" }, page: { number: 1, total: 1, sync: "late-1" }, add: ["u-00001"] });
  const locked = await forwards(() => send(heap, late));
  check(locked.status === 200 && locked.forwarded === 3, `Braze is locked for a moment    ${told(locked)}, and the worker sends again`);
  const before = braze.requests.length;
  braze.failNext(401, `Partner not enabled for client with client secret: ${keys.clientSecret}`);
  const next = webhook({ segment: { id: 20417736, name: "Late" }, page: { number: 1, total: 1, sync: "late-2" }, add: ["u-00002"] });
  const taken = await send(heap, next);
  const health = await until(({ stopped }) => stopped);
  const resumed = await send(`${worker.url}/admin/resume`, "", { token: ADMIN_TOKEN });
  await forwarded();
  check(
    taken.status === 200 && health.status === 503 && braze.requests.length === before + 2 && ![health, resumed].some(({ text }) => text.includes(keys.clientSecret)),
    `Braze refuses the keys          ${told(taken)}; then ${told(health)}, until it is told to go on`,
  );
}

function mappingOf({ kind, label }) {
  return kind === "aliases" ? { aliases: { alias_label: label } } : kind;
}

function findings({ problems, warnings }) {
  const all = [...problems, ...warnings];
  if (all.length === 0) return green("none");
  return yellow(all.map((problem) => problem.code).join(" "));
}

/** The workspace names a user by the id that names them best; the stand-in by braze_id. */
function brazeIds(users) {
  const known = new Map();
  for (const { braze_id, external_id, user_aliases = [] } of users) {
    if (external_id) known.set(external_id, braze_id);
    for (const alias of user_aliases) known.set(aliasKey(alias), braze_id);
  }
  return ({ external_id, alias, braze_id }) => braze_id ?? known.get(external_id ?? aliasKey(alias));
}

const aliasKey = ({ alias_name, alias_label }) => JSON.stringify([alias_name, alias_label]);
const same = (one, other) => one.size === other.size && [...one].every((entry) => other.has(entry));
