import { useState } from 'react';
import type { AudioSettings, DeviceListing, EngineStatus } from '../../src-shared/engine/live-engine.ts';
import { useSession } from '../app/session.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import type { AudioControls } from './audio-controls.ts';
import { ChannelSelect } from './ChannelSelect.tsx';
import {
  channelLabel,
  channelNames,
  type Direction,
  deviceOptions,
  hostApiInUse,
  hostApisOf,
  sharedOutputs,
  withDevice,
  withLeft,
} from './device-choice.ts';
import { bufferWords, calibrationWords, kilohertz } from './engine-words.ts';
import { NumberInput } from './NumberInput.tsx';

const SAMPLE_RATES = [32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000] as const;
const BUFFERS = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096] as const;

type SettingsPageProps = {
  readonly controls: AudioControls;
  readonly settings: AudioSettings;
  readonly status: EngineStatus | null;
  readonly listing: DeviceListing | null;
  readonly isListing: boolean;
  readonly onListAgain: () => void;
};

/** Which device, how it is driven, what goes out where, and how recordings are written. Everything applies at once. */
export function SettingsPage(props: SettingsPageProps) {
  const { controls, settings, status, listing } = props;
  const inputNames = channelNames(listing, settings.input, 'input', status?.inputChannels);
  const outputNames = channelNames(listing, settings.output, 'output', status?.outputChannels);
  const change = (part: Partial<AudioSettings>) =>
    controls.settings.change(Object.keys(part).join(), (before) => ({ ...before, ...part }));
  return (
    <div className="audio-settings">
      <DeviceFields {...props} change={change} />
      <OutputFields settings={settings} names={outputNames} change={change} />
      <section aria-label="Input and recording">
        <h3>Input and recording</h3>
        <div className="audio-fields" data-columns="3">
          <Field label="Talkback microphone">
            {(field) => (
              <ChannelSelect
                {...field}
                names={inputNames}
                none="None"
                value={settings.talkbackInput}
                onChange={(talkbackInput) => change({ talkbackInput })}
              />
            )}
          </Field>
          <Field label="Pre-record, seconds" hint="Kept from before the key">
            {(field) => (
              <NumberInput
                {...field}
                value={settings.preRecordSeconds}
                minimum={0}
                maximum={60}
                step={1}
                onCommit={(preRecordSeconds) => change({ preRecordSeconds })}
              />
            )}
          </Field>
          <Field label="Recorded files">
            {(field) => (
              <select
                {...field}
                className="input"
                value={settings.sampleFormat}
                onChange={(event) => change({ sampleFormat: event.target.value as AudioSettings['sampleFormat'] })}
              >
                <option value="s24">24-bit</option>
                <option value="f32">32-bit float</option>
              </select>
            )}
          </Field>
        </div>
      </section>
    </div>
  );
}

type Change = (part: Partial<AudioSettings>) => void;

function DeviceFields({
  controls,
  settings,
  status,
  listing,
  isListing,
  onListAgain,
  change,
}: SettingsPageProps & { readonly change: Change }) {
  const projectRate = useProjectRate();
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
              disabled={projectRate !== null}
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

function OutputFields({
  settings,
  names,
  change,
}: {
  readonly settings: AudioSettings;
  readonly names: readonly string[];
  readonly change: Change;
}) {
  const { controlRoom, cue } = settings;
  const shared = sharedOutputs(settings);
  return (
    <section aria-label="Outputs">
      <h3>Outputs</h3>
      <div className="audio-fields" data-columns="4">
        <Field label="Control room left">
          {(field) => (
            <ChannelSelect
              {...field}
              names={names}
              value={controlRoom[0]}
              onChange={(left) => left !== null && change({ controlRoom: withLeft(controlRoom, left, names.length) })}
            />
          )}
        </Field>
        <Field label="Control room right">
          {(field) => (
            <ChannelSelect
              {...field}
              names={names}
              value={controlRoom[1]}
              onChange={(right) => right !== null && change({ controlRoom: [controlRoom[0], right] })}
            />
          )}
        </Field>
        <Field
          label="Cue mix left"
          problem={
            shared.length > 0 ? `Also control room: ${shared.map((at) => channelLabel(names, at)).join(', ')}` : null
          }
        >
          {(field) => (
            <ChannelSelect
              {...field}
              names={names}
              none="No cue mix"
              value={cue?.[0] ?? null}
              onChange={(left) =>
                change({
                  cue: left === null ? null : withLeft(cue, left, names.length),
                })
              }
            />
          )}
        </Field>
        <Field label="Cue mix right">
          {(field) => (
            <ChannelSelect
              {...field}
              names={cue ? names : []}
              {...(cue ? {} : { none: '–' })}
              disabled={!cue}
              value={cue?.[1] ?? null}
              onChange={(right) => cue && right !== null && change({ cue: [cue[0], right] })}
            />
          )}
        </Field>
      </div>
    </section>
  );
}

/** The sample rate of the open project; null while none is open. */
function useProjectRate(): number | null {
  const mirror = useSession().store((state) => state.mirror);
  return mirror ? mirror.clock().sampleRate : null;
}
