/** Cuts a migration's text at the lines that hold only `;;`; empty parts are left out. */
export function splitStatements(sql: string): readonly string[] {
  return sql
    .split(/^[ \t]*;;[ \t]*\r?$/m)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
