import { spawn } from 'node:child_process';

/** Opens the address without a shell; where that does not work, the person opens what is shown. */
export function openBrowser(platform: string, url: string): void {
  const [program, ...words] = openers[platform] ?? ['xdg-open'];
  if (program === undefined) return;
  const child = spawn(program, [...words, url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

const openers: { readonly [platform: string]: readonly string[] } = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};
