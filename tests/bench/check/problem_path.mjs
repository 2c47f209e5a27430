// W1's other side: a request in which all 1,000 ids are wrong.
//
// What is measured: the check, and reading code, path, message and offset of every problem; the
// peers' lists of all they find, with path and message.
// Corpus: `thousandProblems` of corpus.mjs.
// Notes: by default ours lists 100 problems and says how many more there are.

import { alternate, ratio } from "../support/alternate.mjs";
import { thousandProblems } from "./corpus.mjs";
import * as peers from "./peers/problems.mjs";

/** Times it; answers a table. */
export async function problemPath(edge, options) {
  const bodies = thousandProblems(options.quick ? 2 : 50);
  const settings = {
    runs: options.runs,
    rounds: options.quick ? 1 : 8,
    warmUps: options.quick ? 1 : 5,
  };
  const results = await alternate(
    [
      { name: "kohort, maxProblems: 1000", call: ours(edge, 1000) },
      { name: "kohort, as it comes (100, then how many more)", call: ours(edge), answers: false },
      { name: "hand-written", call: peers.hand() },
      { name: "ajv 8, compiled, allErrors", call: peers.ajv() },
      { name: "zod 4", call: peers.zod() },
      { name: "valibot", call: peers.valibot() },
      { name: "typebox, compiled, all errors", call: peers.typebox() },
    ],
    bodies,
    settings,
  );
  const [whole] = results;
  const rows = results.map((result) => ({
    name: result.name,
    time: result.perItem * 1000,
    ratio: result === whole ? undefined : ratio(whole, result),
  }));
  const title = `W1, a request with 1,000 problems, ${bodies[0].length} bytes`;
  return { tables: [{ title, unit: "µs", rows }] };
}

function ours(edge, maxProblems) {
  const checker = edge.createCohortChecker({ endpoint: "users", strict: true, maxProblems });
  return (bytes) => {
    const { problems } = checker.check(bytes);
    let read = 0;
    for (const { code, path, message, offset } of problems) {
      read += code.length + path.length + message.length + offset;
    }
    if (!(read > 0)) throw new Error("problems without code, path or message");
    return problems.length;
  };
}
