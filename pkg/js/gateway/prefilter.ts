// Which ids are somebody's, by a directory of known users.
import type { Directory, IdListInput, Mapping, Refused } from "../../types";

const KNOWN = /^(matched|probable)/;

/** Whether each id is somebody's, or probably so. */
export function isSomebodys(directory: Directory, ids: Iterable<string> & IdListInput, mapping: Mapping): boolean[] | Refused {
  const answer = directory.lookup(
    mapping === "user_ids" ? { externalIds: ids } : mapping === "device_ids" ? { deviceIds: ids }
      : { aliases: Array.from(ids, alias_name => ({ alias_name, alias_label: mapping.aliases.alias_label })) });
  if (!answer.ok) return answer;
  return [...answer.externalIds, ...answer.deviceIds, ...answer.aliases].map(outcome => KNOWN.test(outcome));
}
