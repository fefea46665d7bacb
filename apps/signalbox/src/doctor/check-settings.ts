import type { Settings } from '@signalbox/kernel';
import { toSignalboxError } from '@signalbox/sdk';
import { findConfig } from '../hub/find-config.ts';
import type { HubClues } from '../hub/hub-location.ts';
import { type Finding, fail, ok } from './finding.ts';

/** Checks the settings; gives them for the checks that need them. */
export async function checkSettings(clues: HubClues): Promise<{ finding: Finding; settings?: Settings }> {
  const configPath = findConfig(clues);
  try {
    const { openSettings } = await import('../boot/open-settings.ts');
    const { settings } = await openSettings({
      ...(configPath === undefined ? {} : { configPath }),
      env: clues.env,
    });
    return {
      finding: ok('settings', configPath ?? 'no signalbox.yaml, the defaults are in force'),
      settings,
    };
  } catch (error) {
    const { message } = toSignalboxError(error);
    return { finding: fail('settings', message, 'mend the settings; see "signalbox config check"') };
  }
}
