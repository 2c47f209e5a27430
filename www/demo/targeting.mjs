// From the cohort to the people of a campaign: a segment asks "<Partner> Cohorts includes …" among other filters,
// and is counted, listed and explained. Plain JavaScript over the same people must say the same.
import { NOW } from "./generated.mjs";
import { bar, bold, dim, fact, green, line, number, plural, red, table, yellow } from "./print.mjs";

const DAYS = 24 * 3_600_000;
const lastUsed = ({ apps }) => Math.max(...apps.map((app) => Date.parse(app.last_used)));

/**
 * People who began a trial, did not get far and went quiet: whom to write to again, and half of them first.
 * Each condition in words, as the filter that is asked, and as plain code: true, false or, where nobody can
 * say, undefined.
 */
const conditionsOf = ({ segment }, members) => [
  {
    says: `Heap Cohorts includes "${segment.name}"`,
    filter: { partner_cohort: { partner: "heap", comparison: "includes_value", value: String(segment.id) } },
    holds: (user) => members.has(user.braze_id),
  },
  {
    says: "plan is any of trial",
    filter: { custom_attribute: { custom_attribute_name: "plan", comparison: "is_any_of", value: ["trial"] } },
    holds: (user) => user.custom_attributes.plan === "trial",
  },
  {
    says: "country is any of DE, AT, CH",
    filter: { default_attribute: { attribute_name: "country", comparison: "is_any_of", value: ["DE", "AT", "CH"] } },
    holds: (user) => ["DE", "AT", "CH"].includes(user.country),
  },
  {
    says: "finished_setup was done exactly 0 times",
    filter: { custom_event: { event_name: "finished_setup", metric: "count", comparison: "exactly", value: 0 } },
    holds: (user) => user.custom_events.every(({ name }) => name !== "finished_setup"),
  },
  {
    says: "last used an app more than 7 days ago",
    filter: { last_used_app: { comparison: "greater_than_x_days_ago", value: 7 } },
    holds: (user) => lastUsed(user) > -Infinity && lastUsed(user) < NOW - 7 * DAYS,
  },
  {
    says: "random bucket is less than 5,000",
    filter: { random_bucket: { comparison: "less_than", value: 5_000 } },
    holds: (user) => (user.random_bucket === undefined ? undefined : user.random_bucket < 5_000),
  },
];

const EXCLUDED = {
  says: "not who has unsubscribed from email",
  filter: { email_subscription_status: { comparison: "is", value: "unsubscribed" } },
  holds: (user) => user.email_subscribe !== "unsubscribed",
};

/**
 * `members` are those of the cohort by Heap's list, as a Set of braze_id; `rules` the package's sentences of what
 * decides.
 */
export function targeting({ workspace, users, cohort, members, rules, check }) {
  const conditions = conditionsOf(cohort, members);
  const all = [...conditions, EXCLUDED];

  line(`${bold("A trial that went quiet")}: ${dim("write to these people again")}`);
  for (const condition of all) line(`${dim(lead(condition, condition === conditions[0]))} ${condition.says}`);
  line();

  // With the first condition, with the first two, and so on.
  const rows = all.map((condition, at) => {
    const asked = all.slice(0, at + 1);
    const { count, unknown } = counted(workspace, conditions.slice(0, at + 1), condition === EXCLUDED);
    const plain = plainly(asked, users);
    return { condition, count, unknown, agrees: count === plain.members.length && unknown === plain.unknown };
  });
  table(
    ["with each condition", "users", "", "unknown", ""],
    [
      ["all known users", users.length, green(bar(1, 1)), 0, ""],
      ...rows.map(({ condition, count, unknown, agrees }) => [
        `${lead(condition, condition === conditions[0])} ${condition.says}`,
        count,
        green(bar(count, users.length)),
        unknown,
        agrees ? dim("as counted plainly") : red("plain code counts otherwise"),
      ]),
    ],
  );
  line();

  const { segment, warnings } = workspace.defineSegment({
    name: "A trial that went quiet",
    filter: { AND: conditions.map(({ filter }) => filter) },
    exclude: [EXCLUDED.filter],
  });
  const { count, unknown } = segment.count();
  const plain = plainly(all, users);
  fact("exact count", `${bold(plural(count, "user"))} ${dim(`of ${number(users.length)}, not an estimate`)}`);
  fact("unknown", `${yellow(plural(unknown, "user"))} ${dim("whose export has no random bucket, though all else fits")}`);
  line();

  const page = segment.members({ limit: 4, fields: ["country", "apps", "random_bucket", "custom_attributes.plan"] });
  table(
    [`members 1 to ${page.members.length}`, "plan", "country", "last used", "random bucket"],
    page.members.map(({ external_id, fields }) => [
      external_id,
      fields["custom_attributes.plan"],
      fields.country,
      new Date(lastUsed(fields)).toISOString().slice(0, 10),
      fields.random_bucket,
    ]),
  );
  line();

  const out = users.find((user) => members.has(user.braze_id) && all.filter(({ holds }) => holds(user) === false).length === 3);
  const said = segment.explain({ external_id: out.external_id });
  line(`${bold(`Why is ${out.external_id} not in it?`)} ${dim("What would have to be otherwise:")}`);
  const keeping = said.failing.map((path) => nodeAt(said.tree, path));
  table(
    ["", "condition", "seen", "rule"],
    keeping.map(({ path, observed, rule }) => [red("✗"), conditionAt(all, path).says, written(observed), dim(rules[rule].says)]),
  );
  line();

  const found = [...segment.memberIds()];
  const wanted = new Set(plain.members.map((user) => user.external_id));
  check(
    rows.every(({ agrees }) => agrees) && warnings.length === 0 && count > 0 && unknown > 0,
    `all ${rows.length} counts are what plain JavaScript counts over the same people, the unknown ones too`,
  );
  check(
    count === plain.members.length && found.length === wanted.size && found.every((id) => wanted.has(id)),
    `the segment's ${number(found.length)} ids are those that it finds, one by one`,
  );
  const failing = all.filter(({ holds }) => holds(out) !== true);
  check(
    said.result === false && same(said.failing.map((path) => conditionAt(all, path)), failing),
    `what keeps ${out.external_id} out is what plain JavaScript says of each condition`,
  );
}

/** The condition at a place of the definition. */
const conditionAt = (all, path) => (path.startsWith("/exclude") ? EXCLUDED : all[Number(path.split("/").at(-1))]);

/** What an explanation says of a condition: the exclusion's node has the place of what it excludes. */
function nodeAt(tree, path) {
  if (tree.path === path && tree.rule) return tree;
  return tree.children?.map((child) => nodeAt(child, path)).find(Boolean);
}

const same = (some, others) => some.length === others.length && some.every((each) => others.includes(each));
const written = (seen) => (seen === null ? "nothing" : String(seen));

const lead = (condition, isFirst) => (condition === EXCLUDED ? "but" : isFirst ? "   " : "and");

/** The counts of the segment of some conditions. */
function counted(workspace, conditions, excluding) {
  const { segment } = workspace.compileSegment({
    filter: { AND: conditions.map(({ filter }) => filter) },
    exclude: excluding ? [EXCLUDED.filter] : [],
  });
  const counts = segment.count();
  segment.free();
  return counts;
}

/** The same by hand: who is in, and of how many nobody can say. */
function plainly(conditions, users) {
  const members = [];
  let unknown = 0;
  for (const user of users) {
    const answers = conditions.map(({ holds }) => holds(user));
    if (answers.every((answer) => answer === true)) members.push(user);
    else if (!answers.includes(false)) unknown += 1;
  }
  return { members, unknown };
}
