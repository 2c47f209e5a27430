// Packed sources: gzip and zip, whole, cut and damaged.
import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { edge, encode, full } from "../support/package.mjs";
import { zip } from "../support/zip.mjs";

const { Directory, diffCohortStream } = edge;
const USERS = 20_000;
const lines = Array.from({ length: USERS }, (_, index) => `{"external_id":"user-${(index * 7919) % 1_000_003}"}`);
const text = `${lines.join("\n")}\n`;
const stream = (bytes, size = 1 << 14) => new ReadableStream({
  pull(controller) {
    if (!bytes.length) return controller.close();
    controller.enqueue(bytes.subarray(0, size));
    bytes = bytes.subarray(size);
  },
});
const codes = ({ problems }) => problems.map(({ code }) => code);
const load = async (source, options) => {
  const workspace = await full.Workspace.create();
  try {
    return await workspace.loadProfiles(source, options);
  } finally {
    workspace.free();
  }
};

test("a gzip that is cut or damaged is a located problem, and what was loaded is counted", async () => {
  const packed = gzipSync(text);
  const cut = packed.subarray(0, packed.length >> 1);
  for (const source of [new Blob([cut]), cut, stream(cut), [new Blob(["\n"]), new Blob([cut])]]) {
    const { ok, loaded, problems: [first] } = await load(source);
    assert.deepEqual([ok, first.code, first.severity, first.offset, first.endOffset], [false, "gzip.invalid", "error", 0, cut.length]);
    assert.equal(first.path, Array.isArray(source) ? "/1" : "");
    assert.ok(loaded > 1_000 && loaded < USERS, `${loaded}`);
  }
  const damaged = Uint8Array.from(packed);
  damaged.fill(255, packed.length >> 1, (packed.length >> 1) + 100);
  for (const bytes of [damaged, packed.subarray(0, -1), packed.subarray(0, 5), Uint8Array.of(0x1f, 0x8b), Uint8Array.of(0x1f, 0x8b, 1, 2, 3, 4)]) {
    assert.equal(codes(await load(new Blob([bytes])))[0], "gzip.invalid");
    const directory = await Directory.build(new Blob([bytes]));
    assert.deepEqual([directory.ok, codes(directory)[0], directory.count], [false, "gzip.invalid", directory.loaded]);
    directory.free();
    assert.deepEqual(codes(await diffCohortStream("", stream(bytes))), ["gzip.invalid"]);
  }
  const { problems: [{ path }] } = await diffCohortStream("", [new Blob(["a"]), new Blob([cut])]);
  assert.equal(path, "/next/1");
});

test("a gzip of several members is read to its end, also with zeros between them, or tells what follows", async () => {
  const zeros = (count) => new Uint8Array(count);
  const members = (between, ...texts) => Buffer.concat(texts.flatMap((text, index) => (index ? [between, gzipSync(text)] : [gzipSync(text)])));
  const whole = ["ann\n", "", "bo\n", "c".repeat(300_000), "\ndée\n"];
  for (const between of [zeros(0), zeros(1), zeros(3), zeros(512), zeros(100_000)]) {
    for (const end of [zeros(0), zeros(1), zeros(1_000)]) {
      const packed = Buffer.concat([members(between, ...whole), end]);
      for (const source of [packed, new Blob([packed]), stream(packed), stream(packed, 97)]) {
        const answer = await diffCohortStream(source, whole.join(""));
        assert.deepEqual([codes(answer), answer.counts?.unchanged], [[], 4], `${between.length} ${end.length}`);
      }
    }
  }
  // Members of which each is as long as the one before, and an end that says so.
  const same = members(zeros(2), "ann\n", "bob\n", "cyd\n");
  assert.equal((await diffCohortStream(same, "")).counts.previous, 3);
  for (const after of ["x", "\0x", "\0\0\0\0\0\0\0\0x", "\0\x1f\x8b", "\0\x1f\x8b\x08more of it, and more", `\0${text}`]) {
    const packed = Buffer.concat([gzipSync(text), Buffer.from(after, "latin1")]);
    for (const source of [new Blob([packed]), stream(packed), stream(packed, 1_000)]) {
      const { ok, problems, loaded } = await load(source);
      assert.deepEqual([ok, problems.length, problems[0].code, loaded], [false, 1, "gzip.invalid", USERS], JSON.stringify(after.slice(0, 9)));
    }
  }
});

