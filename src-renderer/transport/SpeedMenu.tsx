import { useStore } from 'zustand';
import { useProject } from '../project/open-project.ts';
import { MenuButton } from '../ui/MenuButton.tsx';
import { isSameSpeed, NORMAL_SPEED, paceOf, speedLabel, VARISPEEDS } from './speeds.ts';
import { useTransportPreferences } from './transport-preferences.ts';

/** Says how fast it plays, or would; its menu has the film rates. */
export function SpeedMenu() {
  const { transport } = useProject();
  const { phase, speed, playSpeed } = useStore(transport.store);
  const { keepPitch, set } = useTransportPreferences();
  const shown = phase === 'stopped' ? paceOf(playSpeed) : speed;
  const setKeepPitch = (keep: boolean) => {
    set({ keepPitch: keep });
    transport.renewPitch();
  };
  return (
    <MenuButton
      label="Speed"
      className="transport-speed-menu"
      hint={`Speed of play: ${isSameSpeed(playSpeed, NORMAL_SPEED) ? 'normal' : speedLabel(paceOf(playSpeed))}. Other speeds ${keepPitch ? 'keep the pitch, up to 4×' : 'sound like a tape'}.`}
      pressed={!isSameSpeed(playSpeed, NORMAL_SPEED)}
      groups={[
        VARISPEEDS.map(({ id, title, speed: choice }) => ({
          id,
          title,
          chosen: isSameSpeed(choice, playSpeed),
          run: () => transport.setPlaySpeed(choice),
        })),
        [
          {
            id: 'tape',
            title: 'Other speeds sound like a tape',
            chosen: !keepPitch,
            run: () => setKeepPitch(false),
          },
          {
            id: 'pitch',
            title: 'Other speeds keep the pitch, up to 4×',
            chosen: keepPitch,
            run: () => setKeepPitch(true),
          },
        ],
      ]}
    >
      <span className="transport-speed figures" aria-live="polite" data-other={shown !== 1 || undefined}>
        {phase === 'starting' ? '…' : speedLabel(shown) || '1×'}
      </span>
    </MenuButton>
  );
}
