/** A member of metadata, whether or not the helpers know it. */
export function memberOf(metadata: object, name: string): unknown {
  return Object.entries(metadata).find(([each]) => each === name)?.[1];
}
