// Profiles on their way into a directory or a workspace, in pieces.
import { Answer } from "./answer";
import type { Problem } from "../types";
import { put } from "./input";
import { Unreadable } from "./unpack";

/** Bytes that go in at once: few enough to be still near when they are read. */
const AT_ONCE = 1 << 17;

type Loader = { reserve(length: number): number; push(length: number): boolean };

/** Pushes a text; false where there is no use in more, `undefined` where memory ran out. */
export function pushAll(raw: Loader, text: Uint8Array): boolean | undefined {
  for (let at = 0; at < text.length; at += AT_ONCE) {
    const lengths = put(raw, text.subarray(at, at + AT_ONCE));
    if (!lengths) return undefined;
    if (!raw.push(lengths[0]!)) return false;
  }
  return true;
}

/**
 * Pushes pieces as they come; answers as `pushAll`, or with the problem because of which no more can
 * be read.
 */
export async function pushPieces(
  loader: () => Loader, pieces: AsyncIterable<Uint8Array>, signal?: AbortSignal, onPiece?: (bytes: number) => void,
): Promise<boolean | undefined | Problem> {
  try {
    return await pushWhole(loader, pieces, signal, onPiece);
  } catch (error) {
    if (error instanceof Unreadable) return error.problem;
    throw error;
  }
}

/** What was listed, and before it what kept the rest from being read. */
export const listedWith = <L extends { ok: boolean; problems: Problem[] }>(listed: L, ended: boolean | Problem): L =>
  typeof ended === "object" ? { ...listed, ok: false, problems: [ended, ...listed.problems] } : listed;

async function pushWhole(
  loader: () => Loader, pieces: AsyncIterable<Uint8Array>, signal?: AbortSignal, onPiece?: (bytes: number) => void,
): Promise<boolean | undefined> {
  let bytes = 0;
  for await (const piece of pieces) {
    signal?.throwIfAborted();
    const more = pushAll(loader(), piece);
    if (!more) return more;
    onPiece?.(bytes += piece.length);
  }
  signal?.throwIfAborted();
  return true;
}

/** The numbers of a load. */
export function loadCounts(at: number): { loaded: number; updated: number; rejected: number } {
  const answer = new Answer(at);
  return { loaded: answer.wide(), updated: answer.wide(), rejected: answer.wide() };
}
