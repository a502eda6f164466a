import type { AudioSettings } from '../../src-shared/engine/live-engine.ts';
import { Field } from '../ui/Field.tsx';
import { ChannelSelect } from './ChannelSelect.tsx';
import { channelLabel, sharedOutputs, withLeft } from './device-choice.ts';

/** Which outputs the loudspeakers and the talent's headphones are on. */
export function OutputFields({
  settings,
  names,
  change,
}: {
  readonly settings: AudioSettings;
  readonly names: readonly string[];
  readonly change: (part: Partial<AudioSettings>) => void;
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
