import { spawn } from 'node:child_process';

/** Sends a signal to every process of a group; false when none is left. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    // EPERM: there is one, but it belongs to somebody else by now; nothing more can be done about it.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Ends a process and everything below it on Windows, where there are no groups. */
export function killTreeOnWindows(pid: number): void {
  spawn('taskkill', ['/PID', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on(
    'error',
    () => undefined,
  );
}
