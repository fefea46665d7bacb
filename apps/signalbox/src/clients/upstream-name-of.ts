/** The nearest name our rule allows: 1 to 32 of a-z, 0-9 and "-", not at the ends. Empty when nothing is left. */
export function upstreamNameOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 32)
    .replace(/-+$/, '');
}
