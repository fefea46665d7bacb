/** The command that backs a schema up, without the password; `pg_dump` asks for it or reads ~/.pgpass. */
export function backupCommand(url: string, schema: string, path: string): string {
  const address = new URL(url);
  address.password = '';
  address.searchParams.delete('password');
  return `pg_dump --dbname='${address.href}' --schema=${schema} --format=custom --file='${path}'`;
}
