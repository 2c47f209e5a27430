// Profiles as CSV, through the package.
import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { full } from "../support/package.mjs";

const { Workspace } = full;

const CSV = 'external_id;email;vip;note\r\nada;a@x;true;"two\r\nlines"\r\nbob;;;\r\nada;;false;\r\n';

test("CSV is recognised, plain, packed and in pieces, and a row changes what it names", async (t) => {
  const bytes = new TextEncoder().encode(CSV);
  const stream = new ReadableStream({ start(c) { for (const byte of bytes) c.enqueue(Uint8Array.of(byte)); c.close(); } });
  for (const source of [CSV, new Blob([CSV]), new Uint8Array(gzipSync(bytes)), stream]) {
    const workspace = await Workspace.create();
    t.after(() => workspace.free());
    assert.deepEqual(await workspace.loadProfiles(source), { ok: true, loaded: 2, updated: 1, rejected: 0, covered: 0, problems: [], warnings: [] });
    const custom_attributes = { vip: false, note: "two\r\nlines" };
    assert.deepEqual(workspace.profile({ external_id: "ada" }), { external_id: "ada", email: "a@x", custom_attributes });
    assert.deepEqual(workspace.profile({ external_id: "bob" }), { external_id: "bob" });
  }
});

test("bad rows are problems at their line and column, without their values, and the rest is loaded", async (t) => {
  const workspace = await Workspace.create();
  t.after(() => workspace.free());
  const { ok, loaded, rejected, problems, warnings } = await workspace.loadProfiles("external_id,Email,dob\na,x,1.1.1970\nb,y\nc,z,\n");
  assert.deepEqual([ok, loaded, rejected], [false, 2, 1]);
  const place = ({ code, line, column, path, message }) => [code, line, column, path, message];
  assert.deepEqual(problems.map(place), [["csv.field_count", 3, 1, "", "a row has 2 fields, and the header 3"]]);
  assert.deepEqual(warnings.map(place), [
    ["csv.near_name", 1, 13, "/~?1", "a column's name is nearly `email`, and is taken as a custom attribute"],
    ["profile.wrong_field", 2, 5, "/dob", "`dob` has a type or a value that it does not have in Braze, and is left out"],
  ]);
});

test("the format can be said", async (t) => {
  const workspace = await Workspace.create();
  t.after(() => workspace.free());
  const codes = async (format, text) => (await workspace.loadProfiles(text, { format })).problems.map(({ code }) => code);
  assert.deepEqual(await codes("csv", "a,b\n1,2\n"), ["csv.no_id_column"]);
  assert.deepEqual(await codes("csv", ""), ["csv.no_header"]);
  assert.deepEqual(await codes("export", "external_id\n"), ["profile.other_format"]);
  assert.deepEqual(await codes(undefined, Uint8Array.from(Buffer.from("external_id\n", "utf16le"))), ["text.utf16"]);
  await assert.rejects(workspace.loadProfiles("", { format: "tsv" }), /format must be/);
});
