/** The places of "Lamplight" as SVG, 640 by 360, and the lamp of the silent insert. */

function kitchenBack(seconds: number): string {
  const beam = ((seconds * 42) % 360) - 180;
  const strength = Math.max(0, 1 - Math.abs(beam) / 70);
  const glints = Array.from({ length: 9 }, (_, index) => {
    const x = 262 + ((index * 53) % 112);
    const y = 152 + index * 4;
    const opacity = 0.15 + 0.25 * Math.abs(Math.sin(seconds * 0.8 + index * 1.7));
    return `<rect x="${x}" y="${y}" width="${10 + (index % 3) * 8}" height="1.6" rx="0.8" fill="#bcd3ea" opacity="${opacity.toFixed(2)}"/>`;
  }).join('');
  return (
    '<rect x="-80" y="-60" width="800" height="480" fill="url(#wall)"/>' +
    '<rect x="-80" y="232" width="800" height="6" fill="#141a28" opacity="0.5"/>' +
    `<g clip-path="url(#pane)"><rect x="250" y="44" width="140" height="150" fill="url(#night)"/>` +
    '<circle cx="352" cy="76" r="15" fill="#f1ead2"/><circle cx="346" cy="72" r="13" fill="#16233f" opacity="0.35"/>' +
    '<circle cx="280" cy="66" r="1.1" fill="#fff"/><circle cx="302" cy="90" r="0.9" fill="#fff"/><circle cx="318" cy="60" r="1" fill="#fff"/><circle cx="272" cy="108" r="0.8" fill="#fff"/>' +
    `<rect x="250" y="146" width="140" height="50" fill="#0f2036"/>${glints}` +
    `<path d="M320,20 L${(320 + beam * 1.3 - 26).toFixed(1)},210 L${(320 + beam * 1.3 + 26).toFixed(1)},210 Z" fill="#ffe9ae" opacity="${(0.34 * strength).toFixed(3)}"/></g>` +
    '<path d="M246,40 h148 v158 h-148 Z M253,47 v144 h134 v-144 Z" fill="#5b4a3f" fill-rule="evenodd"/>' +
    '<rect x="317" y="44" width="6" height="150" fill="#5b4a3f"/><rect x="250" y="116" width="140" height="6" fill="#5b4a3f"/><rect x="236" y="196" width="168" height="9" rx="2" fill="#6b574a"/>' +
    '<g><rect x="60" y="62" width="104" height="6" fill="#4f4138"/><rect x="70" y="38" width="14" height="24" rx="2" fill="#7d9a8f"/><rect x="90" y="44" width="18" height="18" rx="3" fill="#b36a4b"/><rect x="114" y="36" width="10" height="26" rx="2" fill="#c6b48b"/><rect x="130" y="46" width="22" height="16" rx="6" fill="#4e6f86"/></g>' +
    '<g><rect x="486" y="60" width="76" height="58" fill="#4f4138"/><rect x="491" y="65" width="66" height="48" fill="#27405a"/><path d="M491,103 q16,-12 33,-3 t33,-4 v17 h-66 Z" fill="#3f6f86"/><path d="M516,96 l18,0 l-4,7 l-11,0 Z M524,94 v-20 l12,18 Z" fill="#e7ddc6"/></g>'
  );
}

