/** What the variables of a client's configuration stand for. */
export interface Variables {
  readonly env: { readonly [name: string]: string | undefined };
  readonly home: string;
  /** The folder of the project; undefined for a user's own file. */
  readonly folder: string | undefined;
}

/** A text with its variables filled in, or why one could not be. */
export type Expanded = { readonly text: string } | { readonly problem: string };

const variable = /\$\{([^}]+)\}/g;
const environmentName = /^(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/**
 * Fills in `${env:NAME}` (Cursor, VS Code, Windsurf), `${NAME}` and `${NAME:-default}` (Claude Code), `${userHome}`
 * and `${workspaceFolder}`. A problem names the variable, never a value.
 */
export function expandVariables(text: string, variables: Variables): Expanded {
  let problem: string | undefined;
  const filled = text.replaceAll(variable, (whole, inner: string) => {
    const found = valueOf(inner, variables);
    if (found.problem !== undefined) problem ??= found.problem;
    return found.text ?? whole;
  });
  return problem === undefined ? { text: filled } : { problem };
}

function valueOf(inner: string, { env, home, folder }: Variables): { text?: string; problem?: string } {
  if (inner === 'userHome') return { text: home };
  if (inner === 'pathSeparator' || inner === '/') return { text: '/' };
  if (inner.startsWith('workspaceFolder')) return workspaceOf(inner, folder);
  if (inner.startsWith('input:'))
    return { problem: `asks for "${inner.slice(6)}" at start; add it with "server add"` };
  const found = environmentName.exec(inner);
  if (!found) return {};
  const [, name = '', fallback] = found;
  const value = env[name];
  const text = value === undefined || value === '' ? fallback : value;
  return text === undefined
    ? { problem: `the environment has no ${name}; set it and import again` }
    : { text };
}

function workspaceOf(inner: string, folder: string | undefined): { text?: string; problem?: string } {
  if (folder === undefined) return { problem: 'needs a project folder, and this file has none' };
  return { text: inner === 'workspaceFolderBasename' ? (folder.split(/[/\\]/).at(-1) ?? folder) : folder };
}
