import { type ReactNode, useState } from 'react';
import { STEMS, type Stem, type TrackRow } from '../../src-shared/model/rows.ts';
import { DragNumber } from './DragNumber.tsx';
import { panText, parsePan } from './pan-text.ts';
import { gainText } from './readout.ts';
import { sendCommand } from './send-command.ts';
import { STEM_COLORS } from './stem-colors.ts';
import { TakesButton } from './TakeButtons.tsx';
import { ArmButton, InputButton, MonitorButton } from './TrackInputButtons.tsx';
import type { TimelineContext } from './timeline-context.ts';
import { TRACK_HEIGHT_NAMES, TRACK_HEIGHTS, type TrackHeight } from './timeline-view.ts';

type TrackHeaderProps = {
  readonly context: TimelineContext;
  readonly track: TrackRow;
  readonly top: number;
  readonly height: number;
  readonly active: boolean;
  /** Its controls are stops of the tab key: those of one header are, so that the clips behind it are soon reached. */
  readonly isTabStop: boolean;
  readonly dragged: boolean;
  /** Full scale was reached since the clip lights were put out. */
  readonly clipped: boolean;
  readonly onDrag: (clientY: number) => void;
  readonly onDrop: (clientY: number) => void;
  readonly onDragEnd: () => void;
};

/** The name, state and level of one track. Drag the colour strip to move the track. */
export function TrackHeader(props: TrackHeaderProps) {
  const { context, track, top, height, active } = props;
  const tabIndex = props.isTabStop ? 0 : -1;
  const update = (fields: Partial<Pick<TrackRow, 'name' | 'stem' | 'gainDb' | 'pan' | 'muted' | 'soloed'>>) =>
    void sendCommand(context, { kind: 'track.update', trackIds: [track.id], ...fields });
  const roomy = height >= TRACK_HEIGHTS.small;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own look and no better meaning
    <div
      className="timeline-header"
      role="group"
      aria-label={`Track ${track.name}`}
      aria-current={active || undefined}
      data-dragged={props.dragged || undefined}
      data-size={sizeOf(height)}
      data-header-of={track.id}
      style={{ top, height }}
      onPointerDown={() => context.view.getState().setActiveTrack(track.id)}
    >
      <Strip {...props} />
      <div className="timeline-header-body">
        <div className="timeline-header-line">
          <TrackName track={track} tabIndex={tabIndex} onRename={(name) => update({ name })} />
          {track.channelCount === 2 && (
            <span className="timeline-width" title="Stereo track">
              ST
            </span>
          )}
          <ArmButton context={context} track={track} tabIndex={tabIndex} />
          <MonitorButton context={context} track={track} tabIndex={tabIndex} />
          <Toggle
            label={`Mute ${track.name}`}
            state="mute"
            tabIndex={tabIndex}
            pressed={track.muted}
            onPress={() => update({ muted: !track.muted })}
          >
            M
          </Toggle>
          <Toggle
            label={`Solo ${track.name}`}
            state="solo"
            tabIndex={tabIndex}
            pressed={track.soloed}
            onPress={() => update({ soloed: !track.soloed })}
          >
            S
          </Toggle>
        </div>
        {roomy && (
          <div className="timeline-header-line">
            <DragNumber
              label={`Gain of ${track.name}`}
              tabIndex={tabIndex}
              value={track.gainDb}
              minimum={-144}
              maximum={24}
              perPixel={0.1}
              reset={0}
              format={gainText}
              parse={(text) => {
                const number = Number.parseFloat(text.replace('−', '-').replace(',', '.'));
                return Number.isNaN(number) ? null : number;
              }}
              onChange={(gainDb) => update({ gainDb })}
            />
            <DragNumber
              label={`Pan of ${track.name}`}
              tabIndex={tabIndex}
              value={track.pan}
              minimum={-1}
              maximum={1}
              perPixel={0.01}
              reset={0}
              format={panText}
              parse={parsePan}
              onChange={(pan) => update({ pan })}
            />
            <select
              className="timeline-stem"
              tabIndex={tabIndex}
              aria-label={`Stem of ${track.name}`}
              value={track.stem}
              onChange={(event) => update({ stem: event.target.value as Stem })}
            >
              {STEMS.map((stem) => (
                <option key={stem}>{stem}</option>
              ))}
            </select>
            <HeightSelect context={context} track={track} tabIndex={tabIndex} />
          </div>
        )}
        {height >= TRACK_HEIGHTS.medium && (
          <div className="timeline-header-line">
            <InputButton context={context} track={track} tabIndex={tabIndex} />
            <TakesButton context={context} track={track} tabIndex={tabIndex} />
          </div>
        )}
      </div>
      {props.clipped && (
        <button
          type="button"
          className="timeline-clip-light"
          aria-label={`${track.name} clipped, put out all clip lights`}
          title="Full scale was reached. Click to put out all clip lights."
          onClick={() => void context.engine.clearClipped()}
        />
      )}
    </div>
  );
}

