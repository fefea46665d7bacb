import { type JsonValue, SignalboxError } from '@signalbox/sdk';
import type { Plan, PlanBlock, PlanStep } from '../plan/plan.ts';
import type { Command } from './command.ts';
import type { BlockFrame, Frame, Outcome, StepFrame } from './frame.ts';
import { valueBytes } from './json-bytes.ts';
import type { StepperState, StepRecord } from './stepper-state.ts';

type Draft = { -readonly [Name in keyof StepperState]: StepperState[Name] };

/**
 * One `advance` in progress: a state that is being changed, and the commands so far. What is not changed is shared with the state
 * that came in, which itself stays as it is.
 */
export class Machine {
  readonly plan: Plan;
  readonly nowMs: number;
  /** From 0 to 1, of the event. */
  readonly random: number;
  readonly commands: Command[] = [];
  /** Values kept elsewhere that came with the event. */
  readonly loaded: ReadonlyMap<string, JsonValue>;
  readonly draft: Draft;
  #frames: Record<string, Frame> | undefined;
  #steps: Record<string, StepRecord> | undefined;
  #ready: string[] | undefined;

  constructor(
    plan: Plan,
    state: StepperState,
    moment: { readonly nowMs: number; readonly random: number },
    loaded: ReadonlyMap<string, JsonValue> = new Map(),
  ) {
    this.plan = plan;
    this.nowMs = moment.nowMs;
    this.random = moment.random;
    this.loaded = loaded;
    this.draft = { ...state };
  }

  emit(command: Command): void {
    this.commands.push(command);
  }

  frame(key: string): Frame | undefined {
    const { frames } = this.draft;
    return Object.hasOwn(frames, key) ? frames[key] : undefined;
  }

  stepFrame(key: string): StepFrame | undefined {
    const frame = this.frame(key);
    return frame?.kind === 'step' ? frame : undefined;
  }

  /** Puts a frame, new or changed, and gives it back. */
  put<Kind extends Frame>(frame: Kind): Kind {
    if (!this.#frames) {
      this.#frames = { ...this.draft.frames };
      this.draft.frames = this.#frames;
    }
    this.#frames[frame.key] = frame;
    return frame;
  }

  /** Lets a frame be looked at before this `advance` ends. */
  wake(key: string): void {
    if (!this.#ready) {
      this.#ready = [...this.draft.ready];
      this.draft.ready = this.#ready;
    }
    if (!this.#ready.includes(key)) this.#ready.push(key);
  }

  /** The next frame to look at. */
  takeReady(): string | undefined {
    if (this.draft.ready.length === 0) return undefined;
    if (!this.#ready) {
      this.#ready = [...this.draft.ready];
      this.draft.ready = this.#ready;
    }
    return this.#ready.shift();
  }

  /** Adds a frame inside another and wakes it. */
  open(frame: Frame): void {
    this.put(frame);
    const parent = this.frame(frame.parent);
    if (parent) this.put({ ...parent, running: [...parent.running, frame.key] });
    this.wake(frame.key);
  }

  /** Ends a frame and tells the one around it. */
  leave(frame: Frame, outcome: Outcome): void {
    const current = this.put(frame);
    if ('timer' in current && current.timer !== undefined)
      this.emit({ kind: 'CancelTimer', timer: current.timer });
    if (current.kind === 'step') this.addBytes(-current.bytes);
    delete this.#frames?.[frame.key];
    const parent = this.frame(frame.parent);
    if (parent) {
      const ended = [...parent.ended, { key: frame.key, index: frame.index, outcome }];
      this.put({ ...parent, running: parent.running.filter((key) => key !== frame.key), ended });
    } else this.draft.ended = outcome;
    this.wake(frame.parent);
  }

  /** Forgets everything in progress. */
  dropFrames(): void {
    this.#frames = {};
    this.draft.frames = this.#frames;
    this.#ready = [];
    this.draft.ready = this.#ready;
    delete this.draft.ended;
  }

  record(path: string): StepRecord | undefined {
    const { steps } = this.draft;
    return Object.hasOwn(steps, path) ? steps[path] : undefined;
  }

  /** Writes down how a step stands; tells it unless the step is our own. */
  setRecord(path: string, step: PlanStep, record: StepRecord): void {
    this.addBytes(valueBytes(record.output) - valueBytes(this.record(path)?.output));
    this.#ownSteps()[path] = record;
    if (!step.id.startsWith('$')) this.emit({ kind: 'StepChanged', path, stepId: step.id, record });
  }

  deleteRecord(path: string): void {
    const record = this.record(path);
    if (!record) return;
    this.addBytes(-valueBytes(record.output));
    delete this.#ownSteps()[path];
  }

  addBytes(count: number): void {
    this.draft.bytes += count;
  }

  /** The block of a frame; a plan and its states always fit. */
  blockOf(frame: BlockFrame): PlanBlock {
    return must(this.plan.blocks.get(frame.block), frame.block);
  }

  /** The step of a frame. */
  stepOf(frame: StepFrame): PlanStep {
    return must(this.plan.steps.get(frame.step), frame.step);
  }

  #ownSteps(): Record<string, StepRecord> {
    if (!this.#steps) {
      this.#steps = { ...this.draft.steps };
      this.draft.steps = this.#steps;
    }
    return this.#steps;
  }
}

function must<Thing>(thing: Thing | undefined, name: string): Thing {
  if (thing === undefined)
    throw new SignalboxError('conflict', `the plan has no "${name}"; the state was made with another one`);
  return thing;
}
