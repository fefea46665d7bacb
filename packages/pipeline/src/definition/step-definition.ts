import type { JsonObject, JsonValue } from '@signalbox/sdk';
import type { ErrorKind } from '../stepper/step-error.ts';

/** How often and after how long something that failed is tried again. */
export interface RetryDefinition {
  readonly max?: number | undefined;
  readonly strategy?: 'exponential_jitter' | 'exponential' | 'linear' | 'fixed' | undefined;
  readonly base_s?: number | undefined;
  readonly factor?: number | undefined;
  readonly cap_s?: number | undefined;
  readonly on?: readonly ErrorKind[] | undefined;
}

/** One step as somebody writes it: exactly one of the actions, and what is said about it. */
export interface StepDefinition {
  readonly id: string;
  readonly description?: string | undefined;
  readonly save_as?: string | undefined;
  readonly if?: string | undefined;
  readonly else?: readonly StepDefinition[] | undefined;
  readonly needs?: readonly string[] | undefined;
  readonly timeout_seconds?: number | undefined;
  readonly max_retries?: number | undefined;
  readonly retry?: RetryDefinition | undefined;
  readonly on_error?:
    | 'fail'
    | 'continue'
    | { readonly goto: string }
    | { readonly steps: readonly StepDefinition[] }
    | undefined;
  readonly on_unknown?: 'fail' | 'retry' | 'ask' | undefined;
  readonly compensate?:
    | {
        readonly uses: string;
        readonly with?: JsonObject | undefined;
        readonly timeout_seconds?: number | undefined;
      }
    | undefined;
  readonly validate?: JsonObject | undefined;
  readonly cache?: { readonly key: string; readonly ttl: number | string } | undefined;

  readonly uses?: string | undefined;
  readonly call?: string | undefined;
  readonly with?: JsonObject | undefined;
  readonly set?: JsonObject | undefined;
  readonly output?: JsonValue | undefined;
  readonly sleep?: number | string | undefined;
  readonly sleep_until?: string | undefined;
  readonly wait?:
    | {
        readonly event: string;
        readonly match?: string | undefined;
        readonly timeout?: number | string | undefined;
      }
    | undefined;
  readonly approve?:
    | {
        readonly message: string;
        readonly schema?: JsonObject | undefined;
        readonly assignees?: readonly string[] | undefined;
        readonly timeout?: number | string | undefined;
        readonly on_timeout?: 'fail' | 'approve' | 'reject' | undefined;
      }
    | undefined;
  readonly steps?: readonly StepDefinition[] | undefined;
  readonly foreach?:
    | {
        readonly in: JsonValue;
        readonly as?: string | undefined;
        readonly max_parallel?: number | undefined;
        readonly on_item_error?: 'fail' | 'continue' | undefined;
        readonly collect?: JsonValue | undefined;
      }
    | undefined;
  readonly while?: { readonly condition: string; readonly max?: number | undefined } | undefined;
  readonly parallel?:
    | {
        readonly steps?: readonly StepDefinition[] | undefined;
        readonly branches?: readonly (readonly StepDefinition[])[] | undefined;
        readonly max?: number | undefined;
      }
    | undefined;
  readonly switch?:
    | {
        readonly cases: readonly { readonly when: string; readonly steps: readonly StepDefinition[] }[];
        readonly default?: readonly StepDefinition[] | undefined;
      }
    | undefined;
}
