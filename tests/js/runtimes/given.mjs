// What the runtimes are given to go once through the package.
import { sign, webhook } from "../support/bodies.mjs";
import { zip } from "../support/zip.mjs";

const now = 1_690_000_000_000;
const body = webhook();
export const given = {
  body, now, secret: "s3cret", header: sign(body, "s3cret", now),
  zipped: Buffer.from(zip([{ text: "bo" }, { text: "ann2", later: true }])).toString("base64"),
};
