import { endBrokenRun, loadValues } from '@signalbox/runs';
import { SignalboxError } from '@signalbox/sdk';
import type { RunActivities } from '../contract.ts';
import type { ActivityParts } from './activity-parts.ts';
import { answerZones } from './answer-zones.ts';
import { callTool, doubtCall } from './call-tool.ts';
import { findOpenRun } from './find-run.ts';
import { openRun } from './open-run.ts';
import { recordProgress } from './record-progress.ts';
import { startChild, stopChild } from './start-child.ts';

/** What workflows ask of this hub. */
export function runActivities(parts: ActivityParts): RunActivities {
  const { database, onStatus } = parts;
  return {
    openRun: (key) => openRun(parts, key),
    recordProgress: (key, progress) => recordProgress(parts, key, progress),
    answerZones: (questions) => Promise.resolve(answerZones(questions)),
    loadRunValues: ({ run }, refs) => loadValues(database, run, refs),
    startChild: (key, command, intentAt) => startChild(parts, key, command, intentAt),
    stopChild: (key, step) => stopChild(parts, key, step),
    doubtCall: (key, command) => doubtCall(parts, key, command),
    endBroken: async (key, message) => {
      const row = await findOpenRun(database, key);
      if (!row) return;
      const said = await endBrokenRun(parts, row, new SignalboxError('invalid_params', message));
      if (said) onStatus({ row }, 'failed', said);
    },
    callTool: (key, command, resume) => callTool(parts, key, command, resume),
  };
}
