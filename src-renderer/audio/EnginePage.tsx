import type { ReactNode } from 'react';
import type { EngineStatus } from '../../src-shared/engine/live-engine.ts';
import { figure } from '../ui/figure.ts';
import { useEngineHealth } from './audio-controls.ts';
import { ClockFigure } from './ClockFigure.tsx';
import { megabytes, samplesAndTime, type Tone, TROUBLE_WORDS } from './engine-words.ts';
import { LoadSparkline } from './LoadSparkline.tsx';
import './engine-page.css';

const percent = (share: number) => `${figure(share * 100, share < 0.1 ? 1 : 0)} %`;

/** How hard the engine works, what it lost, and what it could not play. */
export function EnginePage({ status }: { readonly status: EngineStatus | null }) {
  const health = useEngineHealth();
  if (!status) return <p className="audio-none dim">Nothing is known of the engine yet.</p>;
  const { sampleRate, restarts, refusedPlan, sourceTroubles } = status;
  const losses = health?.losses;
  const disk = health?.disk;
  return (
    <div className="audio-engine">
      <div className="audio-engine-figures">
        <Group name="Device">
          <Fact name="Clock">{health ? <ClockFigure sampleRate={sampleRate} /> : '–'}</Fact>
          <Fact name="Reported input latency">
            {health ? samplesAndTime(status.reportedLatencySamples.input, sampleRate) : '–'}
          </Fact>
          <Fact name="Reported output latency">
            {health ? samplesAndTime(status.reportedLatencySamples.output, sampleRate) : '–'}
          </Fact>
          <Fact name="Restarts" tone={restarts > 0 ? 'warn' : undefined}>
            {restarts === 0 ? 'none' : restarts}
          </Fact>
        </Group>
        <Group name="Lost since it was opened">
          <Loss name="Input overflows" count={losses?.inputOverflows} />
          <Loss name="Output underflows" count={losses?.outputUnderflows} />
          <Loss name="Samples not read in time" count={losses?.missedFrames} />
          <Loss name="Samples not recorded" count={losses?.recordLostFrames} />
        </Group>
        <Group name="Disk and memory">
          <Fact name="Ready to play" tone={disk && disk.readySeconds < 0.25 ? 'warn' : undefined}>
            {disk ? `${figure(disk.readySeconds, 1)} s` : '–'}
          </Fact>
          <Fact name="Sound held in memory">{disk ? megabytes(disk.heldBytes) : '–'}</Fact>
          <Fact name="Record ring" tone={disk && disk.recordRing > 0.5 ? 'warn' : undefined}>
            {disk && health?.armed ? `${percent(disk.recordRing)} full` : disk ? 'not armed' : '–'}
          </Fact>
          <Fact name="Fullest so far" tone={disk && disk.recordRingPeak > 0.5 ? 'warn' : undefined}>
            {disk && health?.armed ? percent(disk.recordRingPeak) : '–'}
          </Fact>
        </Group>
      </div>
      <section className="audio-load" aria-label="Load">
        <h3>
          Load of the callback, as a share of its period
          <span className="figures dim">
            {health ? `mean ${percent(health.loadMean)}, highest ${percent(health.loadPeak)}` : 'no device runs'}
          </span>
        </h3>
        <LoadSparkline />
      </section>
      {refusedPlan ? (
        <p className="audio-problem" role="alert">
          The last edit could not be played, and what was before it plays on: {refusedPlan.message}{' '}
          <span>{refusedPlan.remedy}</span>
        </p>
      ) : null}
      <section aria-label="Files in trouble">
        <h3>Files in trouble</h3>
        {sourceTroubles.length === 0 ? (
          <p className="dim">None: every file of the timeline could be read so far.</p>
        ) : (
          <ul className="audio-troubles">
            {sourceTroubles.map((source) => (
              <li key={source.path}>
                <span className="badge" data-tone="bad">
                  {TROUBLE_WORDS[source.trouble]}
                </span>
                <span className="audio-trouble-path selectable">{source.path}</span>
                <span className="dim">{source.message}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

function Group({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <section aria-label={name}>
      <h3>{name}</h3>
      <dl className="audio-facts">{children}</dl>
    </section>
  );
}

function Fact({ name, tone, children }: { readonly name: string; readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="figures" data-tone={tone}>
        {children}
      </dd>
    </>
  );
}

function Loss({ name, count }: { readonly name: string; readonly count: number | undefined }) {
  return (
    <Fact name={name} tone={count ? 'bad' : undefined}>
      {count === undefined ? '–' : count === 0 ? 'none' : count.toLocaleString('en-US')}
    </Fact>
  );
}
