// The peer's page guard: which pages came before, of the last four syncs of each cohort.

const SYNCS = 4;

export class PageGuard {
  #cohorts = new Map();

  begin({ cohort, task, number, total }, hash) {
    if (!(number >= 1 && number <= total)) return "conflict";
    let syncs = this.#cohorts.get(cohort);
    if (!syncs) this.#cohorts.set(cohort, (syncs = new Map()));
    let pages = syncs.get(task);
    if (!pages) {
      syncs.set(task, (pages = new Map()));
      if (syncs.size > SYNCS) syncs.delete(syncs.keys().next().value);
    }
    const known = pages.get(number);
    if (known) return known.hash !== hash ? "conflict" : known.done ? "done" : "in_progress";
    pages.set(number, { hash, done: false });
    return "new";
  }

  commit({ cohort, task, number }) {
    const page = this.#cohorts.get(cohort)?.get(task)?.get(number);
    if (page) page.done = true;
  }
}
