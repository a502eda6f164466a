import { type AppAction, inProject } from '../app/action.ts';
import { isSameSpeed, NORMAL_SPEED, VARISPEEDS } from './speeds.ts';
import { useTransportPreferences } from './transport-preferences.ts';

/** Turns one of the person's switches over. */
function toggled(key: 'returnOnStop' | 'preRollOn' | 'postRollOn' | 'keepPitch'): void {
  const { [key]: on, set } = useTransportPreferences.getState();
  set({ [key]: !on });
}

export const TRANSPORT_ACTIONS: readonly AppAction[] = [
  inProject('transport.toggle', 'Play or stop', ({ project }) => project.transport.toggle()),
  inProject('transport.playSelection', 'Play the selection', ({ project }) => project.transport.playSelection()),
  inProject('transport.halfSpeed', 'Play at half speed', ({ project }) => project.transport.playHalfSpeed()),
  inProject('transport.shuttleBack', 'Shuttle back (again: faster)', ({ project }) => project.transport.shuttle(-1)),
  inProject('transport.pause', 'Stop where it is', ({ project }) => project.transport.pause()),
  inProject('transport.shuttleForward', 'Shuttle forward (again: faster)', ({ project }) =>
    project.transport.shuttle(1),
  ),
  inProject('transport.frameBack', 'One frame back', ({ project }) => project.transport.jogFrames(-1)),
  inProject('transport.frameForward', 'One frame forward', ({ project }) => project.transport.jogFrames(1)),
  inProject('transport.tenFramesBack', 'Ten frames back', ({ project }) => project.transport.jogFrames(-10)),
  inProject('transport.tenFramesForward', 'Ten frames forward', ({ project }) => project.transport.jogFrames(10)),
  inProject('transport.loop', 'Loop the selection', ({ project }) =>
    project.transport.setLooping(!project.transport.store.getState().looping),
  ),
  inProject('transport.returnOnStop', 'Return to where playing began', () => toggled('returnOnStop')),
  inProject('transport.preRoll', 'Pre-roll on or off', () => toggled('preRollOn')),
  inProject('transport.postRoll', 'Post-roll on or off', () => toggled('postRollOn')),
  inProject('transport.keepPitch', 'Keep the pitch at other speeds', ({ project }) => {
    toggled('keepPitch');
    project.transport.renewPitch();
  }),
  ...VARISPEEDS.map(({ id, title, speed }) =>
    inProject(
      `transport.varispeed.${id}`,
      isSameSpeed(speed, NORMAL_SPEED) ? 'Varispeed off' : `Varispeed: ${title}`,
      ({ project }) => project.transport.setPlaySpeed(speed),
    ),
  ),
  inProject('transport.goTo', 'Go to a timecode', () =>
    document.querySelector<HTMLElement>('[data-focus="timecode"]')?.click(),
  ),
];
