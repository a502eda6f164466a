import type { TakeRow } from '../../src-shared/model/rows.ts';
import { useProject } from '../project/open-project.ts';
import { Icon } from '../ui/Icon.tsx';
import { useChosenTake } from './chosen-take.ts';
import { circleTake, putTake, rateTake } from './put-take.ts';
import { auditionTake } from './take-actions.ts';
import { describeTake, takeFigures } from './take-words.ts';
import { usageOf } from './takes-here.ts';

const USAGE_HINTS = {
  whole: 'This take is on the timeline',
  part: 'A part of this take is on the timeline; use it here',
  none: 'Use this take here (Enter)',
} as const;

const RATINGS = [1, 2, 3, 4, 5] as const;

type TakeRowProps = {
  readonly take: TakeRow;
  readonly chosen: boolean;
  readonly showsTrack: boolean;
  readonly onChoose: () => void;
  readonly onMenu: (x: number, y: number) => void;
};

/** One take: heard by its first button, used by its last or a double click. */
export function TakeRowView({ take, chosen, showsTrack, onChoose, onMenu }: TakeRowProps) {
  const project = useProject();
  const { mirror } = project;
  const clock = mirror.clock();
  const playing = useChosenTake((state) => state.playingId === take.id);
  const renaming = useChosenTake((state) => state.renamingId === take.id);
  const usage = usageOf(mirror, take);
  const { at, length } = takeFigures(take, clock);
  const recording = take.state === 'recording';
  const disabled = project.info.readOnly || recording;
  const rename = (text: string) => {
    useChosenTake.setState({ renamingId: null });
    const name = text.trim().slice(0, 200);
    if (name !== '' && name !== take.name) void project.apply({ kind: 'take.rename', takeId: take.id, name });
    document.querySelector<HTMLElement>('.takes-list')?.focus();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the focus and takes the keys.
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus; rows are pointed at by it.
    <div
      id={`take-${take.id}`}
      role="option"
      aria-selected={chosen}
      aria-label={describeTake(take, usage, clock)}
      className="take"
      data-state={take.state}
      data-usage={usage}
      onClick={onChoose}
      onDoubleClick={() => !disabled && putTake(project.timeline, take)}
      onContextMenu={(event) => {
        event.preventDefault();
        onChoose();
        onMenu(event.clientX, event.clientY);
      }}
    >
      <button
        type="button"
        tabIndex={-1}
        className="take-play"
        aria-label={playing ? `Stop take ${take.number}` : `Hear take ${take.number} alone`}
        title={playing ? 'Stop (Space)' : 'Hear it alone (Space)'}
        disabled={recording}
        onClick={() => auditionTake(project, take)}
        onDoubleClick={(event) => event.stopPropagation()}
      >
        <Icon name={playing ? 'stop' : 'play'} />
      </button>
      <div className="take-line">
        <button
          type="button"
          tabIndex={-1}
          className="take-number"
          data-circled={take.circled || undefined}
          aria-label={take.circled ? `Take ${take.number} is circled` : `Circle take ${take.number}`}
          title={take.circled ? 'Circled (C takes it back)' : 'Circle (C)'}
          disabled={disabled}
          onClick={() => circleTake(project.timeline, take)}
          onDoubleClick={(event) => event.stopPropagation()}
        >
          {take.number}
        </button>
        {renaming ? (
          <input
            className="take-name-input"
            aria-label={`New name of ${take.name}`}
            defaultValue={take.name}
            maxLength={200}
            ref={(input) => input?.select()}
            onBlur={(event) => rename(event.target.value)}
            onDoubleClick={(event) => event.stopPropagation()}
            onKeyDown={(event) => {
              event.stopPropagation();
              if (event.key === 'Enter') event.currentTarget.blur();
              if (event.key !== 'Escape') return;
              event.currentTarget.value = take.name;
              event.currentTarget.blur();
            }}
          />
        ) : (
          <span className="take-name" title={take.name}>
            {take.name}
          </span>
        )}
        {showsTrack ? <TrackName name={mirror.get('track', take.trackId)?.name ?? ''} /> : null}
        <StateBadge take={take} />
      </div>
      <button
        type="button"
        tabIndex={-1}
        className="take-use"
        aria-label={`${usage === 'whole' ? 'On the timeline: use' : 'Use'} take ${take.number}`}
        title={USAGE_HINTS[usage]}
        disabled={disabled}
        onClick={() => putTake(project.timeline, take)}
        onDoubleClick={(event) => event.stopPropagation()}
      >
        <Icon name="check" />
      </button>
      <div className="take-line take-figures figures">
        <span title={`Pass ${take.pass}: what was recorded together`}>P{take.pass}</span>
        <span>{at}</span>
        <span className="take-length">{length}</span>
      </div>
      <span className="take-rating" data-rated={take.rating > 0 || undefined}>
        {RATINGS.map((rating) => (
          <button
            key={rating}
            type="button"
            tabIndex={-1}
            aria-label={`Rate take ${take.number} ${rating} of 5`}
            title={`${rating} of 5 (${rating}; 0 takes it back)`}
            data-on={rating <= take.rating || undefined}
            disabled={disabled}
            onClick={() => rateTake(project.timeline, take, rating)}
            onDoubleClick={(event) => event.stopPropagation()}
          />
        ))}
      </span>
    </div>
  );
}

function TrackName({ name }: { readonly name: string }) {
  return (
    <span className="take-track" title={`On ${name}`}>
      {name}
    </span>
  );
}

function StateBadge({ take }: { readonly take: TakeRow }) {
  if (take.state === 'recording')
    return (
      <span className="badge" data-tone="bad">
        recording
      </span>
    );
  if (take.state === 'recovered')
    return (
      <span
        className="badge"
        data-tone="warn"
        title="Its recording was broken off. All that was on the disk was kept; listen to its end."
      >
        recovered
      </span>
    );
  return null;
}
