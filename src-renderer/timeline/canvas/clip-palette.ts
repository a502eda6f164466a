import { mixColors, TIMELINE_COLORS } from '../stem-colors.ts';
import { packColor } from './pixel-surface.ts';

/** The packed colours of a clip in one state. */
export type ClipPalette = {
  readonly body: number;
  readonly wave: number;
  readonly bar: number;
  readonly text: number;
  readonly edge: number;
  readonly line: number;
  readonly hatch: number;
};

const palettes = new Map<string, ClipPalette>();

/** The palette of a clip: dark body, bright waveform, a bar between them; grey when it is not heard. */
export function clipPalette(stemColor: string, silent: boolean, selected: boolean): ClipPalette {
  const key = `${stemColor}/${silent}/${selected}`;
  let palette = palettes.get(key);
  if (!palette) {
    const color = silent ? TIMELINE_COLORS.muted : stemColor;
    const body = mixColors('#16181b', color, selected ? 0.34 : 0.2);
    palette = {
      body: packColor(body),
      wave: packColor(selected ? mixColors(color, '#ffffff', 0.45) : silent ? mixColors(body, color, 0.6) : color),
      bar: packColor(mixColors('#16181b', color, selected ? 0.78 : silent ? 0.4 : 0.5)),
      text: packColor(selected ? '#0d0f11' : silent ? '#b4b8bd' : mixColors('#ffffff', color, 0.12)),
      edge: packColor(mixColors('#08090a', color, 0.12)),
      line: packColor(mixColors(color, '#ffffff', 0.7)),
      hatch: packColor(mixColors(body, TIMELINE_COLORS.offline, 0.38)),
    };
    palettes.set(key, palette);
  }
  return palette;
}
