import { createRoot } from 'react-dom/client';
import '../../../src-renderer/ui/theme.css';
import type { TimelineStage } from '../../../src-renderer/timeline/canvas/stage.ts';
import { Timeline } from '../../../src-renderer/timeline/Timeline.tsx';
import { TIMELINE_ACTIONS } from '../../../src-renderer/timeline/timeline-actions.ts';
import { localTimeline } from '../../support/local-timeline.ts';
import { madeUpProject } from './project.ts';

/** The timeline by itself, over a document in this page: no host, no database, so that only drawing is measured. */

const query = new URLSearchParams(location.search);
const rows = madeUpProject(
  Number(query.get('tracks') ?? 128),
  Number(query.get('clips') ?? 5000),
  Number(query.get('hours') ?? 2),
);
const loadBegun = performance.now();
const { context, sent, notices } = localTimeline(rows, { activeTrackId: 1 });
const loadMs = performance.now() - loadBegun;

let stage: TimelineStage | null = null;
const firstPicture = new Promise<number>((resolve) => {
  const wait = async () => {
    const figures = stage && (await stage.measure());
    if (figures && figures.frames > 0) resolve(performance.now() - loadBegun);
    else requestAnimationFrame(wait);
  };
  requestAnimationFrame(wait);
});
const keepStage = (given: TimelineStage | null) => {
  stage = given;
};

createRoot(document.getElementById('root')!).render(
  <Timeline context={context} media={{ baseUrl: location.origin, token: 'bench' }} onStage={keepStage} />,
);

/** Runs `step` once a display frame for a time; answers the page's frame intervals and the worker's figures. */
async function animate(milliseconds: number, step: (share: number) => void) {
  await stage!.measure();
  const pageIntervalMs: number[] = [];
  const begun = performance.now();
  let last = 0;
  await new Promise<void>((resolve) => {
    const frame = (now: number) => {
      if (last > 0) pageIntervalMs.push(now - last);
      last = now;
      const share = (performance.now() - begun) / milliseconds;
      if (share >= 1) return resolve();
      step(share);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  return { pageIntervalMs, ...(await stage!.measure()) };
}

Object.assign(window, {
  timelineBench: {
    context,
    sent,
    notices,
    loadMs,
    firstPicture,
    animate,
    awaited: async () => (await stage!.measure()).awaited,
    run: (id: string) => TIMELINE_ACTIONS.find((action) => action.id === id)!.run(context),
  },
});
