// The dashboard does what a person asks of it: numbers, problems, languages, files.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFileSync } from "node:fs";
import { legendOf, openBrowser, readNumber } from "./page.mjs";

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser?.close());

const onPage = (name, options, act) => test(name, () => browser.onPage(options, act));

const sample = async (page, id = "sample") => {
  await page.click(`#${id}`);
  await page.locator("#outcomes-card").waitFor();
};
const total = async (page, key) => readNumber(await page.locator(`[data-total=${key}] dd`).innerText());

// What the sample holds, counted by hand: 1,108 ids to add and 152 to remove. 8 adds are repeats and
// 2 are removed on the same page. 110 of the adds and 50 of the removes are nobody's.
onPage("the sample's numbers are right", {}, async (page) => {
  await sample(page);
  assert.equal(await page.innerText("#headline"), "1,090 of 1,260 ids match a known user");
  assert.deepEqual(await legendOf(page), { matched_external_id: 1_090, unknown_external_id: 160 });
  assert.equal(readNumber(await page.locator(".left-out .count").innerText()), 10);
  assert.equal(await total(page, "total_rows"), 1_260);
  assert.equal(await total(page, "total_people"), 1_090);
  assert.equal(await total(page, "total_added"), 988);
  assert.equal(await total(page, "total_unchanged"), 102);
  const requests = await page.locator("#plan tr td:nth-child(3)").allInnerTexts();
  assert.deepEqual(requests.map(readNumber), [1_000, 250]);
});

onPage("every kind of outcome of Braze's form is told, and adds up", {}, async (page) => {
  await sample(page, "sample-request");
  const legend = await legendOf(page);
  assert.deepEqual(legend, {
    matched_external_id: 3,
    matched_alias: 1,
    matched_device_id: 2,
    unknown_external_id: 2,
    unknown_alias: 1,
    unknown_device_id: 1,
    device_of_identified_user: 1,
    ambiguous_device_id: 1,
    duplicate: 1,
    superseded: 1,
  });
  const sum = Object.values(legend).reduce((all, count) => all + count, 0);
  assert.equal(sum, await total(page, "total_rows"));
  assert.equal(await page.locator("#rows tr").count(), sum);
  const codes = await page.locator("#problems li").evaluateAll((entries) => entries.map((entry) => entry.dataset.code));
  assert.deepEqual(codes.toSorted(), ["field.unknown", "id.conflict", "id.duplicate", "lint.white_space"]);
});

onPage("a filter shows the rows of one outcome, page by page", {}, async (page) => {
  await sample(page);
  await page.selectOption("#filter", "unknown_external_id");
  assert.equal(await page.innerText("#page-of"), "1–25 of 160");
  assert.equal(await page.locator('#rows tr[data-outcome="unknown_external_id"]').count(), 25);
  assert.equal(await page.locator("#rows tr td:nth-child(2)").first().innerText(), "user-8007");
  for (let turn = 0; turn < 6; turn++) await page.click("#next");
  assert.equal(await page.innerText("#page-of"), "151–160 of 160");
  assert.equal(await page.locator("#rows tr td:nth-child(2)").last().innerText(), "user-1250");
  assert.ok(await page.isDisabled("#next"));
  await page.locator('#legend [data-outcome="matched_external_id"]').click();
  assert.equal(await page.innerText("#page-of"), "1–25 of 1,090");
});

onPage("a broken body is refused with its place underlined", {}, async (page) => {
  await page.fill("#request-text", '{\n "partner_api_key": "k", "client_secret": "s", "cohort_id": "1",\n "cohort_changes": [{ "user_ids": ["ä", 7] }]\n}');
  await page.locator("#problems-card").waitFor();
  assert.equal(await page.innerText("#headline"), "This is refused: 1 problem (400)");
  assert.equal(await page.innerText("#problems mark"), "7");
  assert.match(await page.innerText("#problems .where"), /line 3, column 41 · \/cohort_changes\/0\/user_ids\/1/);
  await page.fill("#request-text", '{"cohort_id":');
  await page.locator('[data-code="json.truncated"]').waitFor();
  await page.fill("#request-text", "");
  await page.locator("#empty").waitFor();
  assert.equal(await page.innerText("#headline"), "");
});

onPage("a request out of a plan is not asked for keys", {}, async (page) => {
  await sample(page);
  await page.fill("#request-text", '{"cohort_id":"1","cohort_changes":[{"user_ids":["user-0001","nobody"]}]}');
  await page.locator("#headline", { hasText: "1 of 2 ids match" }).waitFor();
  assert.ok(await page.isHidden("#problems-card"));
  await page.fill("#request-text", '{"client_secret":"s","cohort_id":"1","cohort_changes":[]}');
  await page.locator("#headline", { hasText: "This is refused: 1 problem (401)" }).waitFor();
});

onPage("what a body says is text, never markup", {}, async (page) => {
  await page.fill("#request-text", '{"partner_api_key":"k","client_secret":"s","cohort_id":"1","cohort_changes":[{"user_ids":["<img src=x onerror=alert(1)>",1]}]}');
  await page.locator("#problems-card").waitFor();
  assert.match(await page.innerText("#problems pre"), /<img src=x/);
  assert.equal(await page.locator("main img").count(), 0);
});

