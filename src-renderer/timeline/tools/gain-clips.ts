import type { ClipRow } from '../../../src-shared/model/rows.ts';
import { gainCommands } from '../actions/clip-actions.ts';
import { gainText } from '../readout.ts';
import { type Gesture, type GestureStart, hasDragged } from './gesture.ts';

/** Pixels of travel for a decibel; ten times as many with Control. */
const PIXELS_PER_DB = 3;

/** Drags the gain of clips, each from what it was. Shift goes in whole decibels, Control in hundredths. */
export function gainClips(start: GestureStart, grabbed: ClipRow, clips: readonly ClipRow[]): Gesture {
  const { pointer: from } = start;
  return {
    update: (pointer) => {
      if (!hasDragged(from, pointer)) return { command: null, cursor: 'ns-resize' };
      const raw = (from.y - pointer.y) / (PIXELS_PER_DB * (pointer.control ? 10 : 1));
      const grain = pointer.shift ? 1 : pointer.control ? 0.01 : 0.1;
      const wanted = Math.min(24, Math.max(-60, Math.round((grabbed.gainDb + raw) / grain) * grain));
      const deltaDb = Math.round((wanted - grabbed.gainDb) * 100) / 100;
      const commands = deltaDb === 0 ? [] : gainCommands(clips, deltaDb);
      const [first] = commands;
      return {
        command: !first ? null : commands.length === 1 ? first : { kind: 'batch', label: 'Clip gain', commands },
        readout: gainText(wanted),
        cursor: 'ns-resize',
      };
    },
  };
}
