/** The interface's icons: 16 by 16, drawn with strokes unless a path is listed as filled. */
const STROKED = {
  import: 'M8 2v8M4.5 6.5 8 10l3.5-3.5M2.5 11v2.5h11V11',
  folder: 'M1.5 4V12.5h13V5.5h-7L6 3.5H1.5Z',
  file: 'M4 1.5h5l3 3v10H4ZM9 1.5v3h3',
  sync: 'M2.5 6.5A6 6 0 0 1 13 4.5M13.5 9.5A6 6 0 0 1 3 11.5M13 1.5v3h-3M3 14.5v-3h3',
  bounce: 'M8 10.5v-8M4.5 6 8 2.5 11.5 6M2.5 11v2.5h11V11',
  undo: 'M5.5 3 2.5 6l3 3M2.5 6H10a3.5 3.5 0 0 1 0 7H6',
  redo: 'M10.5 3l3 3-3 3M13.5 6H6a3.5 3.5 0 0 0 0 7h4',
  close: 'M4 4l8 8M12 4l-8 8',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.5 10.5 14 14',
  keyboard: 'M1.5 4h13v8h-13ZM4 6.5h.01M6.5 6.5h.01M9 6.5h.01M11.5 6.5h.01M5 9.5h6',
  warning: 'M8 2 1.5 13.5h13ZM8 6.5v3.5M8 11.8v.2',
  check: 'M3 8.5 6.5 12 13 4.5',
  loop: 'M4 4h7a2.5 2.5 0 0 1 2.5 2.5V8M12 12H5a2.5 2.5 0 0 1-2.5-2.5V8M6 1.5 3.5 4 6 6.5M10 9.5l2.5 2.5-2.5 2.5',
  rolls: 'M5.5 3v10M10.5 3v10M5.5 8H1.5M14.5 8h-4M3.2 6 1.2 8l2 2M12.8 6l2 2-2 2',
  ring: 'M8 3.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Z',
  return: 'M13 3v5H4M7 4.5 3.5 8 7 11.5',
  link: 'M6.5 9.5 9.5 6.5M7 4.5 9 2.5a2.5 2.5 0 0 1 4 4l-2.5 2M9 11.5l-2 2a2.5 2.5 0 0 1-4-4L5.5 7',
  marker: 'M4 14V2h8l-2.5 3L12 8H4',
  speaker: 'M2 6h2.5L8 3v10L4.5 10H2ZM10.5 5.5a3.5 3.5 0 0 1 0 5M12.5 3.5a6.4 6.4 0 0 1 0 9',
  up: 'M8 13V3M4 7l4-4 4 4',
  list: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01',
  plus: 'M8 3v10M3 8h10',
  home: 'M2 7.5 8 2.5l6 5M4 6.5v7h8v-7',
  enlarge: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  help: 'M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.4 8.6 8 9 8 10M8 12.6v.2',
  burn: 'M1.5 3.5h13v9h-13ZM4 10h8',
} as const;

const FILLED = {
  play: 'M4 2.5v11l9-5.5Z',
  stop: 'M3.5 3.5h9v9h-9Z',
  start: 'M3 3h2v10H3ZM13 3v10L6 8Z',
  back: 'M8 3v10L1.5 8ZM14.5 3v10L8 8Z',
  forward: 'M1.5 3v10L8 8ZM8 3v10l6.5-5Z',
  circle: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3Z',
} as const;

export type IconName = keyof typeof STROKED | keyof typeof FILLED;

/** Decoration only: what it means is the name of what holds it. */
export function Icon({ name }: { readonly name: IconName }) {
  const filled = name in FILLED;
  const path = filled ? FILLED[name as keyof typeof FILLED] : STROKED[name as keyof typeof STROKED];
  return (
    <svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path
        d={path}
        fill={filled ? 'currentColor' : 'none'}
        stroke={filled ? 'none' : 'currentColor'}
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
