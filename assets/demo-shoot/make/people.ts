/** The two people of "Lamplight", drawn as flat shapes in SVG. Coordinates: origin at the chin's centre line, head 74 high. */

type Pose = {
  /** 0 closed to 1 wide open. */
  readonly mouth: number;
  /** Seconds, for breath, sway and blinks. */
  readonly seconds: number;
  /** 1 looks right, -1 left. */
  readonly facing: 1 | -1;
  /** How much of the light is gone: 0 lamp-lit, 1 against the dawn. */
  readonly backlight: number;
};

type Palette = {
  readonly skin: string;
  readonly shade: string;
  readonly cloth: string;
  readonly clothShade: string;
  readonly hair: string;
  readonly eye: string;
};

const LIT: Readonly<Record<'mara' | 'theo', Palette>> = {
  mara: { skin: '#eab48c', shade: '#c98a68', cloth: '#c9892f', clothShade: '#9c6420', hair: '#7a3222', eye: '#fbf3e6' },
  theo: { skin: '#dba27c', shade: '#b97b5a', cloth: '#2f5368', clothShade: '#213c4d', hair: '#cfc8bd', eye: '#fbf3e6' },
};
const DAWN: Readonly<Record<'mara' | 'theo', Palette>> = {
  mara: { skin: '#a9666a', shade: '#7c464f', cloth: '#7d4a36', clothShade: '#573027', hair: '#46202a', eye: '#d9b4ae' },
  theo: { skin: '#9a5f62', shade: '#6f424a', cloth: '#27364f', clothShade: '#1b2539', hair: '#8d7f88', eye: '#cfb0ae' },
};

function blinkAt(seconds: number, phase: number): number {
  const inCycle = (seconds + phase) % 3.7;
  return inCycle < 0.16 ? 0.12 : 1;
}

function face(who: 'mara' | 'theo', palette: Palette, pose: Pose): string {
  const blink = blinkAt(pose.seconds, who === 'mara' ? 0.4 : 2.1);
  const open = pose.mouth;
  const eye = (x: number) =>
    `<ellipse cx="${x}" cy="-38" rx="4.6" ry="${(4.8 * blink).toFixed(2)}" fill="${palette.eye}"/>` +
    `<ellipse cx="${x + 1.6}" cy="-38" rx="2.5" ry="${(3.2 * blink).toFixed(2)}" fill="#2a1a18"/>`;
  const brow = (x: number) =>
    `<path d="M${x - 7},${(-48 - 2.5 * open).toFixed(1)} q7,-4 14,-0.5" stroke="${palette.hair}" stroke-width="${who === 'theo' ? 4 : 2.6}" stroke-linecap="round" fill="none"/>`;
  const lips = who === 'mara' ? '#a8433f' : '#7f4a3d';
  const mouth =
    open < 0.08
      ? `<path d="M3,-14 q8,3.5 17,-0.5" stroke="${lips}" stroke-width="3" stroke-linecap="round" fill="none"/>`
      : `<ellipse cx="11.5" cy="${(-13.5 + 2.5 * open).toFixed(2)}" rx="${(9 - 1.6 * open).toFixed(2)}" ry="${(1.6 + 7 * open).toFixed(2)}" fill="#431a1c" stroke="${lips}" stroke-width="2.4"/>` +
        `<rect x="6" y="${(-15 - 3.6 * open).toFixed(2)}" width="11" height="${(0.8 + 1.6 * open).toFixed(2)}" rx="0.8" fill="#f6ecdf"/>`;
  const nose = `<path d="M14,-36 q9,12 2,14.5 q-3,0.8 -6,-0.5" stroke="${palette.shade}" stroke-width="2.6" stroke-linecap="round" fill="none"/>`;
  const jaw = (2.4 * open).toFixed(2);
  const head = `<path d="M-31,-44 C-31,-78 29,-80 31,-44 C32,-22 27,${jaw} 4,${jaw} C-18,${jaw} -31,-20 -31,-44 Z" fill="${palette.skin}"/>`;
  const ear = `<ellipse cx="-28" cy="-33" rx="6.5" ry="9.5" fill="${palette.skin}"/><ellipse cx="-27.5" cy="-33" rx="3.4" ry="5.6" fill="${palette.shade}"/>`;
  const cheek = `<ellipse cx="-4" cy="-22" rx="9" ry="6" fill="${palette.shade}" opacity="0.35"/>`;
  if (who === 'mara') {
    return (
      `<circle cx="-29" cy="-78" r="15" fill="${palette.hair}"/><path d="M-36,-20 C-48,-64 -22,-88 2,-86 C20,-85 20,-60 0,-50 Z" fill="${palette.hair}"/>` +
      head +
      `<path d="M-34,-30 C-40,-72 -14,-86 6,-84 C26,-82 37,-62 33,-48 C22,-52 12,-62 8,-70 C2,-54 -20,-50 -25,-42 C-27,-36 -26,-30 -28,-26 Z" fill="${palette.hair}"/>` +
      `<path d="M-22,-74 q16,-10 30,-4" stroke="#ffffff" stroke-opacity="0.13" stroke-width="4" stroke-linecap="round" fill="none"/>` +
      ear +
      `<circle cx="-28" cy="-20" r="2.6" fill="#f2d27a"/>` +
      cheek +
      eye(1) +
      eye(21) +
      brow(0) +
      brow(21) +
      nose +
      mouth
    );
  }
  return (
    head +
    ear +
    `<path d="M-31,-36 C-30,-14 -22,${(9 + 3 * open).toFixed(1)} 5,${(10 + 3 * open).toFixed(1)} C27,${(9 + 3 * open).toFixed(1)} 31,-10 31,-30 C27,-20 21,-21 12,-21 C2,-21 -8,-19 -14,-24 C-20,-28 -24,-38 -26,-42 Z" fill="${palette.hair}"/>` +
    eye(1) +
    eye(21) +
    brow(0) +
    brow(21) +
    nose +
    mouth +
    `<path d="M1,-19 C6,-25 17,-25 23,-19 C17,-21.5 7,-21.5 1,-19 Z" fill="${palette.hair}" stroke="${palette.hair}" stroke-width="2"/>` +
    `<path d="M-35,-50 C-38,-92 36,-94 35,-52 C12,-60 -12,-59 -35,-50 Z" fill="${palette.cloth}"/>` +
    `<path d="M-38,-54 C-14,-66 16,-66 38,-56 L37,-45 C14,-55 -14,-54 -37,-43 Z" fill="${palette.clothShade}"/>`
  );
}

