// The table of ids: one outcome or all, page by page, and as a CSV file.
import { byId, make, show } from "./elements.js";
import { dot, occurring } from "./outcomes_view.js";
import { number, text } from "./texts.js";

const PAGE = 25;
const CSV_PIECE = 5_000; // rows at a time

/** `rows(offset, limit, outcome)` answers rows; `idOf(row)` its id. */
export function showRows({ report, rows, idOf, filter, offset, choose, turn }) {
  show("rows-card", Boolean(report));
  if (!report) return;
  const parts = occurring(report.outcomes);
  const total = filter ? (report.outcomes[filter] ?? 0) : parts.reduce((all, [, count]) => all + count, 0);

  const select = byId("filter");
  select.replaceChildren(
    make("option", { value: "" }, text("all")),
    ...parts.map(([outcome, count]) => make("option", { value: outcome }, `${text(`outcome_${outcome}`)} (${number(count)})`)),
  );
  select.value = filter;
  select.onchange = () => choose(select.value);

  const shown = rows(offset, PAGE, filter || undefined);
  byId("rows").replaceChildren(
    ...shown.map((row, at) => {
      const { id, label, remove } = idOf(row);
      return make(
        "tr",
        { "data-outcome": row.outcome },
        make("td", { class: "number" }, number(offset + at + 1)),
        make("td", { class: "text" }, label === undefined ? id : `${id} (${label})`),
        make("td", {}, dot(row.outcome), text(`outcome_${row.outcome}`)),
        make("td", {}, text(`effect_${row.effect}`)),
        make("td", {}, text(remove ? "change_remove" : "change_add")),
      );
    }),
  );
  if (shown.length === 0) byId("rows").replaceChildren(make("tr", {}, make("td", { colspan: "5" }, text("row_none"))));
  byId("page-of").textContent = total === 0 ? "" : text("page_of", offset + 1, offset + shown.length, total);
  const previous = byId("previous");
  const next = byId("next");
  previous.disabled = offset === 0;
  next.disabled = offset + PAGE >= total;
  previous.onclick = () => turn(Math.max(0, offset - PAGE), previous, next);
  next.onclick = () => turn(offset + PAGE, next, previous);
  byId("csv").onclick = () => {
    download("kohort-import.csv", csv({ rows, idOf, filter, total }));
    byId("page-of").textContent = text("csv_done", total);
  };
}

/** The rows as CSV: codes instead of words, so that the file reads the same in every language. */
function csv({ rows, idOf, filter, total }) {
  const pieces = ["\ufeffid,label,list,change,outcome,effect\r\n"];
  for (let offset = 0; offset < total; offset += CSV_PIECE) {
    for (const row of rows(offset, CSV_PIECE, filter || undefined)) {
      const { id, label = "", remove } = idOf(row);
      const cells = [id, label, row.list, remove ? "remove" : "add", row.outcome, row.effect];
      pieces.push(`${cells.map(cell).join(",")}\r\n`);
    }
  }
  return new Blob(pieces, { type: "text/csv;charset=utf-8" });
}

/** Quoted, and with an apostrophe before what a spreadsheet would run as a formula. */
function cell(value) {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}

function download(name, blob) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
