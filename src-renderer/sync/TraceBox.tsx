import { useEffect, useRef, useState } from 'react';
import type { SourceRow } from '../../src-shared/model/rows.ts';
import { useSession } from '../app/session.ts';
import { channelNamesOf } from '../media/bin-rows.ts';
import { useOfflineSources } from '../media/offline-sources.ts';
import { figure } from '../ui/figure.ts';
import { scrollHand, setHandCursor, switchTrace, zoomHand } from './hand-sync.ts';
import { useReview, useReviewState } from './review.ts';
import { nudgeBy } from './review-decisions.ts';
import { scroll, zoom } from './review-navigation.ts';
import type { HandTrace } from './review-state.ts';
import { type ShownMatch, visibleDelayMs } from './shown-match.ts';
import { frameSecondsOf, traceScene } from './trace-scene.ts';
import { TraceStage } from './trace-stage.ts';
import { secondsAtPixel } from './trace-view.ts';

type Drag = {
  readonly fromX: number;
  readonly trace: HandTrace | null;
  lastX: number;
  moved: boolean;
  readonly nudges: boolean;
  nudged: number;
};

/** Both sounds, drawn from their samples; wheel and mouse look around, a click puts the place. */
export function TraceBox({ shown }: { readonly shown: ShownMatch }) {
  const review = useReview();
  const state = useReviewState((value) => value);
  const media = useSession().store((value) => value.media);
  const canvas = useRef<HTMLCanvasElement>(null);
  const stage = useRef<TraceStage | null>(null);
  const drag = useRef<Drag | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);

  useEffect(() => {
    if (!canvas.current || !media) return;
    const made = new TraceStage(canvas.current, media);
    stage.current = made;
    return () => {
      stage.current = null;
      made.dispose();
    };
  }, [media]);
  // Each state is shown, and so is each new stage.
  useEffect(() => stage.current?.show(traceScene(review, shown)));

  const traceAt = (y: number, height: number): HandTrace | null =>
    state.hand ? (y < height / 2 ? 'camera' : 'recorder') : null;
  const secondsAt = (x: number, trace: HandTrace | null, width: number) =>
    secondsAtPixel(x, trace === 'recorder' && state.hand ? state.hand.recorderView : state.view, width);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const { hand, view } = review.state;
      const trace: HandTrace | null = hand ? (event.clientY - box.top < box.height / 2 ? 'camera' : 'recorder') : null;
      const shownView = trace === 'recorder' && hand ? hand.recorderView : view;
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
      const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      const delta = (event.deltaX || event.deltaY) * unit;
      if (sideways) {
        const share = delta / box.width;
        if (trace) scrollHand(review, share, trace);
        else scroll(review, share);
        return;
      }
      const about = secondsAtPixel(event.clientX - box.left, shownView, box.width);
      const factor = 2 ** (-event.deltaY * unit * 0.004);
      if (trace) zoomHand(review, factor, about, trace);
      else zoom(review, factor, about);
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [review]);

  const measure = (event: React.PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top, width: box.width, height: box.height };
  };
  const offlineIds = useOfflineSources((value) => value.ids);
  const offline = [shown.camera, shown.recorder].filter(
    (source) => source !== null && offlineIds.has(source.id),
  ) as SourceRow[];
  const delay = visibleDelayMs(shown.evidence, shown.recorderChannel);
  const away = pointed === null ? null : pointed - state.placeSeconds;

  return (
    <div className="trace">
      <canvas
        ref={canvas}
        className="trace-canvas"
        role="img"
        aria-label={traceName(shown, state.hand !== null)}
        data-place={state.placeSeconds}
        data-span={state.view.spanSeconds}
        data-nudge={shown.nudgeSamplesAt48k}
        data-playing={state.playing}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const { x, y, height } = measure(event);
          drag.current = {
            fromX: x,
            lastX: x,
            trace: traceAt(y, height),
            moved: false,
            nudges: event.shiftKey && !state.hand,
            nudged: 0,
          };
        }}
        onPointerMove={(event) => {
          const { x, y, width, height } = measure(event);
          setPointed(state.hand ? null : secondsAt(x, traceAt(y, height), width));
          const held = drag.current;
          if (!held) return;
          if (Math.abs(x - held.fromX) > 3) held.moved = true;
          if (!held.moved) return;
          const share = (x - held.lastX) / width;
          held.lastX = x;
          if (held.nudges) {
            held.nudged = -((x - held.fromX) / width) * state.view.spanSeconds * 48_000;
            const nudgeSamplesAt48k = shown.match.nudgeSamplesAt48k + held.nudged;
            review.set({ draft: { matchId: shown.match.id, nudgeSamplesAt48k } });
          } else if (held.trace) scrollHand(review, -share, held.trace);
          else scroll(review, -share);
        }}
        onPointerUp={(event) => {
          const held = drag.current;
          drag.current = null;
          const { x, width } = measure(event);
          if (held?.nudges && held.moved) {
            review.set({ draft: null });
            nudgeBy(review, Math.round(held.nudged));
          } else if (held && !held.moved) {
            const seconds = secondsAt(x, held.trace, width);
            if (held.trace) {
              switchTrace(review, held.trace);
              setHandCursor(review, held.trace, seconds);
            } else review.goTo(seconds, false);
          }
        }}
        onPointerLeave={() => setPointed(null)}
      />
      {offline.length > 0 ? (
        <p className="trace-offline" role="status">
          {offline.map(({ name }) => name).join(' and ')} {offline.length === 1 ? 'is' : 'are'} offline: the file is not
          where it was. Look for it with Relink in the bin; what sync found stays.
        </p>
      ) : null}
      <div className="trace-legend">
        <span className="trace-key" data-of="camera">
          {shown.camera.channelCount > 1 ? (
            <select
              aria-label="Channel of the camera that is shown and played"
              value={state.cameraChannel}
              onChange={(event) => {
                review.set({ cameraChannel: Number(event.target.value) });
                review.listening.refresh();
              }}
            >
              {channelNamesOf(shown.camera).map((name, channel) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a channel is known by its number.
                <option key={channel} value={channel}>
                  camera {name || channel + 1}
                </option>
              ))}
            </select>
          ) : (
            'camera'
          )}
        </span>
        {shown.recorder ? (
          <span className="trace-key" data-of="recorder">
            recorder {channelNamesOf(shown.recorder)[shown.recorderChannel] || shown.recorderChannel + 1}
            {delay === null || state.lookedAt !== null ? null : (
              <span title="How much later or earlier this microphone hears than the one the match was made on: no error of the match">
                {` hears ${Math.abs(delay).toFixed(1)} ms ${delay > 0 ? 'later' : 'earlier'}`}
              </span>
            )}
          </span>
        ) : null}
        {away === null ? null : (
          <span className="figures dim">
            {figure(away * 1000, 2, 'always')} ms · {figure(away / frameSecondsOf(review, shown), 2, 'always')} fr from
            the place
          </span>
        )}
      </div>
    </div>
  );
}

function traceName(shown: ShownMatch, byHand: boolean): string {
  const { camera, recorder } = shown;
  if (byHand) return `Waveforms of ${camera.name} above and of a recorder file below, each with a cursor of its own`;
  if (!recorder) return `Waveform of ${camera.name}`;
  return `Waveforms of ${camera.name} and ${recorder.name} laid over each other`;
}
