import { MenuButton } from '../ui/MenuButton.tsx';
import type { MenuItem } from '../ui/PopupMenu.tsx';
import { ROLL_SECONDS, useTransportPreferences } from './transport-preferences.ts';

const WORDS = { pre: 'Pre-roll', post: 'Post-roll' } as const;

/** How long it rolls before and after what is played by selection or recorded, and what the record key does. */
export function RollMenu() {
  const { preRollOn, preRollSeconds, postRollOn, postRollSeconds, punchByHand, set } = useTransportPreferences();
  const group = (which: 'pre' | 'post'): MenuItem[] => {
    const on = which === 'pre' ? preRollOn : postRollOn;
    const chosen = which === 'pre' ? preRollSeconds : postRollSeconds;
    return [
      {
        id: `${which}-off`,
        title: `No ${WORDS[which].toLowerCase()}`,
        chosen: !on,
        run: () => set(which === 'pre' ? { preRollOn: false } : { postRollOn: false }),
      },
      ...ROLL_SECONDS.map((seconds) => ({
        id: `${which}-${seconds}`,
        title: `${WORDS[which]} ${seconds} s`,
        chosen: on && chosen === seconds,
        run: () =>
          set(
            which === 'pre'
              ? { preRollOn: true, preRollSeconds: seconds }
              : { postRollOn: true, postRollSeconds: seconds },
          ),
      })),
    ];
  };
  const said = [preRollOn ? `${preRollSeconds} s before` : '', postRollOn ? `${postRollSeconds} s after` : ''];
  const punches: MenuItem[] = [
    {
      id: 'punch-key',
      title: 'Record begins at once',
      detail: 'or punches the range',
      chosen: !punchByHand,
      run: () => set({ punchByHand: false }),
    },
    {
      id: 'punch-hand',
      title: 'Record only rolls',
      detail: 'its key punches in and out',
      chosen: punchByHand,
      run: () => set({ punchByHand: true }),
    },
  ];
  const spoken = said.filter(Boolean).join(', ') || 'off';
  return (
    <MenuButton
      icon="rolls"
      label="Pre-roll, post-roll and punch"
      hint={`Pre-roll and post-roll: ${spoken}. For playing the selection and for recording. Punch ${punchByHand ? 'by hand' : 'at once'}.`}
      pressed={preRollOn || postRollOn}
      groups={[group('pre'), group('post'), punches]}
    />
  );
}
