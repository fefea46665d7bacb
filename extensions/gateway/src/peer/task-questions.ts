import type { JsonValue } from '@signalbox/sdk';
import { answerInputs, type InputRound, readInputs } from './input-rounds.ts';
import type { TaskFollowing } from './modern-task.ts';

/** The questions of one task: each is asked once, and its answer goes to the upstream as soon as it comes. */
export class TaskQuestions {
  readonly #following: TaskFollowing;
  readonly #taskId: string;
  readonly #signal: AbortSignal;
  readonly #asked = new Set<string>();
  readonly #fail: (error: unknown) => void;
  /** Rejects when a question cannot be answered: then the call has failed. */
  readonly failure: Promise<never>;

  constructor(following: TaskFollowing, taskId: string, signal: AbortSignal) {
    this.#following = following;
    this.#taskId = taskId;
    this.#signal = signal;
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => undefined);
    this.failure = promise;
    this.#fail = reject;
  }

  /** Takes the questions that are open now. Errors: `upstream_invalid_answer` for what is none. */
  take(inputRequests: JsonValue | undefined, onAnswered: () => void): void {
    for (const question of readInputs(this.#following.name, inputRequests)) {
      if (this.#asked.has(question.key)) continue;
      this.#asked.add(question.key);
      this.#answer({ requests: [question], requestState: undefined }).then(onAnswered, (error: unknown) => {
        this.#following.sender.tell('tasks/cancel', { taskId: this.#taskId });
        this.#fail(error);
      });
    }
  }

  async #answer(inputs: InputRound): Promise<void> {
    const inputResponses = await answerInputs({ ...this.#following, inputs, signal: this.#signal });
    const params = { taskId: this.#taskId, inputResponses: inputResponses ?? {} };
    await this.#following.sender.request('tasks/update', params, this.#signal);
  }
}
