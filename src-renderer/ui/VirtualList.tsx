import { type ReactNode, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react';

export type VirtualListHandle = { scrollToIndex(index: number): void };

type VirtualListProps = {
  readonly count: number;
  readonly rowHeightPixels: number;
  readonly row: (index: number) => ReactNode;
  readonly handle?: React.Ref<VirtualListHandle>;
  readonly className?: string;
};

const OVERSCAN_ROWS = 6;

/** Rows of one height, of which only those in view are in the page: thousands cost no more than a screenful. */
export function VirtualList({ count, rowHeightPixels, row, handle, className }: VirtualListProps) {
  const ref = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });

  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => setView({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);

  useImperativeHandle(handle, () => ({
    scrollToIndex(index) {
      const element = ref.current;
      if (!element) return;
      const top = index * rowHeightPixels;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + rowHeightPixels > element.scrollTop + element.clientHeight)
        element.scrollTop = top + rowHeightPixels - element.clientHeight;
    },
  }));

  useEffect(() => {
    const element = ref.current;
    if (element && element.scrollTop > count * rowHeightPixels) element.scrollTop = 0;
  }, [count, rowHeightPixels]);

  const first = Math.max(0, Math.floor(view.top / rowHeightPixels) - OVERSCAN_ROWS);
  const last = Math.min(count, Math.ceil((view.top + view.height) / rowHeightPixels) + OVERSCAN_ROWS);
  const rows: ReactNode[] = [];
  for (let index = first; index < last; index++) rows.push(row(index));
  return (
    <div
      ref={ref}
      className={`virtual-list ${className ?? ''}`}
      style={{ overflow: 'auto', height: '100%' }}
      role="presentation"
      onScroll={(event) => setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
    >
      <div role="presentation" style={{ height: count * rowHeightPixels, position: 'relative' }}>
        <div role="presentation" style={{ position: 'absolute', insetInline: 0, top: first * rowHeightPixels }}>
          {rows}
        </div>
      </div>
    </div>
  );
}