test("what follows a zip, or the data of one of its files, is told", async () => {
  const whole = zip([{ text: "ann\nbo\n" }]);
  const remark = Buffer.concat([whole.subarray(0, -2), Uint8Array.of(3, 0), encode("abc")]);
  for (const bytes of [whole, remark, Buffer.concat([whole, new Uint8Array(700)])]) {
    for (const size of [1, 1 << 14]) assert.equal((await diffCohortStream(stream(bytes, size), "")).counts?.previous, 2);
  }
  const after = Buffer.concat([gzipSync("ann\nbo\n").subarray(10), encode("\0more")]);
  const within = Buffer.concat([whole.subarray(0, 30 + 9), after, whole.subarray(whole.lastIndexOf(0x50, whole.length - 60))]);
  within.writeUInt32LE(after.length, 18);
  for (const bytes of [Buffer.concat([whole, whole]), Buffer.concat([whole, encode("more")]), remark.subarray(0, -1), within]) {
    assert.deepEqual(codes(await diffCohortStream(new Blob([bytes]), "")), ["zip.invalid"]);
  }
});

test("packed bytes in a call that does not unpack are told to be packed", async () => {
  const { checkCohortRequest, readHeapWebhook, planCohortImport, diffCohort } = edge;
  const workspace = await full.Workspace.create();
  const heap = { partner: "heap" };
  for (const bytes of [gzipSync("{}"), zip([{ text: "{}" }])]) {
    const answers = [
      ...["users", "name"].map((endpoint) => checkCohortRequest(bytes, { endpoint })), readHeapWebhook(bytes), planCohortImport(bytes, heap),
      diffCohort(bytes, ""), diffCohort(["a"], bytes), workspace.previewCohortRequest(bytes, heap), workspace.applyCohortRequest(bytes, heap),
      Directory.build(bytes), ...["users", "name"].map((endpoint) => edge.createCohortChecker({ endpoint }).check(bytes)),
    ];
    for (const { ok, problems } of answers) {
      assert.deepEqual([ok ?? false, problems.map(({ code, offset }) => [code, offset])].slice(1), [[["json.packed", 0]]]);
      assert.match(problems[0].help, /unpack it first/);
    }
  }
  workspace.free();
});

test("what was read of a gzip that is cut stays, and the workspace goes on", async () => {
  const packed = gzipSync(text);
  const workspace = await full.Workspace.create();
  const { loaded } = await workspace.loadProfiles(new Blob([packed.subarray(0, packed.length >> 1)]));
  assert.equal(workspace.userCount, loaded);
  const { ok, loaded: more } = await workspace.loadProfiles(new Blob([packed]));
  assert.deepEqual([ok, loaded + more, workspace.userCount], [true, USERS, USERS]);
  workspace.free();
});

test("an error of the caller's own stream rejects, whatever it carries", async () => {
  const network = new Error("the line went dead");
  for (const whole of [encode(text), gzipSync(text), zip([{ text }]), zip([{ text, later: true }])]) {
    const broken = () => new ReadableStream({
      start: (controller) => controller.enqueue(Uint8Array.from(whole.subarray(0, whole.length >> 1))),
      pull: (controller) => controller.error(network),
    }, { highWaterMark: 0 });
    await assert.rejects(load(broken()), network);
    await assert.rejects(Directory.build(broken()), network);
    await assert.rejects(diffCohortStream("", broken()), network);
  }
  const wrong = new ReadableStream({ start(controller) { controller.enqueue(Uint8Array.of(0x1f, 0x8b)); controller.enqueue("text"); } });
  await assert.rejects(diffCohortStream(wrong, ""), TypeError);
});

