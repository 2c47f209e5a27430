// The members of a segment, page by page, each with the fields that it asks about.
import { cellOf } from "./asked_fields.js";
import { byId, make, show } from "./elements.js";
import { number, text } from "./texts.js";

const PAGE = 15;

/** The id by which a user is named, as words. */
export const nameOf = ({ external_id, alias, braze_id, device_id }) =>
  external_id ?? (alias ? `${alias.alias_name} (${alias.alias_label})` : (braze_id ?? device_id));

/**
 * Asks for the page at `offset`, of the moment of the page before it if `revision` says which that was. Where
 * something has changed since then, the list begins again: `again` says so.
 */
export function pageOf(segment, columns, { offset = 0, revision } = {}) {
  const fields = [...new Set(columns.map(({ field }) => field))];
  const page = segment.members({ offset, limit: PAGE, fields, ...(revision !== undefined && { revision }) });
  if (page.ok || page.problems[0].code !== "segment.changed") return { ...page, offset };
  return { ...segment.members({ limit: PAGE, fields }), offset: 0, again: true };
}

/** `turn(offset)` asks for another page, `why(member)` for an explanation. */
export function showMembers({ page, columns, turn, why }) {
  show("members-card", Boolean(page?.ok));
  if (!page?.ok) return;
  const { members, count, offset } = page;
  byId("members-head").replaceChildren(
    ...["row_number", "member_id"].map((key) => make("th", { scope: "col", class: key === "row_number" ? "number" : undefined }, text(key))),
    make("th", { scope: "col" }, make("span", { class: "unseen" }, text("why"))),
    ...columns.map(({ head }) => make("th", { scope: "col" }, head)),
  );
  byId("members-rows").replaceChildren(
    ...members.map((member, at) => {
      const button = make("button", { type: "button", class: "small", "aria-label": text("why_of", nameOf(member)) }, text("why"));
      button.addEventListener("click", () => why(member));
      return make(
        "tr",
        {},
        make("td", { class: "number" }, number(offset + at + 1)),
        make("td", { class: "text" }, nameOf(member)),
        make("td", {}, button),
        ...columns.map((column) => make("td", { class: "cell" }, cellOf(column, member.fields))),
      );
    }),
  );
  if (count === 0) byId("members-rows").replaceChildren(make("tr", {}, make("td", { colspan: String(columns.length + 3) }, text("members_none"))));
  byId("members-note").textContent = page.again ? text("members_again") : "";
  byId("members-of").textContent = count === 0 ? "" : text("page_of", offset + 1, offset + members.length, count);
  const [previous, next] = [byId("members-previous"), byId("members-next")];
  previous.disabled = offset === 0;
  next.disabled = offset + members.length >= count;
  const go = (to, button, other) => {
    turn(to);
    (button.disabled ? other : button).focus();
  };
  previous.onclick = () => go(offset - PAGE, previous, next);
  next.onclick = () => go(offset + PAGE, next, previous);
}