/** One person from the waist up, chin at `(x, y)`, at `scale`. */
export function person(who: 'mara' | 'theo', x: number, y: number, scale: number, pose: Pose): string {
  const palette = (pose.backlight > 0.5 ? DAWN : LIT)[who];
  const phase = who === 'mara' ? 0 : 1.9;
  const breath = 1.3 * Math.sin(pose.seconds * 1.7 + phase);
  const sway = 1.6 * Math.sin(pose.seconds * 0.63 + phase);
  const nod = -2.4 * pose.mouth;
  const tilt = 2.2 * Math.sin(pose.seconds * 0.9 + phase * 2) + 2.5 * pose.mouth;
  const collar =
    who === 'mara'
      ? `<path d="M-24,14 C-16,26 18,26 26,13 L28,27 C14,38 -14,38 -28,27 Z" fill="${palette.clothShade}"/>`
      : `<path d="M-30,18 L2,46 L-14,84 L-44,30 Z" fill="${palette.clothShade}"/><path d="M32,18 L4,46 L20,84 L46,30 Z" fill="${palette.clothShade}"/><circle cx="2" cy="78" r="3.4" fill="#d9b25f"/><circle cx="2" cy="104" r="3.4" fill="#d9b25f"/>`;
  return (
    `<g transform="translate(${(x + sway).toFixed(2)} ${(y + breath).toFixed(2)}) scale(${pose.facing * scale} ${scale})">` +
    `<path d="M-86,190 C-88,90 -72,42 -26,22 L26,22 C72,40 88,92 86,190 Z" fill="${palette.cloth}"/>` +
    `<path d="M-86,190 C-88,100 -78,60 -50,36 C-58,80 -56,130 -50,190 Z" fill="${palette.clothShade}" opacity="0.7"/>` +
    `<path d="M-14,-12 L-16,26 C-6,36 10,36 18,26 L16,-12 Z" fill="${palette.shade}"/>` +
    collar +
    `<g transform="translate(2 ${nod.toFixed(2)}) rotate(${tilt.toFixed(2)} 0 10)">${face(who, palette, pose)}</g>` +
    '</g>'
  );
}