const halves = [lines.slice(0, 9_000).join("\n"), lines.slice(9_000).join("\n")];
const kinds = { packed: {}, stored: { stored: true }, later: { later: true }, "stored, later": { stored: true, later: true }, "later and long": { later: "long" }, long: { long: true } };

test("a zip of several files is read as their texts one after another", async () => {
  for (const [kind, how] of Object.entries(kinds)) {
    const bytes = zip([{ name: "users/", stored: true }, { text: halves[0], ...how }, { text: "", ...how }, { text: halves[1], ...how }, { name: "__MACOSX/._users.txt", text: "\0\x05", ...how }]);
    for (const source of [new Blob([bytes]), bytes, stream(bytes), stream(bytes, 997)]) {
      const { ok, loaded, problems } = await load(source);
      assert.deepEqual([ok, loaded, problems], [true, USERS, []], kind);
    }
  }
});

test("zips cut anywhere into pieces, and among other Blobs, give what whole text gives", async () => {
  const files = [{ text: "ann\nbo" }, { text: "é😀", stored: true, later: true }, { text: "cy\n", later: "long" }];
  for (const size of [1, 2, 3, 7, 25, 26, 100]) {
    const answer = await diffCohortStream(stream(zip(files), size), [new Blob([zip([{ text: "bo" }])]), new Blob([gzipSync("cy")]), new Blob(["dée"])]);
    assert.deepEqual([[...answer.remove], [...answer.add]], [["ann", "é😀"], ["dée"]]);
  }
  const empty = await diffCohortStream(new Blob([zip([])]), zip([{ text: "a" }]));
  assert.deepEqual([empty.counts.previous, empty.counts.next], [0, 1]);
});

test("a zip that another program wrote to a pipe is read", async () => {
  // By Python's zipfile: a folder, a file in the long form, a stored one, lengths after the data.
  const bytes = Buffer.from(
    "UEsDBBQACAAAAAAAIVwAAAAAAAAAAAAAAAAGAAAAdXNlcnMvUEsHCAAAAAAAAAAAAAAAAFBLAwQtAAgACAAAACFcAAAAAP//////////CwAUAHVzZXJzLzAudHh0AQAQ"
    + "AAAAAAAAAAAAAAAAAAAAAACrVkqtKEktykvMic9MUbJSSszLU6rlqkYTTcpXqgUAUEsHCJ11+1MfAAAAAAAAACoAAAAAAAAAUEsDBBQACAAAAAAAIVwAAAAAAAAAAAAA"
    + "AAALAAAAdXNlcnMvMS50eHR7ImV4dGVybmFsX2lkIjoiY3kifQpQSwcIL2YanBUAAAAVAAAAUEsBAhQDFAAIAAAAAAAhXAAAAAAAAAAAAAAAAAYAAAAAAAAAAAAAAIAB"
    + "AAAAAHVzZXJzL1BLAQItAy0ACAAIAAAAIVyddftTHwAAACoAAAALAAAAAAAAAAAAAACAATQAAAB1c2Vycy8wLnR4dFBLAQIUAxQACAAAAAAAIVwvZhqcFQAAABUAAAAL"
    + "AAAAAAAAAAAAAACAAagAAAB1c2Vycy8xLnR4dFBLBQYAAAAAAwADAKYAAAD2AAAAAAA=", "base64");
  for (const size of [1, 50, 10_000]) assert.deepEqual([(await load(stream(bytes, size))).loaded], [3]);
});