/** How much a header of a height has room for. */
function sizeOf(height: number): 'mini' | 'small' | 'medium' | 'large' {
  if (height >= TRACK_HEIGHTS.large) return 'large';
  if (height >= TRACK_HEIGHTS.medium) return 'medium';
  return height >= TRACK_HEIGHTS.small ? 'small' : 'mini';
}

/** The colour of the stem; a handle for moving the track. */
function Strip({ track, onDrag, onDrop, onDragEnd }: TrackHeaderProps) {
  const [from, setFrom] = useState<number | null>(null);
  return (
    <span
      className="timeline-strip"
      title="Drag to move the track"
      style={{ background: STEM_COLORS[track.stem] }}
      onPointerDown={(event) => {
        setFrom(event.clientY);
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => from !== null && Math.abs(event.clientY - from) > 4 && onDrag(event.clientY)}
      onPointerUp={(event) => {
        if (from !== null && Math.abs(event.clientY - from) > 4) onDrop(event.clientY);
        setFrom(null);
      }}
      onPointerCancel={() => {
        setFrom(null);
        onDragEnd();
      }}
    />
  );
}

type TrackNameProps = {
  readonly track: TrackRow;
  readonly tabIndex: number;
  readonly onRename: (name: string) => void;
};

function TrackName({ track, tabIndex, onRename }: TrackNameProps) {
  const [editing, setEditing] = useState(false);
  if (!editing)
    return (
      <button
        type="button"
        className="timeline-name"
        tabIndex={tabIndex}
        title={`${track.name}: double-click or press F2 to rename`}
        onDoubleClick={() => setEditing(true)}
        onKeyDown={(event) => event.key === 'F2' && setEditing(true)}
      >
        {track.name}
      </button>
    );
  const finish = (text: string) => {
    setEditing(false);
    const name = text.trim().slice(0, 200);
    if (name !== '' && name !== track.name) onRename(name);
  };
  return (
    <input
      className="timeline-name-input"
      aria-label={`New name of ${track.name}`}
      defaultValue={track.name}
      maxLength={200}
      ref={(input) => input?.select()}
      onBlur={(event) => finish(event.target.value)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') finish(event.currentTarget.value);
        else if (event.key === 'Escape') setEditing(false);
      }}
    />
  );
}

type ToggleProps = {
  readonly label: string;
  readonly state: 'mute' | 'solo';
  readonly tabIndex: number;
  readonly pressed: boolean;
  readonly onPress: () => void;
  readonly children: ReactNode;
};

function Toggle({ label, state, tabIndex, pressed, onPress, children }: ToggleProps) {
  return (
    <button
      type="button"
      className="timeline-toggle"
      data-state={state}
      tabIndex={tabIndex}
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      onClick={onPress}
    >
      {children}
    </button>
  );
}

const HEIGHT_TITLES: Readonly<Record<TrackHeight, string>> = {
  mini: 'XS',
  small: 'S',
  medium: 'M',
  large: 'L',
  huge: 'XL',
};

type HeightSelectProps = {
  readonly context: TimelineContext;
  readonly track: TrackRow;
  readonly tabIndex: number;
};

function HeightSelect({ context, track, tabIndex }: HeightSelectProps) {
  const view = context.view.getState();
  return (
    <select
      className="timeline-height"
      tabIndex={tabIndex}
      aria-label={`Height of ${track.name}`}
      title="Track height"
      value={view.trackHeights[track.id] ?? view.defaultTrackHeight}
      onChange={(event) => context.view.getState().setTrackHeight([track.id], event.target.value as TrackHeight)}
    >
      {TRACK_HEIGHT_NAMES.map((name) => (
        <option key={name} value={name}>
          {HEIGHT_TITLES[name]}
        </option>
      ))}
    </select>
  );
}
