import { useState } from 'react';
import type { AudioSettings, DeviceListing, EngineStatus } from '../../src-shared/engine/live-engine.ts';
import { useSession } from '../app/session.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { type AudioControls, useIsRecording } from './audio-controls.ts';
import { type Direction, deviceOptions, hostApiInUse, hostApisOf, withDevice } from './device-choice.ts';
import { bufferWords, calibrationWords, kilohertz } from './engine-words.ts';

const SAMPLE_RATES = [32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000] as const;
const BUFFERS = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096] as const;

export type DeviceFieldsProps = {
  readonly controls: AudioControls;
  readonly settings: AudioSettings;
  readonly status: EngineStatus | null;
  readonly listing: DeviceListing | null;
  readonly isListing: boolean;
  readonly onListAgain: () => void;
};

/** Host API, devices, rate and buffer. */
export function DeviceFields({
  controls,
  settings,
  status,
  listing,
  isListing,
  onListAgain,
  change,
}: DeviceFieldsProps & { readonly change: (part: Partial<AudioSettings>) => void }) {
  const projectRate = useProjectRate();
  const isRecording = useIsRecording();
  /** Looked at without a device of it chosen yet. */
  const [lookedAt, setLookedAt] = useState<string | null>(null);
  const inUse = hostApiInUse(settings, listing);
  const hostApi = lookedAt ?? inUse;
  const rate = projectRate ?? settings.sampleRate;
  const rates: readonly number[] = [...new Set([...SAMPLE_RATES, rate])].sort((a, b) => a - b);
  const buffers: readonly number[] = [...new Set([...BUFFERS, settings.framesPerBuffer])]
    .filter((frames) => frames > 0)
    .sort((a, b) => a - b);
  const choose = (direction: Direction, name: string) => {
    const chosen = hostApi !== null && name !== '' ? { hostApi, name } : null;
    setLookedAt(null);
    controls.settings.change('device', (before) => withDevice(before, listing, direction, chosen));
  };
  const calibration = status?.state === 'running' ? calibrationWords(status) : null;
  return (
    <section aria-label="Device">
      <h3>
        Device
        <Button
          look="quiet"
          className="audio-list-again"
          disabled={isListing}
          hint={
            status?.state === 'running'
              ? 'While a device is open the list stays as it was before. Close it to look for new ones.'
              : 'Look for devices that came or went'
          }
          onClick={onListAgain}
        >
          {isListing ? 'Looking…' : 'Look again'}
        </Button>
      </h3>
      {listing?.problem ? (
        <p className="audio-problem" role="alert">
          {listing.problem.message} <span>{listing.problem.remedy}</span>
        </p>
      ) : null}
      <div className="audio-fields" data-columns="2">
        <Field label="Host API">
          {(field) => (
            <select
              {...field}
              className="input"
              value={hostApi ?? ''}
              onChange={(event) => setLookedAt(event.target.value === inUse ? null : event.target.value)}
            >
              {hostApi === null ? <option value="">Looking…</option> : null}
              {hostApisOf(listing, inUse).map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          )}
        </Field>
        <Field
          label="Sample rate"
          hint={projectRate === null ? 'Of the device while no project is open' : 'The open project’s rate'}
        >
          {(field) => (
            <select
              {...field}
              className="input"
              value={rate}
              disabled={projectRate !== null || isRecording}
              onChange={(event) => change({ sampleRate: Number(event.target.value) })}
            >
              {rates.map((each) => (
                <option key={each} value={each}>
                  {kilohertz(each)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {(['input', 'output'] as const).map((direction) => {
          const chosen = settings[direction];
          const options = deviceOptions(listing, hostApi, direction, chosen);
          const isAway = options.some(({ name, isThere }) => !isThere && name === chosen?.name);
          return (
            <Field
              key={direction}
              label={direction === 'input' ? 'Input device' : 'Output device'}
              problem={isAway && listing ? 'Not connected now. It is remembered.' : null}
              hint={!listing ? 'Looking for devices…' : options.length === 0 ? `No device here has ${direction}s` : ''}
            >
              {(field) => (
                <select
                  {...field}
                  className="input"
                  value={chosen?.hostApi === hostApi ? chosen?.name : ''}
                  disabled={isRecording}
                  onChange={(event) => choose(direction, event.target.value)}
                >
                  <option value="">None</option>
                  {options.map(({ name, channelCount, isThere }) => (
                    <option key={name} value={name}>
                      {isThere ? `${name} – ${channelCount} ${channelCount === 1 ? direction : `${direction}s`}` : name}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          );
        })}
        <Field label="Buffer" hint="Smaller: quicker monitoring, more load">
          {(field) => (
            <select
              {...field}
              className="input"
              value={settings.framesPerBuffer}
              disabled={isRecording}
              onChange={(event) => change({ framesPerBuffer: Number(event.target.value) })}
            >
              <option value={0}>As the driver likes</option>
              {buffers.map((frames) => (
                <option key={frames} value={frames}>
                  {bufferWords(frames, rate)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <div className="audio-calibration" data-measured={calibration?.isMeasured || undefined}>
          {calibration?.text ?? 'Whether it is calibrated is known once it is open.'}
        </div>
      </div>
    </section>
  );
}

/** The sample rate of the open project; null while none is open. */
function useProjectRate(): number | null {
  const mirror = useSession().store((state) => state.mirror);
  return mirror ? mirror.clock().sampleRate : null;
}
