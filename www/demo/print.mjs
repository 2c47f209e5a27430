// What the demo prints: headings, lines and tables that one reads at a glance.
//
// Colour only on a terminal, and never where NO_COLOR is set.
const colour = Boolean(process.stdout.isTTY) && !process.env.NO_COLOR;

const paint = (code) => (text) => (colour ? `\x1b[${code}m${text}\x1b[0m` : String(text));
export const bold = paint("1");
export const dim = paint("2");
export const red = paint("31");
export const green = paint("32");
export const yellow = paint("33");

// Numbers are written the same on every machine.
export const number = (value) => value.toLocaleString("en-US");
export const plural = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;

/** Keys and hashes, of which a few characters tell them apart. */
export const short = (text) => `${text.slice(0, 8)}…`;

let headings = 0;

export function heading(text) {
  headings += 1;
  console.log(`\n${bold(`${headings}. ${text}`)}`);
}

export function line(text = "") {
  console.log(text === "" ? "" : `   ${text}`);
}

/** A fact with its name, aligned with the others. */
export function fact(name, value) {
  line(`${dim(name.padEnd(13))}${value}`);
}

const seen = (text) => text.replace(/\x1b\[\d+m/g, "").length;

/** Rows under a head; columns that hold numbers are aligned to the right. */
export function table(head, rows) {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === "number" ? number(cell) : String(cell))));
  const right = head.map((_, column) => rows.some((row) => typeof row[column] === "number"));
  const widths = head.map((name, column) => Math.max(name.length, ...cells.map((row) => seen(row[column]))));
  const put = (row) =>
    row
      .map((cell, column) => {
        const space = " ".repeat(widths[column] - seen(cell));
        return right[column] ? space + cell : cell + space;
      })
      .join("  ")
      .trimEnd();
  line(dim(put(head)));
  for (const row of cells) line(put(row));
}

/** A bar of at most `width` cells. */
export function bar(part, whole, width = 24) {
  return "█".repeat(whole === 0 ? 0 : Math.max(part > 0 ? 1 : 0, Math.round((part / whole) * width)));
}

/** The verdict on one thing that was to come out so. */
export function verdict(ok, text) {
  line(`${ok ? green("✓") : red("✗")} ${text}`);
  return ok;
}
