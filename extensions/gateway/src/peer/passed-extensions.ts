import { tasksExtension } from '@signalbox/protocol';
import { isJsonObject, type JsonObject } from '@signalbox/sdk';

/** Tells whether a protocol extension may pass between a client and an upstream. */
export type MayPass = (extension: string) => boolean;

/** Which extensions a definition lets through: the ones named, or every one with `*`. Tasks end in the hub. */
export function extensionRule(allowed: readonly string[]): MayPass {
  const named = new Set(allowed);
  return (extension) => extension !== tasksExtension && (named.has('*') || named.has(extension));
}

/** The extensions among a peer's capabilities that the other peer is told of (SEP-2133). */
export function passedExtensions(capabilities: JsonObject | undefined, mayPass: MayPass): JsonObject {
  const declared = capabilities?.['extensions'];
  if (!isJsonObject(declared)) return {};
  return Object.fromEntries(Object.entries(declared).filter(([extension]) => mayPass(extension)));
}
