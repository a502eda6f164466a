import { type InputHTMLAttributes, useEffect, useRef, useState } from 'react';

type NumberInputProps = Omit<
  InputHTMLAttributes<HTMLInputElement>,
  'value' | 'onChange' | 'type' | 'min' | 'max' | 'step'
> & {
  readonly value: number;
  readonly minimum: number;
  readonly maximum: number;
  /** By one press of an arrow key. */
  readonly step: number;
  readonly isWhole?: boolean;
  readonly onCommit: (value: number) => void;
};

/**
 * A number that is written in peace and taken with Enter or by leaving the field; arrow keys step it at once. What is no
 * number in range is marked and not taken.
 */
export function NumberInput({ value, minimum, maximum, step, isWhole = false, onCommit, ...rest }: NumberInputProps) {
  const [text, setText] = useState<string | null>(null);
  const shown = text ?? String(value);
  const number = Number(shown.replace(',', '.'));
  const isGood =
    shown.trim() !== '' && number >= minimum && number <= maximum && (!isWhole || Number.isInteger(number));
  const commit = () => {
    if (text === null) return;
    setText(null);
    if (isGood && number !== value) onCommit(number);
  };
  // Where the field goes away under the hand, as when its dialog is closed by Escape, what was written counts as well.
  const latest = useRef(commit);
  latest.current = commit;
  useEffect(() => () => latest.current(), []);
  return (
    <input
      {...rest}
      className={`input ${rest.className ?? ''}`}
      inputMode="decimal"
      aria-invalid={!isGood}
      title={isGood ? rest.title : `From ${minimum} to ${maximum}`}
      value={shown}
      onChange={(event) => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          event.preventDefault();
          commit();
        }
        const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
        if (direction === 0) return;
        event.preventDefault();
        const from = isGood ? number : value;
        const next = Math.min(maximum, Math.max(minimum, Number((from + direction * step).toFixed(6))));
        setText(null);
        if (next !== value) onCommit(next);
      }}
    />
  );
}
