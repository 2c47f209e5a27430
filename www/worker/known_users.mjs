// The compact directory of known users: in R2, since it may be larger than a row, and in memory.
import { Directory } from "kohort/edge";

const NAME = "directory";

export class KnownUsers {
  #bucket;
  /** The directory, if one was built: read once, for all who ask meanwhile. */
  #directory;

  constructor(bucket) {
    this.#bucket = bucket;
  }

  directory() {
    return (this.#directory ??= this.#read().catch((error) => {
      this.#directory = undefined; // the next one tries again
      throw error;
    }));
  }

  async #read() {
    const object = await this.#bucket?.get(NAME);
    const built = object && Directory.fromBytes(new Uint8Array(await object.arrayBuffer()));
    // One that cannot be read is none: ids are sent, and Braze passes over those it does not know.
    return built?.ok ? built : undefined;
  }

  /** Builds it anew from an export of Braze's, which is read piece by piece. */
  async build(stream) {
    const built = await Directory.build(stream, { mode: "compact" });
    // A wrong file must not take the place of a good directory.
    if (!built.ok || !built.loaded) return { ok: false, loaded: built.loaded, rejected: built.rejected, problems: built.problems };
    const bytes = built.toBytes();
    await this.#bucket.put(NAME, bytes);
    // WHY: the one before is left to the garbage collector: requests in flight may still ask it.
    this.#directory = Promise.resolve(built);
    return { ok: true, loaded: built.loaded, ids: built.count, falsePositiveRate: built.falsePositiveRate, bytes: bytes.length };
  }
}
