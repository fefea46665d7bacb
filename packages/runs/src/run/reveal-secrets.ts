import type { CallTool } from '@signalbox/pipeline';
import {
  type CallRequest,
  hideInJson,
  hideValues,
  isJsonObject,
  type NamedSecrets,
  type Redact,
  SignalboxError,
} from '@signalbox/sdk';
import { fillSecrets, secretNamesIn } from './fill-secrets.ts';
import type { CallOutcome } from './tool-outcome.ts';

/** What a tool says is looked through for all of them, in many spellings each. */
const mostSecrets = 20;
const mostCharacters = 32_768;

/** What a call was given. */
export interface GivenSecrets {
  /** There once it was given any. */
  redact?: Redact;
}

/** The outcome without them: what was a text of JSON when the gate looked through it is data by now. */
export function withoutGiven(outcome: CallOutcome, { redact }: GivenSecrets): CallOutcome {
  if (!redact) return outcome;
  if (outcome.ok) return { ...outcome, output: hideInJson(redact, outcome.output) };
  return { ...outcome, error: { ...outcome.error, message: redact(outcome.error.message) } };
}

/**
 * What puts the secrets of a step into its call once the gate has let it pass, for the very tool the gate has found: nobody else who
 * looks at the call sees more than their names. Nothing for a step without secrets.
 */
export function revealSecrets(
  keeper: () => NamedSecrets | undefined,
  org: string,
  { secrets: texts = [] }: Pick<CallTool, 'secrets'>,
  given: GivenSecrets,
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
      const names = secretNamesIn(texts);
      if (names.length > mostSecrets) throw tooMany(`needs ${names.length} secrets`);
      const values = new Map<string, string>();
      for (const secret of names) values.set(secret, await secrets.open({ org, secret, tool }));
      if ([...values.values()].join('').length > mostCharacters)
        throw tooMany(`needs secrets of more than ${mostCharacters} characters`);
      const args = params['arguments'];
      given.redact = hideValues(values.values());
      return {
        params: isJsonObject(args) ? { ...params, arguments: fillSecrets(args, texts, values) } : params,
        redact: given.redact,
      };
    },
  };
}

function tooMany(what: string): SignalboxError {
  return new SignalboxError(
    'invalid_params',
    `a call ${what}; it may be given ${mostSecrets} of them, of ${mostCharacters} characters together`,
  );
}
