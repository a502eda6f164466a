import { useSession } from '../app/session.ts';

/** Work that is filling an empty project: its name, and how far it is. */
export type Underway = { readonly title: string; readonly detail: string };

/** What fills the project right now, for places that would otherwise say that nothing is there; null when nothing does. */
export function useUnderway(): Underway | null {
  const session = useSession();
  const text = session.store((state) => {
    const job = state.jobs.findLast(
      ({ kind, state: phase }) => (kind === 'demo' || kind === 'import') && (phase === 'running' || phase === 'queued'),
    );
    // The demo imports as part of its own job: that is the one to tell of.
    const demo = state.jobs.find((one) => one.kind === 'demo' && (one.state === 'running' || one.state === 'queued'));
    const shown = demo ?? job;
    if (!shown) return '';
    const title = shown.kind === 'demo' ? 'The demo project is being made' : 'Importing';
    return `${title}\n${shown.detail ? `${shown.detail}: ` : ''}${Math.round(shown.progress * 100)} %`;
  });
  if (text === '') return null;
  const [title = '', detail = ''] = text.split('\n');
  return { title, detail };
}
