// The conformance data as one list, with bodies in Base64, so that it can be sent to any runtime.
import { readFileSync } from "node:fs";

const root = new URL("../../conformance/", import.meta.url);

const casesOf = (areas) => areas.flatMap((area) => ["valid", "invalid"].flatMap((kind) => {
  const folder = new URL(`${area}/${kind}/`, root);
  return JSON.parse(readFileSync(new URL("expected.json", folder), "utf8")).map((expected) => ({
    area, kind, expected, body: readFileSync(new URL(expected.file, folder)).toString("base64"),
  }));
}));

/** What every entry judges. */
export const cases = casesOf(["users", "name", "heap"]);

/** What `kohort/vendors` reads. */
export const payloads = casesOf(["vendors"]);

/** What is loaded into a workspace. */
export const loads = casesOf(["track", "csv"]);
