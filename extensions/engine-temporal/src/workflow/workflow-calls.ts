import type { CallTool } from '@signalbox/pipeline';
import type { NewEvent } from '@signalbox/runs';
import type { TaskToResume } from '@signalbox/sdk';
import { CancellationScope, isCancellation, patched } from '@temporalio/workflow';
import type { RunKey } from '../contract.ts';
import { callerOf, store } from './hub.ts';

/** The calls of a run that are under way, each an activity. */
export class WorkflowCalls {
  readonly #key: RunKey;
  readonly #caller: ReturnType<typeof callerOf>;
  readonly #tell: (event: NewEvent) => void;
  readonly #running = new Map<string, CancellationScope>();

  constructor(key: RunKey, silenceMs: number, tell: (event: NewEvent) => void) {
    this.#key = key;
    this.#caller = callerOf(silenceMs);
    this.#tell = tell;
  }

  get size(): number {
    return this.#running.size;
  }

  /** Makes a call and tells its end. */
  start(command: CallTool, resume: TaskToResume | null = null): void {
    const scope = new CancellationScope();
    const key = `${command.path}\n${command.attempt}`;
    this.#running.set(key, scope);
    void this.#make(command, scope, resume).then((event) => {
      this.#running.delete(key);
      this.#tell(event);
    });
  }

  /** Asks a call to stop; its end is told as that of any other. */
  cancel({ path, attempt }: Pick<CallTool, 'path' | 'attempt'>): void {
    this.#running.get(`${path}\n${attempt}`)?.cancel();
  }

  async #make(command: CallTool, scope: CancellationScope, resume: TaskToResume | null): Promise<NewEvent> {
    const { path, attempt } = command;
    try {
      return await scope.run(() => this.#caller.callTool(this.#key, command, resume));
    } catch (error) {
      // Nobody had it when it was canceled; but somebody may have had it before, and have begun it.
      if (isCancellation(error) && !patched('doubt-after-cancel')) return canceled(command);
      const doubt = await store.doubtCall(this.#key, command);
      if (doubt.isUntouched && scope.consideredCancelled) return canceled(command);
      if ((doubt.resume || doubt.isUntouched) && !scope.consideredCancelled)
        return this.#make(command, scope, doubt.resume ?? null);
      return { kind: 'InDoubt', path, attempt, canRepeat: doubt.canRepeat };
    }
  }
}

function canceled({ path, attempt }: CallTool): NewEvent {
  return {
    kind: 'ToolFailed',
    path,
    attempt,
    error: { kind: 'canceled', message: 'the call was canceled' },
  };
}
