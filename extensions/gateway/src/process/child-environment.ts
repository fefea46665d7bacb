const inheritedOnPosix = ['HOME', 'LANG', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'TMPDIR', 'USER'];
const inheritedOnWindows = [
  'APPDATA',
  'HOMEDRIVE',
  'HOMEPATH',
  'LOCALAPPDATA',
  'PATH',
  'PATHEXT',
  'PROCESSOR_ARCHITECTURE',
  'PROGRAMFILES',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'TEMP',
  'TMP',
  'USERNAME',
  'USERPROFILE',
];

/**
 * The environment of a child: the few variables a program needs to run, and what its definition adds.
 * The hub's own environment holds secrets and is not handed on.
 */
export function childEnvironment(
  added: { readonly [name: string]: string },
  hub: { readonly [name: string]: string | undefined },
  platform: NodeJS.Platform,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of platform === 'win32' ? inheritedOnWindows : inheritedOnPosix) {
    const value = hub[name];
    // A value that begins with "()" is an exported shell function.
    if (value !== undefined && !value.startsWith('()')) environment[name] = value;
  }
  return { ...environment, ...added };
}
