import { FADER_FLOOR_DB, gainWords, SILENCE_DB } from './engine-words.ts';

type FaderProps = {
  readonly label: string;
  readonly gainDb: number;
  readonly maximumDb?: number;
  /** What a double click, or the Delete key, sets it back to. */
  readonly restDb?: number;
  readonly disabled?: boolean;
  readonly onChange: (gainDb: number) => void;
};

/** A gain by mouse or arrow keys, in half decibels; the lowest place is silence. */
export function Fader({ label, gainDb, maximumDb = 12, restDb = 0, disabled = false, onChange }: FaderProps) {
  return (
    <span className="fader">
      <input
        type="range"
        min={FADER_FLOOR_DB}
        max={maximumDb}
        step={0.5}
        value={Math.max(FADER_FLOOR_DB, gainDb)}
        disabled={disabled}
        aria-label={label}
        aria-valuetext={gainWords(gainDb)}
        title={`${label}. Double click or Delete: ${gainWords(restDb)}`}
        onChange={(event) => {
          const next = Number(event.target.value);
          onChange(next <= FADER_FLOOR_DB ? SILENCE_DB : next);
        }}
        onDoubleClick={() => onChange(restDb)}
        onKeyDown={(event) => {
          // These move a slider, whatever they mean elsewhere.
          if (/^(Home|End|Page(Up|Down))$/.test(event.key)) event.stopPropagation();
          if (event.key !== 'Delete' && event.key !== 'Backspace') return;
          event.preventDefault();
          event.stopPropagation();
          onChange(restDb);
        }}
      />
      <span className="fader-value figures" aria-hidden="true">
        {gainWords(gainDb)}
      </span>
    </span>
  );
}