function kitchenFront(seconds: number): string {
  const steam = (x: number, phase: number) =>
    [0, 1, 2]
      .map((index) => {
        const rise = (seconds * 0.42 + index / 3 + phase) % 1;
        const sway = 5 * Math.sin(seconds * 1.6 + index * 2 + phase * 5);
        return `<ellipse cx="${(x + sway * rise).toFixed(1)}" cy="${(262 - 34 * rise).toFixed(1)}" rx="${(3 + 4 * rise).toFixed(1)}" ry="${(5 + 5 * rise).toFixed(1)}" fill="#fff" opacity="${(0.16 * (1 - rise)).toFixed(3)}"/>`;
      })
      .join('');
  return (
    '<path d="M-80,292 L-40,276 L680,276 L720,292 L720,420 L-80,420 Z" fill="url(#table)"/><rect x="-80" y="291" width="800" height="3" fill="#3a2418" opacity="0.6"/>' +
    '<path d="M296,290 C288,262 300,250 320,250 C340,250 352,262 344,290 Z" fill="#3d6b6b"/><path d="M343,262 q20,2 15,20 q-3,7 -14,5" stroke="#3d6b6b" stroke-width="5" fill="none"/><path d="M297,270 q-16,-2 -24,-16 l-5,3 q8,24 28,27 Z" fill="#3d6b6b"/><ellipse cx="320" cy="250" rx="13" ry="4" fill="#2d5252"/><circle cx="320" cy="245" r="4.4" fill="#d9b25f"/>' +
    `<path d="M222,268 h26 l-2,24 h-22 Z" fill="#d8cfbf"/><ellipse cx="235" cy="268" rx="13" ry="3.4" fill="#7b4a2a"/>${steam(235, 0)}` +
    `<path d="M398,268 h26 l-2,24 h-22 Z" fill="#b36a4b"/><ellipse cx="411" cy="268" rx="13" ry="3.4" fill="#5f371f"/>${steam(411, 0.4)}` +
    '<rect x="319" y="-60" width="2" height="70" fill="#0d111b"/><path d="M292,30 C296,8 344,8 348,30 Z" fill="#1d2a33"/><ellipse cx="320" cy="30" rx="28" ry="5" fill="#ffe2a0"/>' +
    '<ellipse cx="320" cy="150" rx="330" ry="230" fill="url(#lamp)"/>'
  );
}

function galleryBack(seconds: number): string {
  const sunRise = 226 - seconds * 0.35;
  const glints = Array.from({ length: 22 }, (_, index) => {
    const y = 226 + index * 4.6;
    const spread = 14 + index * 5;
    const x = 330 + spread * Math.sin(index * 2.4 + seconds * 0.7);
    const opacity = 0.25 + 0.5 * Math.abs(Math.sin(seconds * 1.4 + index * 1.3));
    return `<rect x="${(x - 9 - index * 0.6).toFixed(1)}" y="${y.toFixed(1)}" width="${(18 + index * 1.2).toFixed(1)}" height="2" rx="1" fill="#ffd9a0" opacity="${opacity.toFixed(2)}"/>`;
  }).join('');
  const gull = (index: number) => {
    const x = 120 + ((seconds * (13 + index * 4) + index * 170) % 460);
    const y = 62 + index * 21 + 6 * Math.sin(seconds * 0.8 + index);
    const flap = (5 * Math.sin(seconds * (6 + index) + index * 2)).toFixed(1);
    return `<path d="M${(x - 13).toFixed(1)},${y.toFixed(1)} q6,${flap} 13,3 q7,-${Math.max(0, 4 + Number(flap)).toFixed(1)} 13,-3" stroke="#3d2a4a" stroke-width="2.2" stroke-linecap="round" fill="none"/>`;
  };
  const ship = 212 + seconds * 1.1;
  return (
    '<rect x="-80" y="-60" width="800" height="290" fill="url(#dawn)"/>' +
    `<circle cx="330" cy="${sunRise.toFixed(1)}" r="120" fill="url(#sunGlow)"/><circle cx="330" cy="${sunRise.toFixed(1)}" r="30" fill="#ffe9b8"/>` +
    '<path d="M-80,110 q70,-20 150,-4 q60,-16 130,2 q-60,10 -130,8 q-80,10 -150,-6 Z" fill="#f6b48e" opacity="0.45"/><path d="M400,84 q70,-16 130,0 q50,-12 130,6 q-60,12 -130,6 q-70,8 -130,-12 Z" fill="#f6b48e" opacity="0.35"/>' +
    `${[0, 1, 2].map(gull).join('')}<rect x="-80" y="226" width="800" height="194" fill="url(#sea)"/>${glints}` +
    `<g transform="translate(${ship.toFixed(1)} ${(226 + Math.sin(seconds * 1.2)).toFixed(2)})"><path d="M-18,-1 h36 l-7,9 h-23 Z" fill="#3a2540"/><path d="M0,-2 v-34 l17,30 Z" fill="#f7dcc0"/><path d="M-2,-6 v-24 l-12,22 Z" fill="#e6c2ac"/></g>` +
    '<path d="M420,232 q14,-16 30,-8 q16,-20 34,-2 q16,-6 26,12 Z" fill="#3a2540"/>'
  );
}

