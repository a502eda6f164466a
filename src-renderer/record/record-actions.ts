import { type AppAction, inProject } from '../app/action.ts';
import { useTransportPreferences } from '../transport/transport-preferences.ts';

export const RECORD_ACTIONS: readonly AppAction[] = [
  inProject('record.press', 'Record; while recording: punch in or out', ({ project }) => project.record.press()),
  inProject('record.punchByHand', 'Punch by hand on or off', () => {
    const { punchByHand, set } = useTransportPreferences.getState();
    set({ punchByHand: !punchByHand });
  }),
  inProject('record.scene', 'Scene or cue of the next takes', ({ project }) =>
    project.record.scene.setState({ isEdited: true }),
  ),
];
