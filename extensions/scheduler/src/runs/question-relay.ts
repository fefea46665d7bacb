import { isJsonObject, type RunDetail, type RunQuestion, type Viewer } from '@signalbox/sdk';
import { viewerNow } from '../access/viewer-now.ts';
import type { WayIn } from '../wire/way-in.ts';
import { type Asked, askedOf } from './asked.ts';
import type { WaitingCaller } from './await-run.ts';
import { type FormAnswer, questionForm, readFormAnswer } from './question-form.ts';

const mostTries = 3;

/** Asks the caller of a run what it waits for, where they may answer, and takes a question back that is not open any more. */
export class QuestionRelay {
  readonly #wayIn: WayIn;
  readonly #waiting: WaitingCaller;
  readonly #wake: () => void;
  readonly #signal: AbortSignal;
  /** By question; undefined for one that is not the caller's to answer, or that they closed. */
  readonly #asked = new Map<string, AbortController | undefined>();

  /** `wake` is called when an answer was given. */
  constructor(
    wayIn: WayIn,
    waiting: WaitingCaller,
    { wake, signal }: { readonly wake: () => void; readonly signal: AbortSignal },
  ) {
    this.#wayIn = wayIn;
    this.#waiting = waiting;
    this.#wake = wake;
    this.#signal = signal;
  }

  /** Asks what is new, and withdraws what somebody else has answered. */
  async look(run: RunDetail): Promise<void> {
    const asked = askedOf(this.#wayIn, run);
    const open = new Set(asked.map(({ key }) => key));
    for (const [key, asking] of this.#asked) {
      if (open.has(key)) continue;
      this.#asked.delete(key);
      asking?.abort();
    }
    for (const each of asked) {
      if (this.#asked.has(each.key) || this.#signal.aborted) continue;
      this.#asked.set(each.key, undefined);
      const question = await this.#mayAsk(run, each);
      if (question) this.#ask(run, each, question);
    }
  }

  /** What a run waits for that the caller is not asked. */
  others(run: RunDetail): readonly Asked[] {
    return askedOf(this.#wayIn, run).filter(({ key }) => this.#asked.get(key) === undefined);
  }

  /** Takes back everything that is asked. */
  withdraw(): void {
    for (const asking of this.#asked.values()) asking?.abort();
    this.#asked.clear();
  }

  #ask(run: RunDetail, asked: Asked, question: RunQuestion): void {
    const asking = new AbortController();
    this.#asked.set(asked.key, asking);
    void this.#untilAnswered(run, { asked, question }, asking.signal)
      .catch((cause: unknown) => {
        if (!asking.signal.aborted)
          this.#wayIn.log.debug('who called for a run did not answer it', { run: run.id, cause });
      })
      .finally(() => {
        // What they closed waits for others; what was taken back is gone.
        if (this.#asked.has(asked.key)) this.#asked.set(asked.key, undefined);
        this.#waiting.channels.status?.(`step "${asked.path}" asks no more`);
        this.#wake();
      });
  }

  async #untilAnswered(
    { title }: RunDetail,
    { asked, question }: { readonly asked: Asked; readonly question: RunQuestion },
    signal: AbortSignal,
  ): Promise<void> {
    let note: string | undefined;
    for (let tries = 0; tries < mostTries; tries++) {
      const params = questionForm(question, { title, note });
      const { ask } = this.#waiting.channels;
      if (!params || !ask) return;
      const said = readFormAnswer(question, await ask({ method: 'elicitation/create', params }, signal));
      if (!said) return;
      if (typeof said !== 'string') return this.#answer(asked, said);
      note = said;
    }
  }

  async #answer(asked: Asked, said: FormAnswer): Promise<void> {
    const viewer = await this.#callerNow();
    if (viewer) await asked.own?.answer(viewer, said);
  }

  /** The question as it is put to the caller; undefined where it is not for them, or their client has no form for it. */
  async #mayAsk({ title }: RunDetail, asked: Asked): Promise<RunQuestion | undefined> {
    const { ask, capabilities } = this.#waiting.channels;
    if (!ask || !takesForms(capabilities?.['elicitation'])) return undefined;
    const viewer = await this.#callerNow();
    const question = viewer && (await asked.own?.questionFor(viewer));
    return question && questionForm(question, { title, note: undefined }) ? question : undefined;
  }

  /** The caller as they are now: a call may wait longer than the credential it was made with is good for. */
  #callerNow(): Promise<Viewer | undefined> {
    return viewerNow(this.#wayIn.directory(), this.#waiting.viewer, 'answer');
  }
}

/** A client that names no mode takes forms (2026-07-28, client/elicitation, "Capabilities"). */
function takesForms(elicitation: unknown): boolean {
  return isJsonObject(elicitation) && (Object.keys(elicitation).length === 0 || 'form' in elicitation);
}
