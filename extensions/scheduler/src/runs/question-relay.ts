import {
  effectiveLevel,
  isJsonObject,
  isSignalboxError,
  principalOfStandIn,
  type RunDetail,
  type RunQuestion,
  standInFor,
  type Viewer,
} from '@signalbox/sdk';
import type { WayIn } from '../wire/way-in.ts';
import { answerQuestion, requireAnswerer } from './answer-question.ts';
import type { WaitingCaller } from './await-run.ts';
import { type FormAnswer, misfitOf, questionForm, readFormAnswer } from './question-form.ts';

const mostTries = 3;

/** Asks the caller of a run what it asks, where they may answer, and takes a question back that is not open any more. */
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
    const open = new Set(run.questions.map(keyOf));
    for (const [key, asking] of this.#asked) {
      if (open.has(key)) continue;
      this.#asked.delete(key);
      asking?.abort();
    }
    for (const question of run.questions) {
      if (this.#asked.has(keyOf(question)) || this.#signal.aborted) continue;
      this.#asked.set(keyOf(question), undefined);
      if (await this.#mayAsk(run, question)) this.#ask(run, question);
    }
  }

  /** The questions of a run the caller is not asked. */
  others({ questions }: RunDetail): readonly RunQuestion[] {
    return questions.filter((question) => this.#asked.get(keyOf(question)) === undefined);
  }

  /** Takes back everything that is asked. */
  withdraw(): void {
    for (const asking of this.#asked.values()) asking?.abort();
    this.#asked.clear();
  }

  #ask(run: RunDetail, question: RunQuestion): void {
    const asking = new AbortController();
    this.#asked.set(keyOf(question), asking);
    void this.#untilAnswered(run, question, asking.signal)
      .catch((cause: unknown) => {
        if (!asking.signal.aborted)
          this.#wayIn.log.debug('who called for a run did not answer it', { run: run.id, cause });
      })
      .finally(() => {
        // What they closed waits for others; what was taken back is gone.
        if (this.#asked.has(keyOf(question))) this.#asked.set(keyOf(question), undefined);
        this.#waiting.channels.status?.(`step "${question.path}" asks no more`);
        this.#wake();
      });
  }

  async #untilAnswered(run: RunDetail, question: RunQuestion, signal: AbortSignal): Promise<void> {
    let note: string | undefined;
    for (let tries = 0; tries < mostTries; tries++) {
      const params = questionForm(question, { title: run.title, note });
      const { ask } = this.#waiting.channels;
      if (!params || !ask) return;
      const said = readFormAnswer(question, await ask({ method: 'elicitation/create', params }, signal));
      if (!said) return;
      note = misfitOf(question, said);
      if (note === undefined) return this.#answer(run, question, said);
    }
  }

  async #answer({ id }: RunDetail, { path }: RunQuestion, said: FormAnswer): Promise<void> {
    const viewer = await this.#callerNow();
    if (viewer) await answerQuestion(this.#wayIn, viewer, { run: id, path, ...said });
  }

  async #mayAsk(run: RunDetail, question: RunQuestion): Promise<boolean> {
    const { ask, capabilities } = this.#waiting.channels;
    if (!ask || !takesForms(capabilities?.['elicitation'])) return false;
    if (!questionForm(question, { title: run.title, note: undefined })) return false;
    try {
      const viewer = await this.#callerNow();
      if (!viewer) return false;
      await requireAnswerer(this.#wayIn, viewer, run, question);
      return true;
    } catch (error) {
      if (isSignalboxError(error)) return false;
      throw error;
    }
  }

  /** The caller as they are now: a call may wait longer than the credential it was made with is good for. */
  async #callerNow(): Promise<Viewer | undefined> {
    const { principal, interface: through } = this.#waiting.viewer;
    const standIn = standInFor(principal, effectiveLevel(principal, through));
    if (!standIn) return this.#waiting.viewer;
    const now = await principalOfStandIn(this.#wayIn.directory(), standIn, 'answer');
    if (!now) return undefined;
    const { credential: _ofStandIn, ...rest } = now;
    if (!principal.credential) return { principal: rest, interface: through };
    const { expiresAt: _then, ...credential } = principal.credential;
    return { principal: { ...rest, credential }, interface: through };
  }
}

function keyOf({ path, askedAt }: RunQuestion): string {
  return `${path}\n${askedAt}`;
}

/** A client that names no mode takes forms (2026-07-28, client/elicitation, "Capabilities"). */
function takesForms(elicitation: unknown): boolean {
  return isJsonObject(elicitation) && (Object.keys(elicitation).length === 0 || 'form' in elicitation);
}
