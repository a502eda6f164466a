import { useState } from 'react';
import type { ErrorReport } from '../../src-shared/rpc/error.ts';
import type { BounceRequest } from '../../src-shared/rpc/schemas.ts';
import { timecodeAt } from '../../src-shared/time/timecode.ts';
import { useDialogs } from '../app/dialogs.ts';
import { chooseFromShell, HostChooser } from '../project/HostChooser.tsx';
import { attempt, useProject, useRows, useView } from '../project/open-project.ts';
import { selectedSpan } from '../transport/selected-span.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { type BounceDraft, bounceRequest, type Span } from './bounce-request.ts';
import { startBounce, startBounceBeside } from './start-bounce.ts';

const CONTENTS = [
  ['master', 'Master mix'],
  ['stems', 'Stems (a group of tracks each)'],
  ['tracks', 'Tracks'],
] as const;
const LAYOUTS = [
  ['mono', 'Mono: a file a channel'],
  ['stereo', 'Stereo: a file each'],
  ['poly', 'Poly: everything in one file'],
] as const;
const FORMATS = [
  ['s24', '24-bit'],
  ['f32', '32-bit float'],
  ['s16', '16-bit'],
] as const;

/** What is bounced, how and where to; the engine does the rest as a job. */
export function BounceDialog({ onClose }: { readonly onClose: () => void }) {
  const project = useProject();
  const { mirror, session } = project;
  const projectRow = useRows('project')[0];
  const selection = useView((view) => view.selectedClipIds);
  const range = useView((view) => view.range);
  const selected = selectedSpan(mirror, project.view.getState());
  const end = mirror.timelineEnd();
  const reel: Span | null = end > 0 ? { fromSample: 0, toSample: end } : null;
  const trackIds = range
    ? range.trackIds
    : [...new Set([...selection].flatMap((id) => mirror.get('clip', id)?.trackId ?? []))];
  const [draft, setDraft] = useState<BounceDraft>({
    name: projectRow?.name ?? 'Bounce',
    folder: '',
    range: range && selected ? 'selection' : 'reel',
    contents: 'master',
    selectedTracksOnly: false,
    layout: 'stereo',
    sampleFormat: 's24',
    dither: true,
  });
  const [choosing, setChoosing] = useState(false);
  /** What the host said of files of this name that are there; a question to be answered first. */
  const [taken, setTaken] = useState<ErrorReport | null>(null);
  const { request, problem } = bounceRequest(draft, reel, selected, trackIds);
  const change = (part: Partial<BounceDraft>) => {
    setTaken(null);
    setDraft({ ...draft, ...part });
  };
  const clock = mirror.clock();
  const spanLabel = (span: Span | null) =>
    span ? `${timecodeAt(span.fromSample, clock)} – ${timecodeAt(span.toSample, clock)}` : 'none';

  async function start(how: 'new' | 'replace' | 'beside') {
    if (!request) return;
    const send = (wanted: BounceRequest) => session.client.bounce.start(wanted);
    const answer = await attempt(async () => ({
      taken: await (how === 'beside'
        ? startBounceBeside(send, request)
        : startBounce(send, how === 'replace' ? { ...request, overwrite: true } : request)),
    }));
    if (!answer) return;
    setTaken(answer.taken);
    if (answer.taken) return;
    useDialogs.setState({ jobsOpen: true });
    onClose();
  }

  async function chooseFolder() {
    const chosen = await attempt(() => chooseFromShell(session, 'folder', 'Where the bounce is written'));
    if (!chosen) return;
    if (!chosen.available) setChoosing(true);
    else if (chosen.paths[0]) change({ folder: chosen.paths[0] });
  }

  return (
    <Dialog
      title="Bounce"
      widthPixels={560}
      onClose={onClose}
      onSubmit={() => start(taken ? 'beside' : 'new')}
      foot={
        taken ? (
          <>
            <span className="spread field-hint" data-problem="" role="alert">
              {taken.message}
            </span>
            <Button onClick={() => setTaken(null)}>Cancel</Button>
            <Button onClick={() => start('replace')}>Replace</Button>
            <Button look="primary" icon="bounce" type="submit" hint="Bounce under the next free number">
              Keep both
            </Button>
          </>
        ) : (
          <>
            <span className="spread field-hint" data-problem={problem ? '' : undefined}>
              {problem ?? 'BWF with bext and iXML, rendered by the native engine'}
            </span>
            <Button onClick={onClose}>Cancel</Button>
            <Button look="primary" icon="bounce" type="submit" disabled={!request}>
              Bounce
            </Button>
          </>
        )
      }
    >
      <Field label="Name">
        {(props) => (
          <input
            {...props}
            className="input"
            value={draft.name}
            maxLength={150}
            onChange={(event) => change({ name: event.target.value })}
          />
        )}
      </Field>
      <div className="field-columns" data-columns="2">
        <Field label="Range" hint={spanLabel(draft.range === 'selection' ? selected : reel)}>
          {(props) => (
            <select
              {...props}
              className="input"
              value={draft.range}
              onChange={(event) => change({ range: event.target.value as BounceDraft['range'] })}
            >
              <option value="reel">Whole reel</option>
              <option value="selection" disabled={!selected}>
                Selection
              </option>
            </select>
          )}
        </Field>
        <Field label="Contents">
          {(props) => (
            <select
              {...props}
              className="input"
              value={draft.contents}
              onChange={(event) => change({ contents: event.target.value as BounceDraft['contents'] })}
            >
              {CONTENTS.map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Layout">
          {(props) => (
            <select
              {...props}
              className="input"
              value={draft.layout}
              onChange={(event) => change({ layout: event.target.value as BounceDraft['layout'] })}
            >
              {LAYOUTS.map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Format" hint={`${clock.sampleRate / 1000} kHz, the project’s rate`}>
          {(props) => (
            <select
              {...props}
              className="input"
              value={draft.sampleFormat}
              onChange={(event) => change({ sampleFormat: event.target.value as BounceDraft['sampleFormat'] })}
            >
              {FORMATS.map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <div className="check-row">
        <label className="check">
          <input
            type="checkbox"
            checked={draft.sampleFormat !== 'f32' && draft.dither}
            disabled={draft.sampleFormat === 'f32'}
            onChange={(event) => change({ dither: event.target.checked })}
          />
          Dither (TPDF)
        </label>
        <label className="check">
          <input
            type="checkbox"
            checked={draft.selectedTracksOnly}
            disabled={draft.contents !== 'tracks'}
            onChange={(event) => change({ selectedTracksOnly: event.target.checked })}
          />
          Only tracks with selected clips
        </label>
      </div>
      <Field label="Folder">
        {(props) => (
          <div className="input-row">
            <input
              {...props}
              className="input"
              value={draft.folder}
              placeholder="The project’s Bounces folder"
              onChange={(event) => change({ folder: event.target.value })}
            />
            <Button icon="folder" onClick={chooseFolder}>
              Choose…
            </Button>
          </div>
        )}
      </Field>
      {choosing ? (
        <HostChooser
          what="folder"
          title="Where the bounce is written"
          startAt={draft.folder || project.info.folder}
          onClose={() => setChoosing(false)}
          onChoose={([path]) => {
            setChoosing(false);
            if (path) change({ folder: path });
          }}
        />
      ) : null}
    </Dialog>
  );
}
