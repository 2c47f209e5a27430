// The section on segments: an import is applied in the page, a segment on its cohort is written, counted, listed
// and explained. What is counted is compared with plain JavaScript over the same sample.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sampleProfiles, sampleWebhook } from "../../www/dashboard/samples.js";
import { openBrowser, readNumber } from "./page.mjs";

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser?.close());

const onPage = (name, options, act) => test(name, () => browser.onPage(options, act));

/** The sample, applied. */
async function applied(page) {
  await page.click("#sample");
  await page.locator("#outcomes-card").waitFor();
  await page.click("#apply");
}
const start = (page, key) => page.click(`[data-start=${key}]`);
const define = (page, definition) => page.fill("#definition", typeof definition === "string" ? definition : JSON.stringify(definition));
const definition = async (page) => JSON.parse(await page.inputValue("#definition"));
const funnel = (page) =>
  page.locator("#funnel li").evaluateAll((rows) =>
    rows.map((row) => [row.querySelector(".count").textContent.split("·")[0], row.querySelector("small")?.textContent ?? "0"].map((words) => Number(words.replaceAll(/[^\d]/g, "")))),
  );
const isIn = { partner_cohort: { partner: "heap", comparison: "includes_value", value: "1338065" } };
const less = (value) => ({ random_bucket: { comparison: "less_than", value } });

// ---- plainly, over the same people

const people = sampleProfiles().trimEnd().split("\n").map((line) => JSON.parse(line));
const { add, remove } = JSON.parse(sampleWebhook()).data;
const removed = new Set(remove.map(({ id }) => id));
const members = new Set(add.map(({ id }) => id).filter((id) => !removed.has(id)));
const lastUsed = ({ apps }) => Math.max(...apps.map((app) => Date.parse(app.last_used)));
const CONDITIONS = {
  start_cohort: (user) => members.has(user.external_id),
  start_country: (user) => ["DE", "AT", "CH"].includes(user.country),
  start_used: (user) => lastUsed(user) > Date.now() - 14 * 24 * 3_600_000,
  start_subscribed: (user) => user.email_subscribe !== "unsubscribed",
  start_excluded: (user) => !members.has(user.external_id),
};
const plainly = (...keys) => people.filter((user) => keys.every((key) => CONDITIONS[key](user))).length;

onPage("an import is applied in the page, and its cohort is a segment", {}, async (page) => {
  await page.click("#sample");
  await page.locator("#outcomes-card").waitFor();
  assert.match(await page.innerText("#apply-hint"), /Nothing is sent/);
  assert.equal(await page.innerText("#target-count"), "1,502 of 1,502 known users (100%)");
  await page.click("#apply");
  assert.match(await page.innerText("#apply-state"), /^Applied in this page: 988 entered, 0 left\. The cohort Trial drop-offs now has 988 members here\. Nothing was sent\.$/);
  assert.ok(await page.isDisabled("#apply"));
  assert.equal(await page.evaluate(() => document.activeElement.id), "to-segment");
  assert.deepEqual(await definition(page), { filter: isIn });
  assert.equal(await page.innerText("#target-count"), "988 of 1,502 known users (65.8%)");
  assert.equal(plainly("start_cohort"), 988);
});

onPage("the starting points join, and the count falls as plain JavaScript says", {}, async (page) => {
  await applied(page);
  const keys = ["start_cohort", "start_country", "start_used", "start_subscribed"];
  for (const key of keys) await start(page, key); // the first is there already
  const wanted = keys.map((_, at) => [plainly(...keys.slice(0, at + 1)), 0]);
  assert.ok(wanted.every(([count], at) => count > 0 && count < (wanted[at - 1]?.[0] ?? people.length)), "each of them tells people apart");
  assert.deepEqual(await funnel(page), [[people.length, 0], ...wanted]);
  assert.equal(readNumber((await page.innerText("#target-count")).split(" of ")[0]), wanted.at(-1)[0]);
  await page.click("#start-again");
  await start(page, "start_used");
  await start(page, "start_excluded");
  assert.deepEqual(await definition(page), { filter: { last_used_app: { comparison: "less_than_x_days_ago", value: 14 } }, exclude: [isIn] });
  assert.deepEqual((await funnel(page)).at(-1), [plainly("start_used", "start_excluded"), 0]);
});

