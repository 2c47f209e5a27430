// Where files and texts come in: dropped, chosen or pasted.
import { byId } from "./elements.js";

/** Calls `take` with each file that is dropped on a card or chosen in its field. */
export function takeFiles(dropId, fileId, take) {
  const card = byId(dropId);
  const field = byId(fileId);
  field.addEventListener("change", () => {
    if (field.files.length > 0) take(field.files[0]);
    field.value = ""; // so that the same file can be chosen again
  });
  const over = (event, is) => {
    event.preventDefault();
    card.classList.toggle("over", is);
  };
  card.addEventListener("dragenter", (event) => over(event, true));
  card.addEventListener("dragover", (event) => over(event, true));
  card.addEventListener("dragleave", (event) => over(event, card.contains(event.relatedTarget)));
  card.addEventListener("drop", (event) => {
    over(event, false);
    const [file] = event.dataTransfer.files;
    if (file) take(file);
  });
  // A file that is dropped beside a card must not replace the page.
  for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
}

/** Calls `act` when nothing has been typed for a moment. */
export function whenTyped(element, act, pause = 250) {
  let timer;
  element.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(act, pause);
  });
}
