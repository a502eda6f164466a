import { useEffect, useRef, useState } from 'react';
import { cameraLosses } from '../../src-shared/sync/camera-losses.ts';
import { figure } from '../ui/figure.ts';
import { dotRadius, lostLabel, plotScale, plotShare } from './error-plot.ts';
import { useReview, useReviewState } from './review.ts';
import { isMeasured, residualLabel } from './review-order.ts';
import type { ShownMatch } from './shown-match.ts';
import { minutesLabel } from './trace-view.ts';

/** How far the sound lies from the match's line over the whole clip; a click goes there. */
export function ErrorPlot({ shown }: { readonly shown: ShownMatch }) {
  const review = useReview();
  const placeSeconds = useReviewState((state) => state.placeSeconds);
  const view = useReviewState((state) => state.view);
  const alternative = useReviewState((state) => state.lookedAt !== null);
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(600);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(Math.max(60, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const height = 76;
  const top = 2;
  const bottom = height - 14;
  const { residuals } = shown.evidence;
  const lost = alternative ? [] : cameraLosses(shown.pieces);
  const scale = plotScale(residuals);
  const xOf = (seconds: number) => 40 + (seconds / Math.max(0.001, shown.cameraSeconds)) * (width - 48);
  const yOf = (lagMs: number) => top + plotShare(lagMs, scale) * (bottom - top);
  const pieces = lost.map((joint) => lostLabel(joint, minutesLabel(joint.cameraSeconds, 0.5)));
  const measured = !alternative && isMeasured(shown.match);
  const none = alternative
    ? 'The error over the clip is known for the match only, not for other places.'
    : residuals.length === 0
      ? shown.match.method === 'by hand'
        ? 'Laid together by hand: nothing was measured over the clip. Listen at head, middle and tail.'
        : measured
          ? 'The error was told for head, middle and tail only.'
          : 'The sounds were not compared over the clip. Listen at head, middle and tail.'
      : '';
  return (
    <section className="error-plot" aria-label="Error over the clip">
      <div ref={box} className="error-plot-box">
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: places are stepped through by key (head, middle, tail, next). */}
        <svg
          width={width}
          height={height}
          role="img"
          aria-label={plotName(shown, pieces)}
          onClick={(event) => {
            const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
            review.goTo(((x - 40) / (width - 48)) * shown.cameraSeconds);
          }}
        >
          <rect
            className="error-plot-covered"
            x={xOf(shown.covered.from)}
            y={top}
            width={Math.max(0, xOf(shown.covered.to) - xOf(shown.covered.from))}
            height={bottom - top}
          />
          {none
            ? null
            : scale.ticksMs.map((tick) => (
                <g key={tick}>
                  <line className="error-plot-grid" x1={40} x2={width - 8} y1={yOf(tick)} y2={yOf(tick)} />
                  <text className="error-plot-text" x={36} y={yOf(tick) + 3.5} textAnchor="end">
                    {tick === 0 ? '0 ms' : `${tick > 0 ? '+' : '−'}${Math.abs(tick)}`}
                  </text>
                </g>
              ))}
          <rect
            className="error-plot-view"
            x={xOf(Math.max(0, view.centreSeconds - view.spanSeconds / 2))}
            y={top}
            width={Math.max(2, ((width - 48) * Math.min(view.spanSeconds, shown.cameraSeconds)) / shown.cameraSeconds)}
            height={bottom - top}
          />
          {lost.map((joint, index) => (
            <g key={joint.cameraSeconds}>
              <title>{pieces[index]}</title>
              <line
                className="error-plot-lost"
                x1={xOf(joint.cameraSeconds)}
                x2={xOf(joint.cameraSeconds)}
                y1={top}
                y2={bottom}
              />
            </g>
          ))}
          {(alternative ? [] : residuals).map((residual) => (
            <circle
              key={residual.cameraSeconds}
              className="error-plot-dot"
              data-beyond={Math.abs(residual.lagMs) > scale.limitMs ? '' : undefined}
              cx={xOf(residual.cameraSeconds)}
              cy={yOf(residual.lagMs)}
              r={dotRadius(residual.weight)}
            >
              <title>{`${figure(residual.lagMs, 2)} ms at ${minutesLabel(residual.cameraSeconds, 0.5)}`}</title>
            </circle>
          ))}
          {none ? null : (
            <line className="error-plot-place" x1={xOf(placeSeconds)} x2={xOf(placeSeconds)} y1={top} y2={bottom} />
          )}
          {(['head', 'middle', 'tail'] as const).map((kind, index) => {
            const { from, to } = shown.covered;
            return (
              <text
                key={kind}
                className="error-plot-text"
                x={xOf(from + (to - from) * [0.1, 0.5, 0.9][index]!)}
                y={height - 3}
                textAnchor="middle"
              >
                {measured ? `${kind} ${measuredMs(shown, kind)} ms` : kind}
              </text>
            );
          })}
        </svg>
        {none ? <p className="error-plot-none dim">{none}</p> : null}
      </div>
      {lost.length > 0 ? (
        <p className="error-plot-lost-list">
          {lost.map((joint, index) => (
            <button
              key={joint.cameraSeconds}
              type="button"
              className="link"
              onClick={() => review.goTo(joint.cameraSeconds)}
            >
              {pieces[index]}
            </button>
          ))}
        </p>
      ) : null}
    </section>
  );
}

function measuredMs({ match }: ShownMatch, kind: 'head' | 'middle' | 'tail'): string {
  const [head = '', middle = '', tail = ''] = residualLabel(match).split(' / ');
  return { head, middle, tail }[kind];
}

function plotName(shown: ShownMatch, pieces: readonly string[]): string {
  const { match } = shown;
  const figures = `head ${figure(match.residualHeadMs, 2)}, middle ${figure(match.residualMiddleMs, 2)}, tail ${figure(match.residualTailMs, 2)} milliseconds`;
  return ['Error over the clip', figures, ...pieces].join(': ');
}
