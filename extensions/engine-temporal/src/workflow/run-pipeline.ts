import { CancellationScope, defineSignal, setHandler } from '@temporalio/workflow';
import { letterSignal, type PipelineInput, type SignalLetter } from '../contract.ts';
import { PipelineRun } from './pipeline-run.ts';

const letter = defineSignal<[SignalLetter]>(letterSignal);

/** One run of any pipeline. */
export async function runPipeline(input: PipelineInput): Promise<void> {
  const run = new PipelineRun(input);
  setHandler(letter, (each) => run.takeLetter(each));
  // Who ends a workflow in Temporal itself wants the run to end in order: what is to be undone is.
  CancellationScope.current().cancelRequested.catch(() => run.takeCancellation());
  await CancellationScope.nonCancellable(() => run.drive());
}