onPage("files of one's own are previewed", {}, async (page) => {
  const webhook = readFileSync(new URL("../../www/demo/samples/sync.json", import.meta.url));
  await page.setInputFiles("#request-file", { name: "sync.json", mimeType: "application/json", buffer: webhook });
  await page.locator("#headline", { hasText: "4 ids received" }).waitFor();
  const profiles = '{"external_id":"user1@email.com"}\nnot a profile\n{"external_id":"user3@email.com"}\n';
  await page.setInputFiles("#profiles-file", { name: "users.ndjson", mimeType: "", buffer: Buffer.from(profiles) });
  await page.locator("#headline", { hasText: "2 of 4 ids match" }).waitFor();
  assert.equal(await page.innerText("#profiles-state"), "2 users known. 1 lines were refused.");
  await page.selectOption("#mapping", "device_ids");
  await page.locator("#headline", { hasText: "0 of 4 ids match" }).waitFor();
  assert.deepEqual(await legendOf(page), { unknown_device_id: 4 });
});

onPage("a drain asks for the members and removes them", {}, async (page) => {
  await sample(page);
  await page.fill("#request-text", readFileSync(new URL("../../www/demo/samples/drain.json", import.meta.url), "utf8"));
  await page.locator('[data-code="plan.needs_snapshot"]').waitFor();
  await page.fill("#members", "user-0001\nuser-0002\nuser-9999\n");
  await page.locator("#headline", { hasText: "2 of 3 ids match" }).waitFor();
});

onPage("a partner that cannot be is refused at its field", {}, async (page) => {
  await sample(page);
  await page.fill("#partner", "Heap!");
  await page.locator("#partner[aria-invalid=true]").waitFor();
  assert.equal(await page.innerText("#partner-error"), "1 to 64 of a–z, 0–9, _ and -");
  assert.ok(await page.isHidden("#outcomes-card"));
});

onPage("the rows come as a CSV file that no spreadsheet runs", { acceptDownloads: true }, async (page) => {
  await sample(page);
  const body = { partner_api_key: "k", client_secret: "s", cohort_id: "1", cohort_changes: [{ user_ids: ["=1+1", 'a"b,c', "user-0001"] }] };
  await page.fill("#request-text", JSON.stringify(body));
  await page.locator("#headline", { hasText: "1 of 3" }).waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#csv")]);
  const csv = readFileSync(await download.path(), "utf8");
  assert.deepEqual(csv.split("\r\n"), [
    "\ufeffid,label,list,change,outcome,effect",
    '"\'=1+1","","user_ids","add","unknown_external_id","none"',
    '"a""b,c","","user_ids","add","unknown_external_id","none"',
    '"user-0001","","user_ids","add","matched_external_id","adds"',
    "",
  ]);
});

onPage("a large file shows its progress and can be cancelled", {}, async (page) => {
  // Made in the page, and cancelled there at the first sign of progress: a person is slower, and so
  // is a test that has to reach through the browser's connection.
  await page.evaluate(() => {
    const pieces = [];
    for (let n = 0; n < 200_000; n++) {
      pieces.push(`{"external_id":"user-${n}","devices":[{"device_id":"device-${n}"}],"note":"${"x".repeat(120)}"}\n`);
    }
    const state = document.getElementById("profiles-state");
    new MutationObserver((_, observer) => {
      if (!state.textContent.includes("so far")) return;
      observer.disconnect();
      document.getElementById("cancel").click();
    }).observe(state, { childList: true, characterData: true, subtree: true });
    const files = new DataTransfer();
    files.items.add(new File(pieces, "users.ndjson"));
    const field = document.getElementById("profiles-file");
    field.files = files.files;
    field.dispatchEvent(new Event("change"));
  });
  await page.locator("#profiles-state", { hasText: "Cancelled" }).waitFor();
  const stayed = readNumber(await page.innerText("#profiles-state"));
  assert.ok(stayed > 0 && stayed < 200_000, String(stayed));
  assert.ok(await page.isHidden("#loading"));
});

onPage("German is complete, and stays chosen", {}, async (page) => {
  await sample(page, "sample-request");
  await page.click("#apply");
  await page.click("[data-start=start_used]");
  await page.fill("#why-id", "user-0005");
  await page.click("#why-ask");
  const english = await page.locator("body").innerText();
  await page.click("#lang-de");
  assert.equal(await page.getAttribute("html", "lang"), "de");
  assert.equal(await page.innerText("#headline"), "6 von 14 IDs passen zu einem bekannten Nutzer");
  const german = (await page.locator("body").innerText()).split("\n");
  // What both languages share: names, ids, codes, numbers.
  const same = english.split("\n").filter((text) => /[a-z]{3} [a-z]/i.test(text) && german.includes(text) && !/@|user-|\//.test(text));
  assert.deepEqual(same, []);
  await page.reload();
  assert.equal(await page.innerText("#request-drop h3 span:last-child"), "Was gesendet wird");
});

onPage("a German browser is met in German", { locale: "de-DE" }, async (page) => {
  assert.equal(await page.title(), "kohort · Importvorschau");
  assert.equal(await page.getAttribute("#lang-de", "aria-pressed"), "true");
});
