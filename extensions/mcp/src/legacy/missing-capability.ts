import { type Ask, isJsonObject, type JsonObject } from '@signalbox/sdk';

/** What a client would have to have declared to be asked this; undefined when it has (2025-11-25, client). */
export function missingCapability(capabilities: JsonObject, { method, params }: Ask): string | undefined {
  const { elicitation, sampling, roots } = capabilities;
  switch (method) {
    case 'elicitation/create': {
      const mode = params['mode'] === 'url' ? 'url' : 'form';
      return takesMode(elicitation, mode) ? undefined : `elicitation.${mode}`;
    }
    case 'sampling/createMessage': {
      if (!isJsonObject(sampling)) return 'sampling';
      const wantsTools = params['tools'] !== undefined || params['toolChoice'] !== undefined;
      return wantsTools && !('tools' in sampling) ? 'sampling.tools' : undefined;
    }
    case 'roots/list':
      return isJsonObject(roots) ? undefined : 'roots';
    default:
      return method satisfies never;
  }
}

/** A client that names no mode takes forms; one that names only URLs takes nothing else. */
function takesMode(elicitation: JsonObject[string] | undefined, mode: 'form' | 'url'): boolean {
  if (!isJsonObject(elicitation)) return false;
  if (mode === 'url') return 'url' in elicitation;
  return 'form' in elicitation || !('url' in elicitation);
}
