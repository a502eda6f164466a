import type { SelectHTMLAttributes } from 'react';
import { channelLabel, channelOptions } from './device-choice.ts';

type ChannelSelectProps = Omit<SelectHTMLAttributes<HTMLSelectElement>, 'value' | 'onChange'> & {
  /** Of the device's channels, in order. */
  readonly names: readonly string[];
  readonly value: number | null;
  /** Words for no channel at all; without them one has to be chosen. */
  readonly none?: string;
  readonly onChange: (channel: number | null) => void;
};

/** One channel of a device by its name. */
export function ChannelSelect({ names, value, none, onChange, ...rest }: ChannelSelectProps) {
  return (
    <select
      {...rest}
      className={`input ${rest.className ?? ''}`}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value === '' ? null : Number(event.target.value))}
    >
      {none !== undefined ? <option value="">{none}</option> : null}
      {channelOptions(names, value).map((channel) => (
        <option key={channel} value={channel}>
          {channelLabel(names, channel)}
        </option>
      ))}
    </select>
  );
}
