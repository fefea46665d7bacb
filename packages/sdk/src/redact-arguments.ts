import { redacted, redactUrl } from './redact-url.ts';

const secretName = /(?:key|token|secret|passw(?:or)?d|pass|auth|authorization|credential|bearer|cookie)s?$/i;
const secretValue = /^(?:sk|pk|ghp|gho|github_pat|glpat|xox[abp]|eyJ)[-_A-Za-z0-9.]{12,}$/;

/**
 * The arguments of a program as they may be shown: without the values of those whose name says that they are secret
 * (`--token x`, `API_KEY=x`, `Authorization: x`), without what looks like a token, and without what addresses hide.
 */
export function redactArguments(args: readonly string[]): string[] {
  return args.map((arg, index) => {
    const before = args[index - 1] ?? '';
    if (/^--?/.test(before) && !before.includes('=') && secretName.test(before)) return redacted;
    return redactArgument(arg);
  });
}

function redactArgument(arg: string): string {
  const [, header, colon = ''] = /^([\w-]+)(:\s*)\S/.exec(arg) ?? [];
  if (header !== undefined && secretName.test(header)) return `${header}${colon}${redacted}`;
  const at = arg.indexOf('=');
  const [name, value] = at === -1 ? ['', arg] : [arg.slice(0, at + 1), arg.slice(at + 1)];
  if (name !== '' && secretName.test(name.slice(0, -1))) return `${name}${redacted}`;
  if (secretValue.test(value)) return redacted;
  const shown = redactUrl(arg);
  return shown === arg ? `${name}${redactUrl(value)}` : shown;
}