onPage("whom nobody can judge is told apart, and what would have to be known", {}, async (page) => {
  await applied(page);
  await define(page, { filter: less(5_000) });
  await page.locator("#target-unknown", { hasText: "nobody can say" }).waitFor();
  const count = people.filter((user) => user.random_bucket < 5_000).length;
  const unknown = people.filter((user) => user.random_bucket === undefined).length;
  assert.ok(count > 0 && unknown > 0);
  assert.deepEqual((await funnel(page)).at(-1), [count, unknown]);
  assert.match(await page.getAttribute("#target-bar", "aria-label"), new RegExp(`^in it: ${count}, unknown: ${unknown}, not in it: `));
  await define(page, { filter: { AND: [{ custom_event: { event_name: "finished_setup", metric: "count_in_days", days: 3, comparison: "exactly", value: 0 } }, isIn] } });
  await page.locator("#target-unknown .need", { hasText: "events and purchases" }).waitFor();
  assert.deepEqual(await funnel(page), [[1_502, 0], [0, 1_502], [0, 988]]);
  assert.equal(await page.locator('#definition-problems [data-code="segment.needs"].warning').count(), 1);
  await page.click("#lang-de");
  assert.match(await page.innerText("#target-unknown .need"), /Ereignisse und Käufe$/);
});

onPage("what is wrong with a definition is underlined as it is typed", {}, async (page) => {
  await applied(page);
  await define(page, '{"filter":{"AND":[{"random_bucket":{"comparison":"les_than","value":5}},{"OR":[]}]}}');
  await page.locator('#definition-problems [data-code="segment.near_operator"]').waitFor();
  assert.deepEqual(await page.locator("#definition-problems mark").allInnerTexts(), ['"les_than"', "[]"]);
  assert.equal(await page.innerText("#target-count"), "Not counted: the definition has problems");
  assert.equal(await page.getAttribute("#definition", "aria-invalid"), "true");
  for (const id of ["members-card", "why-card", "funnel-part", "target-bar"]) assert.ok(await page.isHidden(`#${id}`), id);
  await define(page, '{"filter":');
  await page.locator('[data-code="json.truncated"]').waitFor();
  await start(page, "start_used");
  assert.match(await page.innerText("#added"), /no JSON object/);
  assert.equal(await page.inputValue("#definition"), '{"filter":', "nothing of it is lost");
  await define(page, "");
  await page.locator("#target-count", { hasText: "1,502 of 1,502" }).waitFor();
});

onPage("a name that may be meant is one click away, and goes into its place", {}, async (page) => {
  await applied(page);
  const plan = (name) => ({ custom_attribute: { custom_attribute_name: name, comparison: "equals", value: "trial" } });
  // Two in one line, behind a letter of several bytes: each goes into its own place, and nothing else changes.
  const asked = (first, second) => `{"name": "für 😀", "filter": {"AND":[${JSON.stringify(plan(first))},\n  ${JSON.stringify(plan(second))}]}}`;
  await define(page, asked("plann", "Pla"));
  const buttons = page.locator("#definition-problems button");
  await buttons.nth(1).waitFor();
  assert.deepEqual(await buttons.allInnerTexts(), ["Did you mean plan?", "Did you mean plan?"]);
  await buttons.nth(1).focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.inputValue("#definition"), asked("plann", "plan"));
  assert.equal(await page.evaluate(() => document.activeElement.id), "definition");
  assert.equal(await page.evaluate(() => document.getSelection().toString()), '"plan"', "what was put in is marked");
  assert.equal(await page.innerText("#added"), "Put in: plan.");
  await page.click("#lang-de");
  assert.deepEqual(await buttons.allInnerTexts(), ["Meinten Sie plan?"]);
  await buttons.click();
  assert.equal(await page.inputValue("#definition"), asked("plan", "plan"));
  assert.equal(await page.innerText("#added"), "Eingesetzt: plan.");
  assert.equal(await buttons.count(), 0);
  await page.click("#lang-en");
  // Keys, operators and values, until nothing is wrong.
  await define(page, { filtr: { partner_cohort: { partner: "haep", comparisn: "includes_valu", value: ["1338056"] } } });
  await buttons.first().waitFor();
  for (let left = 9; left > 0 && (await buttons.count()) > 0; left--) await buttons.first().click();
  assert.deepEqual(await definition(page), { filter: { partner_cohort: { partner: "heap", comparison: "includes_value", value: ["1338065"] } } });
  // What was typed since is not lost, though nothing was said of it yet.
  await define(page, { filter: plan("plann") });
  await buttons.waitFor();
  await page.evaluate(() => {
    document.getElementById("definition").value = "{ }";
    document.querySelector("#definition-problems button").click();
  });
  assert.equal(await page.inputValue("#definition"), "{ }");
  assert.equal(await buttons.count(), 0);
});

