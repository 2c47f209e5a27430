// The order in which requests came: who looks at signatures and keys by the host's calls, which end in
// any order, is taken in the order of arrival all the same.

/** A place in the order. */
export interface Place {
  /** Settles when all who came before have left. */
  readonly turn: Promise<void>;
  /** Lets the next one have its turn; once is enough. */
  leave(): void;
}

/** Gives places, one after the other. Between `take` and `leave` nothing may wait for a caller or for the network. */
export class Arrivals {
  #last: Promise<void> = Promise.resolve();

  take(): Place {
    const turn = this.#last;
    let leave!: () => void;
    const left = new Promise<void>(resolve => { leave = resolve; });
    this.#last = turn.then(() => left);
    return { turn, leave };
  }
}
