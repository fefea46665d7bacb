/**
 * The roles the groups of an identity provider give by the map of the settings; what is no list of names, and every
 * group that is not in the map, gives none.
 */
export function rolesOfGroups(
  groups: unknown,
  map: { readonly [group: string]: readonly string[] },
): readonly string[] {
  const names = Array.isArray(groups) ? groups.slice(0, mostGroups) : [groups];
  const given = names.flatMap((name) =>
    typeof name === 'string' && Object.hasOwn(map, name) ? (map[name] ?? []) : [],
  );
  return [...new Set(given)].toSorted();
}

const mostGroups = 2_000;