function galleryFront(): string {
  const posts = Array.from(
    { length: 9 },
    (_, index) => `<rect x="${-64 + index * 92}" y="262" width="7" height="160" rx="3" fill="#2a1d33"/>`,
  ).join('');
  return `<rect x="-80" y="262" width="800" height="8" rx="4" fill="#3a2840"/><rect x="-80" y="262" width="800" height="2.4" fill="#e58f7a" opacity="0.55"/><rect x="-80" y="304" width="800" height="5" rx="2" fill="#2a1d33"/>${posts}`;
}

/** The lamp turning in its lens, for the silent insert. */
export function lampInsert(seconds: number): string {
  const turn = seconds * 48;
  const beams = [0, 90, 180, 270]
    .map(
      (at) =>
        `<path d="M320,165 L-60,60 L-60,-10 Z" transform="rotate(${(at + turn).toFixed(2)} 320 165)" fill="#ffe9ae" opacity="0.16"/>`,
    )
    .join('');
  const rings = Array.from({ length: 9 }, (_, index) => {
    const size = 18 + index * 13;
    const light = 0.5 + 0.4 * Math.cos((turn * Math.PI) / 45 - index * 0.55);
    return `<ellipse cx="320" cy="165" rx="${size * 0.82}" ry="${size}" fill="none" stroke="#ffe9b8" stroke-width="${(7 - index * 0.45).toFixed(2)}" opacity="${(0.18 + 0.5 * light).toFixed(3)}"/>`;
  }).join('');
  return (
    `<rect width="640" height="360" fill="url(#night)"/>${beams}<circle cx="320" cy="165" r="150" fill="url(#lamp)"/>${rings}<circle cx="320" cy="165" r="13" fill="#fffbe8"/>` +
    '<path d="M206,10 h14 v300 h-14 Z M420,10 h14 v300 h-14 Z" fill="#6b4a2b"/><rect x="190" y="296" width="260" height="22" rx="4" fill="#7c5732"/><rect x="190" y="6" width="260" height="16" rx="4" fill="#7c5732"/><rect x="206" y="318" width="228" height="60" fill="#4d3520"/>'
  );
}

/** Gradients and clips that the sets refer to. */
export const DEFINITIONS =
  '<defs>' +
  '<linearGradient id="wall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#20273a"/><stop offset="1" stop-color="#39405a"/></linearGradient>' +
  '<linearGradient id="night" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#0a1226"/><stop offset="1" stop-color="#1c3152"/></linearGradient>' +
  '<linearGradient id="table" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#7c5136"/><stop offset="1" stop-color="#4a2e20"/></linearGradient>' +
  '<radialGradient id="lamp"><stop offset="0" stop-color="#ffb65c" stop-opacity="0.24"/><stop offset="1" stop-color="#ffb65c" stop-opacity="0"/></radialGradient>' +
  '<linearGradient id="dawn" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#34305f"/><stop offset="0.5" stop-color="#a8537a"/><stop offset="0.8" stop-color="#f08a68"/><stop offset="1" stop-color="#ffcf85"/></linearGradient>' +
  '<radialGradient id="sunGlow"><stop offset="0" stop-color="#fff0c2" stop-opacity="0.85"/><stop offset="1" stop-color="#ffd08a" stop-opacity="0"/></radialGradient>' +
  '<linearGradient id="sea" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#c9707a"/><stop offset="0.3" stop-color="#6d4b7c"/><stop offset="1" stop-color="#2b2b55"/></linearGradient>' +
  '<clipPath id="pane"><rect x="250" y="44" width="140" height="150"/></clipPath>' +
  '</defs>';

/** A set with its people between back and front. */
export function stage(room: 'kitchen' | 'gallery', seconds: number, people: string): string {
  return room === 'kitchen'
    ? kitchenBack(seconds) + people + kitchenFront(seconds)
    : galleryBack(seconds) + people + galleryFront();
}