test("a file whose text looks like the end of a file is read to its own end", async () => {
  const signatures = "PK\x07\x08PK\x01\x02PK\x03\x04\n";
  // The next one says the right length too, but nothing of a zip follows it.
  const before = signatures.padEnd(100, "x");
  const text = `${before}PK\x07\x08crc.${String.fromCharCode(before.length)}\0\0\0sizePK\x07\x08${signatures.repeat(100)}`;
  const marked = zip([{ text, stored: true, later: true }, { text: "last" }]);
  for (const size of [1, 64, 1 << 20]) {
    let bytes = 0;
    const answer = await diffCohortStream(stream(marked, size), "", { onProgress: (progress) => { bytes = progress.bytes; } });
    assert.deepEqual([codes(answer), bytes], [[], text.length + 4]);
  }
});

test("a zip that is cut or damaged is a located problem, and what was loaded is counted", async () => {
  for (const [kind, how] of Object.entries(kinds)) {
    const whole = zip([{ text: halves[0], ...how }, { text: halves[1], ...how }]);
    const second = Buffer.from(whole).lastIndexOf("PK\x03\x04");
    const cut = whole.subarray(0, second + 2_000);
    const { ok, loaded, problems: [first] } = await load(stream(cut));
    assert.deepEqual([ok, first.code, first.offset, first.endOffset], [false, "zip.invalid", second, cut.length], kind);
    assert.ok(loaded >= 9_000 && loaded < USERS, `${kind}: ${loaded}`);
    const damaged = Uint8Array.from(whole);
    damaged.fill(90, second + 500, second + 520);
    assert.equal(codes(await load(new Blob([damaged])))[0], "zip.invalid", kind);
  }
  // The sum of the text is looked at: here one letter differs, in a place where the text is stored.
  const forged = zip([{ text: "a\nb", stored: true }]);
  forged[Buffer.from(forged).indexOf("a\nb")] = 99;
  assert.deepEqual(codes(await diffCohortStream("", forged)), ["zip.invalid"]);
  for (const length of [4, 10, 30, 35]) assert.deepEqual(codes(await diffCohortStream("", zip([{ text: "a" }]).subarray(0, length))), ["zip.invalid"], `${length}`);
});

test("every way to cut a zip is answered, never thrown", async () => {
  for (const how of [{}, { stored: true, later: true }]) {
    const whole = zip([{ text: "ann\nbo", ...how }, { text: "cy", ...how }]);
    for (let length = 4; length < whole.length; length++) {
      const answer = await diffCohortStream(whole.subarray(0, length), "");
      assert.deepEqual(codes(answer), ["zip.invalid"], `${length} of ${whole.length}`);
    }
  }
});

test("a zip that lost a file is told by its list", async () => {
  const whole = Buffer.from(zip([{ text: "ann\nbo" }, { text: "cy" }]));
  const [second, list] = [whole.indexOf("PK\x03\x04", 4), whole.indexOf("PK\x01\x02")];
  assert.deepEqual(codes(await diffCohortStream(whole, "")), []);
  const lost = Buffer.concat([whole.subarray(0, second), whole.subarray(list)]);
  assert.deepEqual(codes(await diffCohortStream(lost, "")), ["zip.invalid"]);
  for (const kind of [[1, 2], [5, 6]]) {
    const turned = Buffer.from(whole);
    turned.set(kind, second + 2);
    assert.deepEqual(codes(await diffCohortStream(turned, "")), ["zip.invalid"]);
  }
});

test("files that are encrypted or packed by other methods are refused by name of what is wrong", async () => {
  for (const how of [{ encrypted: true }, { method: 14 }, { method: 9, later: true }]) {
    const { ok, loaded, problems } = await load(new Blob([zip([{ text: `${lines[0]}\n${lines[1]}` }, { text: halves[1], ...how }])]));
    assert.deepEqual([ok, loaded, problems.map(({ code }) => code)], [false, 2, ["zip.unsupported"]]);
    assert.ok(problems[0].offset > 30);
  }
});

