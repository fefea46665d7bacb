import { type SecretText, writeSecret } from '@signalbox/pipeline';
import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';

/** Names of the secrets that belong into some texts, each once. */
export function secretNamesIn(texts: readonly SecretText[]): readonly string[] {
  const names = texts.flatMap(({ parts }) =>
    parts.flatMap((part) => (typeof part === 'string' ? [] : [part.secret])),
  );
  return [...new Set(names)];
}

/**
 * The arguments with the values of secrets in the texts they belong into. A text that is not there, or is another than the one that was
 * written, is left as it is: a rule of the hub has set it.
 */
export function fillSecrets(
  args: JsonValue,
  texts: readonly SecretText[],
  values: ReadonlyMap<string, string>,
): JsonValue {
  return texts.reduce((filled: JsonValue, { at, parts }) => {
    const written = join(parts, writeSecret);
    const value = join(parts, (name) => values.get(name) ?? writeSecret(name));
    return replaceText(filled, at.split('/').slice(1).map(unescapeStep), { written, value });
  }, args);
}

function join(parts: SecretText['parts'], valueOf: (name: string) => string): string {
  return parts.map((part) => (typeof part === 'string' ? part : valueOf(part.secret))).join('');
}

function replaceText(
  within: JsonValue,
  [step, ...rest]: readonly string[],
  text: { readonly written: string; readonly value: string },
): JsonValue {
  if (step === undefined) return within === text.written ? text.value : within;
  if (Array.isArray(within))
    return within.map((item, index) => (String(index) === step ? replaceText(item, rest, text) : item));
  if (!isJsonObject(within)) return within;
  const changed: [string, JsonValue][] = Object.entries(within).map(([name, member]) => [
    name,
    name === step ? replaceText(member, rest, text) : member,
  ]);
  const filled: JsonObject = Object.fromEntries(changed);
  return filled;
}

/** RFC 6901 §3. */
function unescapeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
