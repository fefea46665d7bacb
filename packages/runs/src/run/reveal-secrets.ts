import type { CallTool } from '@signalbox/pipeline';
import {
  type CallRequest,
  hideValues,
  isJsonObject,
  type NamedSecrets,
  SignalboxError,
} from '@signalbox/sdk';
import { fillSecrets, secretNamesIn } from './fill-secrets.ts';

/**
 * What puts the secrets of a step into its call once the gate has let it pass, for the very tool the gate has found: nobody else who
 * looks at the call sees more than their names. Nothing for a step without secrets.
 */
export function revealSecrets(
  keeper: () => NamedSecrets | undefined,
  org: string,
  { secrets: texts = [] }: Pick<CallTool, 'secrets'>,
): Pick<CallRequest, 'reveal'> {
  if (texts.length === 0) return {};
  return {
    reveal: async (tool, params) => {
      const secrets = keeper();
      if (!secrets)
        throw new SignalboxError(
          'not_found',
          'nobody keeps secrets here, and a step needs one; enable the extension "vault"',
        );
      const values = new Map<string, string>();
      for (const secret of secretNamesIn(texts))
        values.set(secret, await secrets.open({ org, secret, tool }));
      const args = params['arguments'];
      return {
        params: isJsonObject(args) ? { ...params, arguments: fillSecrets(args, texts, values) } : params,
        redact: hideValues(values.values()),
      };
    },
  };
}
