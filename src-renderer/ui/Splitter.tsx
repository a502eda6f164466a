import { useRef } from 'react';

type SplitterProps = {
  readonly label: string;
  /** `vertical` stands between columns, `horizontal` between rows. */
  readonly orientation: 'vertical' | 'horizontal';
  /** The size that it sets, in pixels. */
  readonly value: number;
  readonly minimum: number;
  readonly maximum: number;
  /** 1 when dragging right or down makes it larger, -1 otherwise. */
  readonly direction: 1 | -1;
  readonly onChange: (value: number) => void;
};

/** A bar that resizes a panel by mouse, or by the arrow keys (Shift for larger steps). */
export function Splitter({ label, orientation, value, minimum, maximum, direction, onChange }: SplitterProps) {
  const drag = useRef<{ from: number; value: number } | null>(null);
  const clamp = (next: number) => Math.round(Math.min(maximum, Math.max(minimum, next)));
  const at = (event: React.PointerEvent) => (orientation === 'vertical' ? event.clientX : event.clientY);
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> cannot take focus or be dragged.
    <div
      className="splitter"
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={value}
      aria-valuemin={minimum}
      aria-valuemax={maximum}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        event.currentTarget.dataset.dragging = '';
        drag.current = { from: at(event), value };
      }}
      onPointerMove={(event) => {
        if (drag.current) onChange(clamp(drag.current.value + direction * (at(event) - drag.current.from)));
      }}
      // Else the browser may take the press for the start of a drag: by the time it looks, the panel has grown under the
      // place that was pressed, and a row of the bin lies there.
      onMouseDown={(event) => event.preventDefault()}
      onPointerUp={(event) => {
        drag.current = null;
        delete event.currentTarget.dataset.dragging;
      }}
      onKeyDown={(event) => {
        const [less, more] = orientation === 'vertical' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
        if (event.key !== less && event.key !== more) return;
        event.preventDefault();
        event.stopPropagation();
        const step = (event.shiftKey ? 50 : 10) * (event.key === more ? 1 : -1);
        onChange(clamp(value + direction * step));
      }}
    />
  );
}
