// The page for everybody: by keyboard alone, by ear, with little room, in the dark.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser } from "./page.mjs";

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser?.close());

const onPage = (options, act) => browser.onPage(options, act);

/** Everything that the page can show at once: a preview, a segment with a fault of each sort, an explanation. */
async function everything(page, id = "sample-request") {
  await page.click(`#${id}`);
  await page.locator("#rows tr").first().waitFor();
  await page.click("#apply");
  await page.fill(
    "#definition",
    JSON.stringify({
      filter: {
        AND: [
          { partner_cohort: { partner: "heap", comparison: "includes_value", value: "1338065" } },
          { OR: [{ random_bucket: { comparison: "less_than", value: 9_999 } }, { session: { metric: "count_in_days", days: 3, comparison: "exactly", value: 0 } }] },
        ],
      },
      exclude: [{ default_attribute: { attribute_name: "country", comparison: "equals", value: "US" } }],
    }),
  );
  await page.locator('#definition-problems [data-code="segment.needs"]').waitFor();
  await page.fill("#why-id", "user-0006");
  await page.click("#why-ask");
  await page.locator("#why-tree li").first().waitFor();
}

/** Presses Tab until the element has the focus. */
async function tabTo(page, id) {
  for (let presses = 0; presses < 90; presses++) {
    if ((await page.evaluate(() => document.activeElement?.id || document.activeElement?.dataset.outcome)) === id) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not reach ${id}`);
}

test("everything can be done with the keyboard", () =>
  onPage({}, async (page) => {
    await tabTo(page, "sample");
    await page.keyboard.press("Enter");
    await page.locator("#outcomes-card").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), "results", "the focus goes to the results");
    await tabTo(page, "unknown_external_id");
    await page.keyboard.press("Enter");
    assert.match(await page.innerText("#page-of"), /of 160$/);
    assert.equal(await page.evaluate(() => document.activeElement.dataset.outcome), "unknown_external_id", "the focus stays");
    await tabTo(page, "next");
    for (let turn = 0; turn < 6; turn++) await page.keyboard.press("Enter");
    assert.equal(await page.innerText("#page-of"), "151–160 of 160");
    assert.equal(await page.evaluate(() => document.activeElement.id), "previous", "a button that ends hands the focus on");
    await page.evaluate(() => document.activeElement.blur());
    await tabTo(page, "lang-de");
    await page.keyboard.press("Space");
    assert.equal(await page.getAttribute("html", "lang"), "de");
  }));

test("a segment is written and explained with the keyboard", () =>
  onPage({}, async (page) => {
    await tabTo(page, "sample");
    await page.keyboard.press("Enter");
    await tabTo(page, "apply");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "to-segment", "the way to the segment has the focus");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.dataset.start), "start_country");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.dataset.start), "start_country", "the focus stays");
    await tabTo(page, "filter-family");
    await page.keyboard.type("Rand");
    await page.keyboard.press("Tab");
    await page.keyboard.type("less");
    assert.equal(await page.evaluate(() => document.activeElement.id), "filter-random_bucket-comparison");
    await page.keyboard.press("Tab");
    await page.keyboard.type("5000");
    await page.keyboard.press("Enter");
    assert.match(await page.inputValue("#definition"), /"random_bucket".*5000/s);
    assert.equal(await page.innerText("#added"), "Added.");
    assert.equal(await page.evaluate(() => document.activeElement.id), "filter-random_bucket-value", "the focus stays");
    await tabTo(page, "members-next");
    await page.keyboard.press("Space");
    assert.match(await page.innerText("#members-of"), /^16–30 of /);
    await tabTo(page, "why-id");
    await page.keyboard.type("user-0001");
    await page.keyboard.press("Enter");
    assert.match(await page.innerText("#why-result"), /^user-0001 is/);
  }));

test("what has the focus shows it", () =>
  onPage({}, async (page) => {
    for (const id of ["lang-en", "request-text", "partner", "sample"]) {
      await tabTo(page, id);
      const width = await page.evaluate(() => parseFloat(getComputedStyle(document.activeElement).outlineWidth));
      assert.ok(width >= 2, id);
    }
    await tabTo(page, "request-file");
    const label = await page.evaluate(() => parseFloat(getComputedStyle(document.querySelector('[for="request-file"]')).outlineWidth));
    assert.ok(label >= 2, "the label of a hidden field shows its focus");
  }));

test("names, labels, headings and live regions are there", () =>
  onPage({}, async (page) => {
    await everything(page);
    const faults = await page.evaluate(() => {
      const found = [];
      const named = (element) =>
        element.getAttribute("aria-label") || element.labels?.[0]?.textContent.trim() || (element.matches("button, a") && element.textContent.trim());
      for (const element of document.querySelectorAll("button, a, input, select, textarea, [role=img], [role=region], [role=group], nav")) {
        if (!named(element)) found.push(`no name: ${element.outerHTML.slice(0, 80)}`);
      }
      const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
      for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push(`id twice: ${id}`);
      for (const element of document.querySelectorAll("[aria-labelledby], [aria-describedby], [for]")) {
        for (const name of ["aria-labelledby", "aria-describedby", "for"]) {
          const id = element.getAttribute(name);
          if (id && !document.getElementById(id)) found.push(`${name} leads nowhere: ${id}`);
        }
      }
      for (const cell of document.querySelectorAll("th")) if (cell.scope !== "col") found.push("a head without scope");
      const levels = [...document.querySelectorAll("h1, h2, h3, h4")].map((element) => Number(element.tagName[1]));
      levels.forEach((level, at) => level > (levels[at - 1] ?? 0) + 1 && found.push(`a heading leaps to ${level}`));
      if (document.querySelectorAll("h1").length !== 1 || document.querySelectorAll("main").length !== 1) found.push("not one h1 and one main");
      for (const id of ["headline", "target-count"]) {
        if (document.getElementById(id).getAttribute("aria-live") !== "polite") found.push(`${id} is not announced`);
      }
      return found;
    });
    assert.deepEqual(faults, []);
  }));

for (const colorScheme of ["light", "dark"]) {
  test(`every text can be read, ${colorScheme}`, () =>
    onPage({ colorScheme }, async (page) => {
      await everything(page);
      const weak = await page.evaluate(() => {
        const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
        const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
        const light = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
        const ground = (element) => {
          for (let at = element; at; at = at.parentElement) {
            const colour = channels(getComputedStyle(at).backgroundColor);
            if (colour.length < 4 || colour[3] > 0) return colour;
          }
          return [255, 255, 255];
        };
        const found = [];
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node = texts.nextNode(); node; node = texts.nextNode()) {
          const element = node.parentElement;
          if (!node.textContent.trim() || !element.checkVisibility() || element.closest(":disabled, noscript, option, .skip")) continue;
          const [one, other] = [light(channels(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
          const contrast = (one + 0.05) / (other + 0.05);
          if (contrast < 4.5) found.push(`${contrast.toFixed(2)} ${node.textContent.trim().slice(0, 30)}`);
        }
        return found;
      });
      assert.deepEqual(weak, []);
    }));
}

for (const width of [320, 768, 1920]) {
  test(`nothing sticks out at ${width} pixels`, () =>
    onPage({ viewport: { width, height: 800 }, locale: "de-DE" }, async (page) => {
      for (const id of ["sample", "sample-request"]) {
        await everything(page, id);
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, id);
      }
    }));
}
