import { useEffect, useRef, useState } from 'react';
import { FRAME_RATES, type FrameRateName } from '../../src-shared/time/frame-rate.ts';
import { usePreferences } from '../app/preferences.ts';
import { useSession } from '../app/session.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { chooseFromShell, HostChooser } from './HostChooser.tsx';
import { checkNewProject, EMPTY_DRAFT, type NewProjectDraft, SAMPLE_RATES } from './new-project.ts';
import { attempt } from './open-project.ts';

/** Name, place, rates and start of a new project. */
export function NewProjectDialog({ onClose }: { readonly onClose: () => void }) {
  const session = useSession();
  const homeFolder = session.store((state) => state.hostInfo?.homeFolder ?? '');
  const lastParentFolder = usePreferences((preferences) => preferences.lastParentFolder);
  const setPreference = usePreferences((preferences) => preferences.set);
  const [draft, setDraft] = useState<NewProjectDraft>({ ...EMPTY_DRAFT, parentFolder: lastParentFolder || homeFolder });
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [choosing, setChoosing] = useState(false);
  const [busy, setBusy] = useState(false);
  const nameInput = useRef<HTMLInputElement>(null);
  useEffect(() => nameInput.current?.focus(), []);

  const { request, problems } = checkNewProject(draft);
  const problem = (field: keyof NewProjectDraft) => (touched.has(field) ? problems?.[field] : null) ?? null;
  const change = (part: Partial<NewProjectDraft>) => {
    setDraft({ ...draft, ...part });
    setTouched(new Set([...touched, ...Object.keys(part)]));
  };

  async function create() {
    setTouched(new Set(Object.keys(draft)));
    if (!request || busy) return;
    setBusy(true);
    const created = await attempt(() => session.client.project.create(request));
    setBusy(false);
    if (!created) return;
    setPreference({ lastParentFolder: request.parentFolder });
    onClose();
  }

  async function choosePlace() {
    const chosen = await attempt(() => chooseFromShell(session, 'folder', 'Where the project’s folder is made'));
    if (!chosen) return;
    if (!chosen.available) setChoosing(true);
    else if (chosen.paths[0]) change({ parentFolder: chosen.paths[0] });
  }

  return (
    <Dialog
      title="New project"
      widthPixels={520}
      onClose={onClose}
      onSubmit={create}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" disabled={busy}>
            Create
          </Button>
        </>
      }
    >
      <Field label="Name" problem={problem('name')}>
        {(props) => (
          <input
            {...props}
            ref={nameInput}
            className="input"
            value={draft.name}
            maxLength={100}
            placeholder="Reel 1"
            onChange={(event) => change({ name: event.target.value })}
          />
        )}
      </Field>
      <Field
        label="Place"
        hint={draft.name.trim() ? `Makes the folder “${draft.name.trim()}” here, with everything in it.` : ''}
        problem={problem('parentFolder')}
      >
        {(props) => (
          <div className="input-row">
            <input
              {...props}
              className="input"
              value={draft.parentFolder}
              onChange={(event) => change({ parentFolder: event.target.value })}
            />
            <Button icon="folder" onClick={choosePlace}>
              Choose…
            </Button>
          </div>
        )}
      </Field>
      <div className="field-columns">
        <Field label="Frame rate">
          {(props) => (
            <select
              {...props}
              className="input"
              value={draft.frameRate}
              onChange={(event) => change({ frameRate: event.target.value as FrameRateName })}
            >
              {Object.keys(FRAME_RATES).map((rate) => (
                <option key={rate}>{rate}</option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Sample rate">
          {(props) => (
            <select
              {...props}
              className="input"
              value={draft.sampleRate}
              onChange={(event) => change({ sampleRate: Number(event.target.value) as NewProjectDraft['sampleRate'] })}
            >
              {SAMPLE_RATES.map((rate) => (
                <option key={rate} value={rate}>{`${rate / 1000} kHz`}</option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Start timecode" problem={problems?.startTimecode ?? null}>
          {(props) => (
            <input
              {...props}
              className="input"
              value={draft.startTimecode}
              onChange={(event) => change({ startTimecode: event.target.value })}
            />
          )}
        </Field>
      </div>
      {choosing ? (
        <HostChooser
          what="folder"
          title="Where the project’s folder is made"
          startAt={draft.parentFolder}
          onClose={() => setChoosing(false)}
          onChoose={([path]) => {
            setChoosing(false);
            if (path) change({ parentFolder: path });
          }}
        />
      ) : null}
    </Dialog>
  );
}
