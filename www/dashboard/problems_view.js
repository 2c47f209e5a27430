// Problems with the place in the source underlined.
import { byId, make, show } from "./elements.js";
import { problemText, text } from "./texts.js";

const decoder = new TextDecoder();
const TYPES = ["string", "number", "boolean", "array"];
const AROUND = 60; // characters shown on either side of a place
const MARKED = 80; // characters of the place itself

/** `groups` are lists of problems with the bytes that they are about: { problems, source?, note?, didYouMean? }. */
export function showProblems(groups) {
  const entries = groups.flatMap(entriesOf);
  show("problems-card", entries.length > 0);
  byId("problems").replaceChildren(...entries);
}

/** The entries of one of these, for a list of its own. */
export const entriesOf = ({ problems, source, note, didYouMean = [] }) =>
  problems.map((problem) => entry(problem, source, note, didYouMean.filter(({ path }) => path === problem.path)));

function entry(problem, source, note, meant) {
  const { message, help } = problemText(problem);
  // What is said of a plan as a whole has no place in the text.
  const placed = problem.endOffset > 0 || problem.path !== "" || problem.code.startsWith("json.");
  const place = placed && text("place", String(problem.line), String(problem.column));
  const where = [place, problem.path, note].filter(Boolean).map((part) => ` · ${part}`).join("");
  const excerpt = source && placed && excerptOf(source, problem.offset, problem.endOffset);
  return make(
    "li",
    { class: problem.severity, "data-code": problem.code },
    make("p", { class: "what" }, make("span", { class: "kind" }, `${text(problem.severity)}: `), ...coded(message)),
    make("p", { class: "where" }, make("code", {}, problem.code), where),
    ...(excerpt ? [make("pre", {}, excerpt.before, make("mark", {}, excerpt.marked), excerpt.after)] : []),
    make("p", { class: "help" }, ...coded(help)),
    ...(problem.allowed ? [make("p", { class: "help allowed" }, ...coded(text("allowed", problem.allowed.map((word) => `\`${allowedWord(word)}\``).join(", "))))] : []),
    ...(meant.length > 0 ? [make("p", { class: "meant" }, ...meant.map(meantButton))] : []),
  );
}

/** A button by which whoever shows the list puts a name in its place. A name has any characters, also some that turn a line around. */
function meantButton({ path, name }) {
  const [before, after] = text("did_you_mean", "\0").split("\0");
  return make("button", { type: "button", class: "small", "data-path": path, "data-name": name }, before, make("bdi", {}, name), after);
}

/** A type in the page's language; operators stay as they are written. */
const allowedWord = (word) => (TYPES.includes(word) ? text(`type_${word}`) : word);

/** Words with what stands in backticks as code. */
export const coded = (words) => words.split(/`([^`]*)`/).map((part, at) => (at % 2 === 1 ? make("code", {}, part) : part));

/** The line with the place, cut where it is long. Places are bytes, so bytes are cut. */
function excerptOf(source, offset, endOffset) {
  if (source.length === 0) return undefined;
  const from = Math.min(offset, source.length);
  const lineStart = source.lastIndexOf(10, from - 1) + 1;
  const newline = source.indexOf(10, from);
  const lineEnd = newline < 0 ? source.length : newline;
  const to = Math.max(from, Math.min(endOffset, lineEnd));
  // Four bytes a character at most, so that a long line is not decoded whole.
  const before = [...decoder.decode(source.subarray(Math.max(lineStart, from - 4 * AROUND), from))];
  const marked = [...decoder.decode(source.subarray(from, Math.min(to, from + 4 * MARKED)))];
  const after = [...decoder.decode(source.subarray(to, Math.min(lineEnd, to + 4 * AROUND)))];
  const cutBefore = before.length > AROUND || from - 4 * AROUND > lineStart;
  const cutAfter = after.length > AROUND || to + 4 * AROUND < lineEnd;
  return {
    before: (cutBefore ? "…" : "") + before.slice(-AROUND).join(""),
    marked: marked.slice(0, MARKED).join("") + (marked.length > MARKED ? "…" : "") || " ",
    after: after.slice(0, AROUND).join("") + (cutAfter ? "…" : ""),
  };
}
