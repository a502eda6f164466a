import { useState } from 'react';
import type { Calibration, DeviceListing, EngineStatus } from '../../src-shared/engine/live-engine.ts';
import type { ErrorReport } from '../../src-shared/rpc/error.ts';
import { reportOf } from '../app/connection.ts';
import { useSession } from '../app/session.ts';
import { amplitudeDb } from '../meters/meter-ballistics.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { figure } from '../ui/figure.ts';
import { ChannelSelect } from './ChannelSelect.tsx';
import { channelNames } from './device-choice.ts';
import {
  bufferWords,
  calibrationWords,
  devicesOf,
  kilohertz,
  reportedRoundTrip,
  samplesAndTime,
} from './engine-words.ts';
import { RoundTripPlot } from './RoundTripPlot.tsx';
import './calibrate-page.css';

type Measured = { readonly calibration: Calibration; readonly status: EngineStatus };

/** Measures the way of a sound out of the device and back into it, through a cable. */
export function CalibratePage({
  status,
  listing,
}: {
  readonly status: EngineStatus | null;
  readonly listing: DeviceListing | null;
}) {
  const { client } = useSession();
  const [output, setOutput] = useState(0);
  const [input, setInput] = useState(0);
  const [isMeasuring, setMeasuring] = useState(false);
  const [measured, setMeasured] = useState<Measured | null>(null);
  const [refusal, setRefusal] = useState<ErrorReport | null>(null);
  const isRunning = status?.state === 'running';
  const outputNames = channelNames(listing, status?.output ?? null, 'output', status?.outputChannels);
  const inputNames = channelNames(listing, status?.input ?? null, 'input', status?.inputChannels);
  const canMeasure = isRunning && status.outputChannels > 0 && status.inputChannels > 0;

  const measure = async () => {
    if (!status) return;
    setMeasuring(true);
    setRefusal(null);
    setMeasured(null);
    try {
      setMeasured({ calibration: await client.audio.calibrate({ output, input }), status });
    } catch (error) {
      setRefusal(reportOf(error));
    }
    setMeasuring(false);
  };

  return (
    <div className="audio-calibrate">
      <div>
        <ol className="audio-steps">
          <li>
            <strong>Turn the speakers off</strong>, or all the way down: ten loud clicks go out.
          </li>
          <li>
            <strong>Connect a cable</strong> from the output to the input that are chosen below. On an interface with
            gain set it so that the clicks do not clip.
          </li>
          <li>
            <strong>Calibrate.</strong> It takes a few seconds. Then take the cable out again.
          </li>
        </ol>
        <div className="audio-fields" data-columns="2">
          <Field label="From output">
            {(field) => (
              <ChannelSelect
                {...field}
                names={outputNames}
                value={output}
                disabled={!canMeasure}
                onChange={(channel) => channel !== null && setOutput(channel)}
              />
            )}
          </Field>
          <Field label="To input">
            {(field) => (
              <ChannelSelect
                {...field}
                names={inputNames}
                value={input}
                disabled={!canMeasure}
                onChange={(channel) => channel !== null && setInput(channel)}
              />
            )}
          </Field>
        </div>
        <Button look="primary" disabled={!canMeasure || isMeasuring} onClick={measure}>
          {isMeasuring ? 'Listening for the clicks…' : 'Calibrate'}
        </Button>
        {!isRunning ? (
          <p className="audio-note dim">Open the device first.</p>
        ) : canMeasure ? null : (
          <p className="audio-note dim">This needs a device with an output and an input.</p>
        )}
        {refusal ? (
          <p className="audio-problem" role="alert">
            {refusal.message} <span>{refusal.remedy}</span>
          </p>
        ) : null}
      </div>
      <section className="audio-measured" aria-label="Round trip">
        {measured ? <Result {...measured} /> : isRunning ? <Known status={status} /> : null}
      </section>
    </div>
  );
}

function Known({ status }: { readonly status: EngineStatus }) {
  return (
    <>
      <h3>Now</h3>
      <p>{calibrationWords(status).text}</p>
      <p className="dim">
        Kept for {devicesOf(status)}, {kilohertz(status.sampleRate)}, buffer{' '}
        {bufferWords(status.framesPerBuffer, status.sampleRate)}. Another device, rate or buffer has a round trip of its
        own.
      </p>
    </>
  );
}

function Result({ calibration, status }: Measured) {
  const { sampleRate } = status;
  const reported = reportedRoundTrip(status);
  const { roundTrips, roundTripSamples, spreadSamples, peak } = calibration;
  return (
    <>
      <h3>Measured</h3>
      <p className="audio-round-trip figures" role="status">
        {samplesAndTime(roundTripSamples, sampleRate)}
      </p>
      <dl className="audio-facts">
        <dt>Spread over {roundTrips.length}</dt>
        <dd className="figures" data-tone={spreadSamples > 1 ? 'warn' : undefined}>
          {spreadSamples === 0 ? 'none: all the same' : samplesAndTime(spreadSamples, sampleRate)}
        </dd>
        <dt>Level at the input</dt>
        <dd className="figures" data-tone={peak >= 1 ? 'warn' : undefined}>
          {figure(amplitudeDb(peak), 1)} dBFS{peak >= 1 ? ', clipped: turn it down and calibrate again' : ''}
        </dd>
        <dt>The driver reports</dt>
        <dd className="figures">
          {samplesAndTime(reported, sampleRate)}
          {reported === roundTripSamples
            ? ', the same'
            : `, ${figure(reported - roundTripSamples, 0, 'always')} against what was measured`}
        </dd>
        <dt>Kept for</dt>
        <dd>
          {devicesOf(status)}, {kilohertz(sampleRate)}, buffer {bufferWords(status.framesPerBuffer, sampleRate)}
        </dd>
      </dl>
      <RoundTripPlot roundTrips={roundTrips} />
    </>
  );
}
