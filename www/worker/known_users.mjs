// The compact directory of known users: in R2, since it may be larger than a row, and in memory.
import { Directory } from "kohort/edge";

const NAME = "directory";

export class KnownUsers {
  #bucket;
  #directory;
  #read = false;

  constructor(bucket) {
    this.#bucket = bucket;
  }

  /** The directory, if one was built. */
  async directory() {
    if (this.#read || !this.#bucket) return this.#directory;
    const object = await this.#bucket.get(NAME);
    const built = object && Directory.fromBytes(new Uint8Array(await object.arrayBuffer()));
    // One that cannot be read is none: ids are sent, and Braze passes over those it does not know.
    this.#directory = built?.ok ? built : undefined;
    this.#read = true;
    return this.#directory;
  }

  /** Builds it anew from an export of Braze's, which is read piece by piece. */
  async build(stream) {
    const built = await Directory.build(stream, { mode: "compact" });
    if (!built.directory) return built;
    const bytes = built.toBytes();
    await this.#bucket.put(NAME, bytes);
    this.#directory?.free();
    this.#directory = built;
    this.#read = true;
    const { ok, loaded, rejected, count, falsePositiveRate, problems } = built;
    return { ok, loaded, rejected, ids: count, falsePositiveRate, bytes: bytes.length, problems };
  }
}
