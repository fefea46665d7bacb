import { existsSync } from 'node:fs';
import type { Settings } from '@signalbox/kernel';
import { toSignalboxError } from '@signalbox/sdk';
import { findConfig } from '../hub/find-config.ts';
import { findDataDir } from '../hub/find-data-dir.ts';
import type { HubClues } from '../hub/hub-location.ts';
import { type Finding, fail, ok } from './finding.ts';

/** What the settings say, for the checks that need it; without settings only the finding. */
interface CheckedSettings {
  readonly finding: Finding;
  readonly settings?: Settings;
  /** Where the commands look for the hub and its store. */
  readonly dataDir?: string;
}

/**
 * Checks the settings in force: those of the folder the command runs in, else those the running hub was started with.
 */
export async function checkSettings(
  clues: HubClues,
  hubConfigPath: string | undefined,
): Promise<CheckedSettings> {
  const configPath = findConfig(clues) ?? hubConfigPath;
  if (configPath !== undefined && configPath === hubConfigPath && !existsSync(configPath)) {
    return { finding: ok('settings', `${configPath}, on the machine of the hub`) };
  }
  try {
    const { openSettings } = await import('../boot/open-settings.ts');
    const { settings } = await openSettings({
      ...(configPath === undefined ? {} : { configPath }),
      env: clues.env,
    });
    return {
      finding: ok('settings', configPath ?? 'no signalbox.yaml, the defaults are in force'),
      settings,
      dataDir: configPath === undefined ? await findDataDir(clues) : settings.dataDir,
    };
  } catch (error) {
    const { message } = toSignalboxError(error);
    return { finding: fail('settings', message, 'mend the settings; see "signalbox config check"') };
  }
}
