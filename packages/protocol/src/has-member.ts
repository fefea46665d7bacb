import { isJsonObject, type JsonValue } from '@signalbox/sdk';

/** True when the value is an object with this member of its own; what every object has ("constructor") does not count. */
export function hasMember(value: JsonValue | undefined, member: string): boolean {
  return isJsonObject(value) && Object.hasOwn(value, member);
}
