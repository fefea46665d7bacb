import { runPipeline } from './run-pipeline.ts';

// The name is part of every history: Temporal looks the function up by it.
export { runPipeline as 'signalbox.pipeline.v1' };
