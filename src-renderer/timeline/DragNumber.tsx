import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';

type DragNumberProps = {
  readonly label: string;
  readonly value: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Change for a pixel of travel; a tenth of it with Control. */
  readonly perPixel: number;
  readonly tabIndex?: number;
  /** Where a double click with Alt goes. */
  readonly reset: number;
  readonly format: (value: number) => string;
  /** Null when the text is no such value. */
  readonly parse: (text: string) => number | null;
  /** Once, at the end of a drag, or when a written value is entered. */
  readonly onChange: (value: number) => void;
};

/** A figure that is dragged up and down, stepped by arrow keys, or written after Enter or a double click. */
export function DragNumber({
  label,
  tabIndex,
  value,
  minimum,
  maximum,
  perPixel,
  reset,
  format,
  parse,
  onChange,
}: DragNumberProps) {
  const [dragged, setDragged] = useState<number | null>(null);
  const [writing, setWriting] = useState(false);
  const from = useRef<{ y: number; value: number } | null>(null);
  const hold = (next: number) => Math.min(maximum, Math.max(minimum, Math.round(next * 100) / 100));

  if (writing) {
    const finish = (text: string) => {
      setWriting(false);
      const parsed = parse(text);
      if (parsed !== null && hold(parsed) !== value) onChange(hold(parsed));
    };
    return (
      <input
        className="timeline-number-input"
        aria-label={label}
        defaultValue={format(value)}
        ref={(input) => input?.select()}
        onBlur={(event) => finish(event.target.value)}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Enter') finish(event.currentTarget.value);
          else if (event.key === 'Escape') setWriting(false);
        }}
      />
    );
  }

  const step = (event: KeyboardEvent) => {
    const size = perPixel * (event.ctrlKey ? 1 : event.shiftKey ? 30 : 10);
    if (event.key === 'Enter') setWriting(true);
    else if (event.key === 'ArrowUp') onChange(hold(value + size));
    else if (event.key === 'ArrowDown') onChange(hold(value - size));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const move = (event: PointerEvent) => {
    if (!from.current) return;
    const travel = from.current.y - event.clientY;
    if (dragged === null && Math.abs(travel) < 3) return;
    setDragged(hold(from.current.value + travel * perPixel * (event.ctrlKey ? 0.1 : 1)));
  };

  return (
    <button
      type="button"
      className="timeline-number"
      tabIndex={tabIndex}
      aria-label={`${label}: ${format(value)}`}
      title={`${label}: drag up or down, double-click to write`}
      onPointerDown={(event) => {
        from.current = { y: event.clientY, value };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={move}
      onPointerUp={() => {
        from.current = null;
        if (dragged !== null && dragged !== value) onChange(dragged);
        setDragged(null);
      }}
      onPointerCancel={() => {
        from.current = null;
        setDragged(null);
      }}
      onDoubleClick={(event) => (event.altKey ? value !== reset && onChange(reset) : setWriting(true))}
      onKeyDown={step}
    >
      {format(dragged ?? value)}
    </button>
  );
}
