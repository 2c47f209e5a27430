// The dashboard of www/ in a headless Chromium, as `cargo xtask demo` serves it.
import assert from "node:assert/strict";
import { servePage } from "../../www/demo/page_server.mjs";
import { launchChromium } from "../js/support/chromium.mjs";

/** Opens the page; what it logs as an error, and whom it asks besides its own server, is kept. */
export async function openBrowser() {
  const server = await servePage({ packageDir: process.env.KOHORT_PACKAGE_DIR });
  const browser = await launchChromium();
  return {
    async open(options = {}) {
      const context = await browser.newContext({ locale: "en-US", viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      const faults = [];
      page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
      page.on("pageerror", (fault) => faults.push(String(fault)));
      page.on("request", (request) => {
        if (!/^(blob:|data:)/.test(request.url()) && !request.url().startsWith(server.url)) faults.push(`asked ${request.url()}`);
      });
      await page.goto(server.url);
      await page.locator("#empty").waitFor();
      return { page, faults, close: () => context.close() };
    },
    /** Acts on a fresh page, which must end without a fault of its own. */
    async onPage(options, act) {
      const { page, faults, close } = await this.open(options);
      try {
        await act(page);
        assert.deepEqual(faults, []);
      } finally {
        await close();
      }
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** A number as the page writes it in English. */
export const readNumber = (text) => Number(text.replaceAll(/[^\d]/g, ""));

/** The legend as { outcome: count }. */
export const legendOf = (page) =>
  page.locator("#legend button").evaluateAll((buttons) =>
    Object.fromEntries(
      buttons.map((button) => [button.dataset.outcome, Number(button.querySelector(".count").textContent.split("·")[0].replaceAll(/[^\d]/g, ""))]),
    ),
  );
