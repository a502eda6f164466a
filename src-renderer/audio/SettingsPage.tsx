import type { AudioSettings } from '../../src-shared/engine/live-engine.ts';
import { Field } from '../ui/Field.tsx';
import { ChannelSelect } from './ChannelSelect.tsx';
import { DeviceFields, type DeviceFieldsProps } from './DeviceFields.tsx';
import { channelNames } from './device-choice.ts';
import { NumberInput } from './NumberInput.tsx';
import { OutputFields } from './OutputFields.tsx';

/**
 * Which device, how it is driven, what goes out where, and how recordings are written. Everything applies at once; while
 * something is recorded, another device, rate or buffer cannot be chosen.
 */
export function SettingsPage(props: DeviceFieldsProps) {
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
