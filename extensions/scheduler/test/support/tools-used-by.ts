import type { JsonObject, JsonValue } from '@signalbox/sdk';

/** The tools a pipeline names under `uses`, at any depth; those a template names only a run can tell. */
export function toolsUsedBy(pipeline: JsonObject): readonly string[] {
  const tools = new Set<string>();
  const open: JsonValue[] = [pipeline];
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    if (typeof each !== 'object' || each === null) continue;
    for (const [member, value] of Object.entries(each)) {
      if (member === 'uses' && typeof value === 'string' && !value.includes('${')) tools.add(value);
      // Arguments may have a member of that name which is none.
      if (member !== 'with' && member !== 'params') open.push(value);
    }
  }
  return [...tools];
}
