import type { JsonValue } from '@signalbox/sdk';
import { answerInputs, type InputRound, readInputs } from './input-rounds.ts';
import type { TaskFollowing } from './modern-task.ts';
import type { Poll } from './poll.ts';

/** The questions of one task: each is asked once, and its answer goes to the upstream as soon as it comes. */
export class TaskQuestions {
  readonly #following: TaskFollowing;
  readonly #taskId: string;
  readonly #signal: AbortSignal;
  readonly #asked = new Set<string>();

  constructor(following: TaskFollowing, taskId: string, signal: AbortSignal) {
    this.#following = following;
    this.#taskId = taskId;
    this.#signal = signal;
  }

  /**
   * Takes the questions that are open now; an answer is a reason to look again, and one that cannot be given fails the
   * call. Errors: `upstream_invalid_answer` for what is no question.
   */
  take(inputRequests: JsonValue | undefined, poll: Poll): void {
    for (const question of readInputs(this.#following.name, inputRequests)) {
      if (this.#asked.has(question.key)) continue;
      this.#asked.add(question.key);
      this.#answer({ requests: [question], requestState: undefined }).then(poll.wake, (error: unknown) => {
        this.#following.sender.tell('tasks/cancel', { taskId: this.#taskId });
        poll.fail(error);
      });
    }
  }

  async #answer(inputs: InputRound): Promise<void> {
    const inputResponses = await answerInputs({ ...this.#following, inputs, signal: this.#signal });
    const params = { taskId: this.#taskId, inputResponses: inputResponses ?? {} };
    await this.#following.sender.request('tasks/update', params, this.#signal);
  }
}
