import {
  answerRun,
  cancelRun,
  followRun as followRunRoute,
  getRun,
  listRunQuestions,
  listRuns,
  retryRun,
  tryPipeline,
} from '@signalbox/api';
import { type Routes, route } from '@signalbox/sdk';
import { answerQuestion } from '../runs/answer-question.ts';
import { cancelRunFor, retryRunFor } from '../runs/change-run.ts';
import { getRunFor, listQuestionsFor, listRunsFor } from '../runs/read-runs.ts';
import { given } from '../wire/given.ts';
import { toPage } from '../wire/page.ts';
import { toQuestionItem, toRunDetailItem, toRunItem } from '../wire/to-run-item.ts';
import type { WayIn } from '../wire/way-in.ts';
import { followRun } from './follow-run.ts';

/** Serves runs of the caller's own organization. */
export function provideRunRoutes(routes: Routes, wayIn: WayIn): void {
  routes.provide(
    route({
      ...listRuns,
      handle: async ({ query: { task_id: task, status, before, limit }, ...viewer }) => {
        const selection = {
          ...given({ task, before }),
          ...(status === undefined ? {} : { status: [status] }),
        };
        return toPage(await listRunsFor(wayIn, viewer, { ...selection, limit }), limit, toRunItem);
      },
    }),
  );
  routes.provide(
    route({
      ...getRun,
      handle: async ({ params: { run }, ...viewer }) => toRunDetailItem(await getRunFor(wayIn, viewer, run)),
    }),
  );
  routes.provide(
    route({
      ...followRunRoute,
      handle: async ({ params: { run }, signal, ...viewer }) => {
        const first = await getRunFor(wayIn, viewer, run);
        return { stream: followRun(wayIn, viewer, first, signal) };
      },
    }),
  );
  routes.provide(
    route({
      ...cancelRun,
      handle: async ({ params: { run }, body: { reason, force }, ...viewer }) =>
        toRunItem(await cancelRunFor(wayIn, viewer, run, { reason, isForced: force })),
    }),
  );
  routes.provide(
    route({
      ...retryRun,
      handle: async ({ params: { run }, ...viewer }) => toRunItem(await retryRunFor(wayIn, viewer, run)),
    }),
  );
  routes.provide(
    route({
      ...answerRun,
      handle: async ({ params: { run }, body: { path, approved: isApproved, answer }, ...viewer }) =>
        answerQuestion(wayIn, viewer, { run, path, isApproved, answer }),
    }),
  );
  routes.provide(
    route({
      ...tryPipeline,
      handle: async ({ body: { title, payload, params }, ...viewer }) => ({
        run: await wayIn.tasks.tryPipeline(viewer, { title, payload, ...given({ params }) }),
      }),
    }),
  );
  routes.provide(
    route({
      ...listRunQuestions,
      handle: async ({ query: { limit }, ...viewer }) => ({
        items: (await listQuestionsFor(wayIn, viewer)).slice(0, limit).map(toQuestionItem),
      }),
    }),
  );
}
