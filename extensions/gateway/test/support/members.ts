import type { Directory, Level } from '@signalbox/sdk';

/** Who is there, as the directory of a hub says it. */
export class Members implements Pick<Directory, 'principalOf'> {
  /** The level of each by their id; who is not in it was disabled or removed. */
  readonly levels = new Map<string, Level>();

  constructor(...ids: readonly string[]) {
    for (const id of ids) this.levels.set(id, 'trusted');
  }

  readonly principalOf: Directory['principalOf'] = async ({ kind, id, org }, facts) => {
    const level = this.levels.get(id);
    return level && { kind, id, org, level, ...facts };
  };
}
