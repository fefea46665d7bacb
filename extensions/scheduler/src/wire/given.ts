/** What is given of some optional members: those that are undefined are left out. */
export function given<Members extends object>(
  members: Members,
): { [name in keyof Members]: Exclude<Members[name], undefined> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  // Only members that are undefined are gone, and those were optional.
  return Object.fromEntries(entries) as { [name in keyof Members]: Exclude<Members[name], undefined> };
}
