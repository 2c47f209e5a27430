// What kind of values a custom attribute has among the loaded profiles.

/** "string", "number" or "boolean" as the first user has it who has any, or another type; undefined where nobody has one. */
export function kindOfAttribute(workspace, name) {
  const { segment } = workspace.compileSegment({ filter: { custom_attribute: { custom_attribute_name: name, comparison: "exists" } } });
  if (!segment) return undefined;
  const field = `custom_attributes.${name}`;
  const [member] = segment.members({ limit: 1, fields: [field] }).members ?? [];
  segment.free();
  const [value] = [member?.fields?.[field]].flat(); // of a list its elements are asked for
  return value === undefined ? undefined : typeof value;
}