test("the place of a bound is told by line and column as well", async () => {
  // Two lines, of which the second has characters of two and of four bytes.
  const start = '{"external_id":"ann"}\n{"external_id":"\u00e4\u{1f600}';
  const whole = `${start}b"}\n`;
  const limits = { maxBytes: Buffer.byteLength(start) };
  const place = ({ problems: [{ code, offset, line, column }] }) => [code, offset, line, column];
  const expected = ["limit.bytes", limits.maxBytes, 2, start.length - start.indexOf("\n")];
  const pieces = () => new ReadableStream({
    start(controller) {
      for (const byte of Buffer.from(whole)) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  for (const source of [() => whole, () => new Blob([whole]), () => new Blob([gzipSync(whole)]), pieces]) {
    assert.deepEqual(place(await load(source(), { limits })), expected);
    const directory = await Directory.build(source(), { limits });
    assert.deepEqual(place(directory), expected);
    directory.free();
    assert.deepEqual(place(await diffCohortStream("a", source(), { limits })), expected);
  }
});

test("the length of an unpacked text can be bounded", async () => {
  const bomb = "\n".repeat(50_000_000);
  for (const source of [gzipSync(bomb), zip([{ text: bomb }]), zip([{ text: bomb, later: true }])]) {
    let most = 0;
    const { ok, problems: [problem] } = await diffCohortStream(new Blob([source]), "", { limits: { maxBytes: 100_000 }, onProgress: ({ bytes }) => { most = bytes; } });
    assert.deepEqual([ok, problem.code, problem.path, problem.offset, most], [false, "limit.bytes", "/previous", 100_000, 100_000]);
    assert.match(problem.message, /100000 bytes/);
  }
  const three = lines.slice(0, 3).join("\n").length;
  const answers = [await load(new Blob([gzipSync(text)]), { limits: { maxBytes: three } })];
  for (const source of [text, new Blob([text])]) {
    const directory = await Directory.build(source, { limits: { maxBytes: three } });
    answers.push({ ok: directory.ok, loaded: directory.count, problems: directory.problems });
    directory.free();
  }
  for (const { ok, loaded, problems } of answers) assert.deepEqual([ok, loaded, problems[0].code], [false, 3, "limit.bytes"]);
  assert.equal((await load(text, { limits: { maxBytes: text.length } })).ok, true);
  for (const maxBytes of [-1, "5", NaN]) await assert.rejects(load(text, { limits: { maxBytes } }), TypeError);
});

test("no more of what is packed is read than is about to be used", async () => {
  for (const packed of [gzipSync(text), zip([{ text }]), zip([{ text, later: true }]), zip([{ text, stored: true }])]) {
    let read = 0, most = 0;
    const source = new ReadableStream({
      pull(controller) {
        if (read >= packed.length) return controller.close();
        controller.enqueue(Uint8Array.from(packed.subarray(read, read += 100)));
      },
    }, { highWaterMark: 0 });
    // A slow reader: how much of the packed text is ahead of it when it has its first piece?
    const { loaded } = await load(source, { onProgress: ({ bytes }) => { if (!most) most = read; assert.ok(bytes); } });
    assert.equal(loaded, USERS);
    assert.ok(most < packed.length / 2, `${most} of ${packed.length}`);
  }
});

test("stopping early stops the reading of what is packed", async () => {
  for (const bytes of [gzipSync(text), zip([{ text }]), zip([{ text, later: true }])]) {
    const controller = new AbortController();
    let cancelled = false, pulls = 0;
    const source = new ReadableStream({
      pull(stream) { pulls++; stream.enqueue(Uint8Array.from(bytes.subarray(0, 60_000))); controller.abort(new Error("enough")); },
      cancel() { cancelled = true; },
    }, { highWaterMark: 0 });
    await assert.rejects(diffCohortStream(source, "", { signal: controller.signal }), /enough/);
    assert.ok(cancelled && pulls < 20, `${pulls}`);
  }
});
