// Ids that are nobody's, told or left out before anything is planned.
import type { Directory, IdListInput, Mapping, Refused } from "../../types";
import { idList, readIds } from "../ids";

/** A list with what is left of it, and where each id stood before. */
export interface Sifted {
  ids: IdListInput;
  /** By the place among those that are left the place in the list; nothing where none is missing. */
  places?: number[];
  unknown: number;
}

const KNOWN = /^(matched|probable)/;

/** Looks the ids of a list up; leaves out those that are nobody's where they are to be dropped. */
export function sift(directory: Directory, list: IdListInput, mapping: Mapping, drop: boolean): Sifted | Refused {
  const read = readIds(list, "source");
  if ("code" in read) return { ok: false, problems: [read], warnings: [] };
  const ids = idList(read.bytes, read.offsets);
  const found = known(directory, ids, mapping);
  if (!Array.isArray(found)) return found;
  const places: number[] = [];
  found.forEach((is, at) => { if (is) places.push(at); });
  const unknown = found.length - places.length;
  if (!unknown || !drop) return { ids: list, unknown };
  const all = [...ids];
  return { ids: places.map(at => all[at]!), places, unknown };
}

/** Whether each id is somebody's, or probably so. */
export function known(directory: Directory, ids: Iterable<string> & IdListInput, mapping: Mapping): boolean[] | Refused {
  const answer = directory.lookup(
    mapping === "user_ids" ? { externalIds: ids } : mapping === "device_ids" ? { deviceIds: ids }
      : { aliases: Array.from(ids, alias_name => ({ alias_name, alias_label: mapping.aliases.alias_label })) });
  if (!answer.ok) return answer;
  return [...answer.externalIds, ...answer.deviceIds, ...answer.aliases].map(outcome => KNOWN.test(outcome));
}