onPage("whoever names a cohort is offered its id, in words of the page", {}, async (page) => {
  await applied(page);
  await define(page, { filter: { partner_cohort: { ...isIn.partner_cohort, value: "Trial drop-offs" } } });
  await page.locator('#definition-problems [data-code="segment.cohort_name"] button', { hasText: "Did you mean 1338065?" }).waitFor();
  await page.click("#lang-de");
  const said = page.locator('#definition-problems [data-code="segment.cohort_name"]');
  assert.match(await said.innerText(), /schreiben Sie die ID der Kohorte; „Meinten Sie“ nennt sie\s+Meinten Sie 1338065\?$/);
  await said.locator("button").click();
  assert.deepEqual(await definition(page), { filter: isIn });
});

onPage("a pattern is matched, once what does so is loaded", {}, async (page) => {
  await applied(page);
  await define(page, { filter: { default_attribute: { attribute_name: "first_name", comparison: "matches_regex", value: "^[af]" } } });
  const count = people.filter((user) => /^[af]/i.test(user.first_name)).length;
  await page.locator("#target-count", { hasText: new RegExp(`^${count} of `) }).waitFor();
  await define(page, { filter: { custom_attribute: { custom_attribute_name: "plan", comparison: "matches_regex", value: "(trial" } } });
  await page.locator('#definition-problems [data-code="segment.pattern_syntax"]').waitFor();
  await page.click("#lang-de");
  assert.match(await page.innerText("#definition-problems .what"), /ist hier falsch: \( wird nicht geschlossen/s);
});

test("what matches patterns may be missing, and the page says so", async () => {
  const { page, close } = await browser.open();
  await page.route(/kohort_regex/, (route) => route.abort());
  await applied(page);
  const pattern = { default_attribute: { attribute_name: "first_name", comparison: "matches_regex", value: "a" } };
  await define(page, { filter: pattern });
  await page.locator("#target-count", { hasText: "could not be loaded" }).waitFor();
  await define(page, { filter: isIn });
  await page.locator("#target-count", { hasText: "988 of 1,502" }).waitFor();
  await close();
});

onPage("a filter is added without writing JSON, and what was written stays", {}, async (page) => {
  await applied(page);
  await define(page, { name: "Mine", filter: { OR: [isIn, less(10)] } });
  await page.selectOption("#filter-family", "custom_attribute");
  await page.fill("#filter-custom_attribute-custom_attribute_name", "plan");
  await page.selectOption("#filter-custom_attribute-comparison", "is_any_of");
  await page.fill("#filter-custom_attribute-values", "trial\nfree");
  const plan = { custom_attribute: { custom_attribute_name: "plan", comparison: "is_any_of", value: ["trial", "free"] } };
  const join = async (how) => {
    await page.selectOption("#filter-join", how);
    await page.click("#filter-add");
  };
  await join("NOT");
  assert.deepEqual(await definition(page), { name: "Mine", filter: { OR: [isIn, less(10)] }, exclude: [plan] });
  await join("OR");
  assert.deepEqual((await definition(page)).filter, { OR: [isIn, less(10), plan] });
  await join("AND");
  assert.deepEqual((await definition(page)).filter, { AND: [{ OR: [isIn, less(10), plan] }, plan] });
  await join("AND");
  assert.equal(await page.innerText("#added"), "That stands there already.");
  // The kind of a value where an operator takes several, and what is wrong with one.
  await page.selectOption("#filter-custom_attribute-comparison", "equals");
  await page.selectOption("#filter-custom_attribute-kind", "number");
  await page.fill("#filter-custom_attribute-custom_attribute_name", "");
  await page.fill("#filter-custom_attribute-value", "3");
  await page.click("#filter-add");
  assert.match(await page.innerText("#filter-error"), /custom_attribute_name.* is missing/);
  await page.fill("#filter-custom_attribute-custom_attribute_name", "seats");
  await page.click("#filter-add");
  assert.equal(await page.innerText("#filter-error"), "");
  assert.deepEqual((await definition(page)).filter.AND.at(-1), { custom_attribute: { custom_attribute_name: "seats", comparison: "equals", value: 3 } });
});

onPage("a value is a text, or of the kind that the attribute's values in the profiles are", {}, async (page) => {
  await applied(page);
  await page.click("#start-again");
  await page.selectOption("#filter-family", "custom_attribute");
  await page.selectOption("#filter-custom_attribute-comparison", "equals");
  const name = page.locator("#filter-custom_attribute-custom_attribute_name");
  const kind = page.locator("#filter-custom_attribute-kind");
  assert.equal(await kind.inputValue(), "string");
  await name.pressSequentially("plan");
  assert.equal(await kind.inputValue(), "string");
  await page.fill("#filter-custom_attribute-value", "trial");
  await page.click("#filter-add");
  assert.deepEqual(await definition(page), { filter: { custom_attribute: { custom_attribute_name: "plan", comparison: "equals", value: "trial" } } });
  assert.match(await page.innerText("#target-count"), new RegExp(`^${people.filter((user) => user.custom_attributes.plan === "trial").length} of `));
  await page.click("#lang-de");
  await name.fill("");
  await name.pressSequentially("seats");
  assert.equal(await name.inputValue(), "seats");
  assert.equal(await page.evaluate(() => document.activeElement.id), "filter-custom_attribute-custom_attribute_name", "the focus stays");
  assert.equal(await kind.inputValue(), "number");
  assert.equal(await kind.locator("option:checked").innerText(), "eine Zahl");
  await page.fill("#filter-custom_attribute-value", "3");
  await page.click("#start-again");
  await page.click("#filter-add");
  assert.deepEqual(await definition(page), { filter: { custom_attribute: { custom_attribute_name: "seats", comparison: "equals", value: 3 } } });
  await name.press("End");
  await name.pressSequentially("xy"); // the form is drawn after the first letter, and not after the second
  await page.click("#start-again");
  await page.click("#filter-add");
  assert.deepEqual(await definition(page), { filter: { custom_attribute: { custom_attribute_name: "seatsxy", comparison: "equals", value: "3" } } });
  // Of a list its elements are asked for; what a person chose stays; nobody has what is misspelt.
  await page.selectOption("#filter-custom_attribute-comparison", "includes_value");
  await name.fill("interests");
  assert.equal(await kind.inputValue(), "string");
  await name.fill("nobody's");
  assert.equal(await kind.inputValue(), "string");
  await page.setInputFiles("#profiles-file", { name: "users.ndjson", mimeType: "", buffer: Buffer.from('{"external_id":"a","custom_attributes":{"vip":true,"since":{"year":1}}}\n') });
  await page.locator("#target-count", { hasText: "von 1 bekannten" }).waitFor();
  await name.fill("vip");
  assert.equal(await kind.inputValue(), "boolean");
  await name.fill("since");
  assert.equal(await kind.inputValue(), "string", "an object is none of these");
  await kind.selectOption("number");
  await name.fill("vip");
  assert.equal(await kind.inputValue(), "number");
});

onPage("every filter of the package's schema can be added by the form", {}, async (page) => {
  await applied(page);
  const families = await page.locator("#filter-family option").evaluateAll((options) => options.map((option) => option.value));
  assert.ok(families.length >= 20, String(families));
  let added = 0;
  for (const family of families) {
    await page.selectOption("#filter-family", family);
    const choices = await page.locator(`#filter-${family}-choice option`).count();
    for (let choice = 0; choice < Math.max(1, choices); choice++) {
      if (choices > 0) await page.selectOption(`#filter-${family}-choice`, String(choice));
      const tried = [];
      // As a person tries: a value of this sort, or of that; a field that may be left out, or not.
      for (const [text, optional] of ["heap", "2026-01-01", "1.2.3", "02-03"].flatMap((text) => [[text, 0], [text, 1]])) {
        const isAdded = await page.evaluate(({ text, optional }) => {
          let left = optional;
          for (const label of document.querySelectorAll("#filter-fields label")) {
            const field = label.control;
            if (!field.matches("input, textarea")) continue;
            const isLeftOut = label.textContent.includes("optional") && left-- <= 0;
            const said = field.type === "number" ? "5" : /polygon/.test(field.id) ? "[[0,0],[1,0],[1,1]]" : /all_of/.test(field.id) ? '[{"path":"a","comparison":"exists"}]' : /-value/.test(field.id) ? text : /-path/.test(field.id) ? "a" : "heap";
            field.value = isLeftOut ? "" : /-path/.test(field.id) && document.querySelector("[id$=all_of]") ? "[]" : said;
            field.dispatchEvent(new Event("input"));
          }
          document.getElementById("start-again").click();
          document.getElementById("filter-add").click();
          return document.getElementById("filter-error").textContent || document.getElementById("definition").value !== "";
        }, { text, optional });
        tried.push(isAdded);
        if (isAdded === true) break;
      }
      assert.equal(tried.at(-1), true, `${family} ${choice}: ${tried}`);
      assert.equal(Object.keys((await definition(page)).filter)[0], family);
      // No segment but this one is defined here, so that none can be named.
      const wanted = family === "segment_membership" ? /has problems/ : /of 1,502 known users/;
      assert.match(await page.innerText("#target-count"), wanted, family);
      assert.ok(!/undefined|\[object|\{\}/.test(await page.innerText("#funnel")), await page.innerText("#funnel"));
      added += 1;
    }
  }
  assert.ok(added > 60, `only ${added} sorts of filters`);
});

onPage("members come page by page with what was asked, and begin again when people change", {}, async (page) => {
  await applied(page);
  await start(page, "start_country");
  const heads = () => page.locator("#members-head th").allInnerTexts();
  assert.deepEqual((await heads()).slice(3), ["country"]);
  const ids = () => page.locator("#members-rows td.text").allInnerTexts();
  const wanted = people.filter((user) => CONDITIONS.start_cohort(user) && CONDITIONS.start_country(user));
  assert.deepEqual(await ids(), wanted.slice(0, 15).map((user) => user.external_id));
  await page.click("#members-next");
  assert.deepEqual(await ids(), wanted.slice(15, 30).map((user) => user.external_id));
  assert.deepEqual(await page.locator("#members-rows td.cell").allInnerTexts(), wanted.slice(15, 30).map((user) => user.country));
  await page.click("#members-previous");
  assert.ok(await page.isDisabled("#members-previous"));
  assert.equal(await page.evaluate(() => document.activeElement.id), "members-next", "a button that ends hands the focus on");
  await page.click("#members-next");
  const [first] = wanted;
  await page.fill("#request-text", JSON.stringify({ cohort_id: "1338065", cohort_changes: [{ user_ids: [first.external_id], should_remove: true }] }));
  await page.locator("#headline", { hasText: "1 of 1 ids match" }).waitFor();
  await page.click("#apply");
  assert.match(await page.innerText("#members-note"), /changed meanwhile/);
  assert.deepEqual(await ids(), wanted.slice(1, 16).map((user) => user.external_id));
});

onPage("why somebody is in it or not: what keeps them out first, then everything", {}, async (page) => {
  await applied(page);
  await define(page, { filter: { AND: [isIn, { OR: [less(0), { custom_attribute: { custom_attribute_name: "plan", comparison: "equals", value: "trial" } }] }] }, exclude: [{ default_attribute: { attribute_name: "country", comparison: "equals", value: "DE" } }] });
  await page.locator("#funnel li", { hasText: "but not" }).waitFor();
  await page.locator("#members-rows button").first().click();
  assert.equal(await page.evaluate(() => document.activeElement.id), "why-title");
  assert.match(await page.innerText("#why-result"), /^user-\d+ is in the segment\.$/);
  assert.ok(await page.isHidden("#why-failing-part"));
  const ask = async (id) => {
    await page.fill("#why-id", id);
    await page.press("#why-id", "Enter");
  };
  const outside = people.find((user) => user.external_id && !CONDITIONS.start_cohort(user) && user.country === "DE" && user.custom_attributes.plan === "trial");
  await ask(outside.external_id);
  assert.equal(await page.innerText("#why-result"), `${outside.external_id} is not in the segment.`);
  const failing = await page.locator("#why-failing > li").allInnerTexts();
  assert.equal(failing.length, 2);
  assert.match(await page.innerText("#why-tree"), /plan is “trial” and has to be “trial”/);
  assert.match(failing[0], /does not hold.*Heap Cohorts includes 1338065/s);
  assert.match(failing[1], /holds.*but not country equals DE.*country is “DE”; excluded is who has: equals “DE”/s);
  const results = await page.locator("#why-tree .mark-of").evaluateAll((marks) => marks.map((mark) => mark.dataset.result));
  assert.deepEqual(results, ["false", "false", "true", "false", "true", "false", "true"]);
  assert.match(await page.innerText("#why-tree"), /The moment|compared|byte/i, "what decided is a sentence");
  const rules = () => page.locator("#why-tree .rule").allInnerTexts();
  assert.ok((await rules()).includes("Rule: Numbers are compared as IEEE doubles."), String(await rules()));
  await ask(people.find((user) => user.random_bucket === undefined).braze_id);
  assert.match(await page.innerText("#why-result"), /in the segment/);
  await ask("nobody at all");
  assert.equal(await page.innerText("#why-result"), "No known user has this id.");
  await ask("device-1201");
  assert.match(await page.innerText("#why-result"), /^device-1201 is not in the segment/);
  await page.click("#lang-de");
  assert.match(await page.innerText("#why-result"), /ist nicht im Segment/);
  assert.match(await page.innerText("#why-tree"), /gilt nicht/);
  assert.ok((await rules()).includes("Regel: Zahlen werden als Gleitkommazahlen (IEEE, doppelte Genauigkeit) verglichen."), String(await rules()));
  assert.match(await page.innerText("#why-tree"), /plan ist „trial“ und muss „trial“ sein/);
  assert.match(await page.innerText("#why-tree"), /Heap Cohorts: gesehen ist nichts, muss aber „1338065“ enthalten/);
});

onPage("other profiles end what was applied, and the definition stays", {}, async (page) => {
  await applied(page);
  const before = await page.inputValue("#definition");
  await page.setInputFiles("#profiles-file", { name: "users.ndjson", mimeType: "", buffer: Buffer.from('{"external_id":"user-0001"}\n') });
  await page.locator("#target-count", { hasText: "0 of 1 known users" }).waitFor();
  assert.equal(await page.inputValue("#definition"), before);
  assert.equal(await page.innerText("#apply-state"), "");
  await page.click("#reset");
  assert.ok(await page.isHidden("#targeting"));
});

onPage("what a profile or a definition says is text, never markup", {}, async (page) => {
  const markup = "<img src=x onerror=alert(1)>";
  await page.setInputFiles("#profiles-file", { name: "users.ndjson", mimeType: "", buffer: Buffer.from(`${JSON.stringify({ external_id: markup, custom_attributes: { [markup]: markup } })}\n`) });
  await define(page, { filter: { custom_attribute: { custom_attribute_name: markup, comparison: "equals", value: markup } } });
  await page.locator("#target-count", { hasText: "1 of 1" }).waitFor();
  await page.locator("#members-rows button").click();
  assert.equal(await page.locator("main img").count(), 0);
  await define(page, { filter: { custom_attribute: { custom_attribute_name: markup.slice(1), comparison: "equals", value: markup } } });
  await page.locator("#definition-problems button", { hasText: markup }).click();
  await page.locator("#target-count", { hasText: "1 of 1" }).waitFor();
  assert.equal(await page.locator("main img").count(), 0);
  assert.equal(await page.locator("#members-rows td.text").innerText(), markup);
});
