import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { TakeRow } from '../../src-shared/model/rows.ts';
import { type OpenProject, useProject, useSeq, useView } from '../project/open-project.ts';
import { type MenuItem, PopupMenu } from '../ui/PopupMenu.tsx';
import { VirtualList, type VirtualListHandle } from '../ui/VirtualList.tsx';
import { chooseTake, listedTakes, stepTake, useChosenTake } from './chosen-take.ts';
import { circleTake, putPass, putTake, rateTake, removeTake } from './put-take.ts';
import { TakeFacts } from './TakeFacts.tsx';
import { TakeRowView } from './TakeRowView.tsx';
import { auditionTake, showTakeFile } from './take-actions.ts';
import { scopeText } from './take-words.ts';
import { takesOfPass } from './takes-here.ts';
import './takes.css';

const ROW_PIXELS = 44;
const PAGE_ROWS = 8;

/** The takes that lie where the person is, newest first: hear them, choose among them, see where they are. */
export function TakesPanel() {
  const project = useProject();
  const { mirror, info } = project;
  useSeq();
  useView((view) => view.range);
  useView((view) => view.selectedClipIds);
  useView((view) => view.activeTrackId);
  useChosenTake((state) => state.takeId);
  const { scope, takes, chosen } = listedTakes(project);
  const list = useRef<VirtualListHandle>(null);
  const recordedPass = useStore(project.session.engine.store, ({ record }) => record.pass);
  // What was recorded last is what one wants to hear next.
  useEffect(() => {
    if (recordedPass !== null) useChosenTake.setState({ takeId: null });
  }, [recordedPass]);
  const [menu, setMenu] = useState<{ readonly x: number; readonly y: number; readonly take: TakeRow } | null>(null);
  const at = takes.findIndex(({ id }) => id === chosen?.id);
  useEffect(() => {
    if (at >= 0) list.current?.scrollToIndex(at);
  }, [at]);

  const nameOf = (trackId: number) => mirror.get('track', trackId)?.name ?? '?';
  const elsewhere = mirror.all('take').length;
  return (
    <div className="panel">
      <div className="takes-head">
        <span className="takes-scope">{scope ? scopeText(scope, nameOf) : 'No track is active'}</span>
        <span className="dim figures">{takes.length > 0 ? `${takes.length} of ${elsewhere}` : ''}</span>
      </div>
      {takes.length === 0 ? (
        <div className="empty">
          <strong>No takes here</strong>
          <p>
            {elsewhere > 0
              ? `The project has ${elsewhere === 1 ? 'one take' : `${elsewhere} takes`} elsewhere: go to another track, or clear the selection.`
              : 'Arm a track and record: each pass is kept as a take of its track, whatever is on the timeline.'}
          </p>
        </div>
      ) : (
        <div
          className="takes-list"
          role="listbox"
          aria-label="Takes"
          aria-activedescendant={chosen ? `take-${chosen.id}` : undefined}
          tabIndex={0}
          data-focus="left"
          onKeyDown={(event) => {
            if (!chosen || !press(project, chosen, event, (x, y) => setMenu({ x, y, take: chosen }))) return;
            event.preventDefault();
            event.stopPropagation();
          }}
        >
          <VirtualList
            handle={list}
            count={takes.length}
            rowHeightPixels={ROW_PIXELS}
            row={(index) => {
              const take = takes[index] as TakeRow;
              return (
                <TakeRowView
                  key={take.id}
                  take={take}
                  chosen={take.id === chosen?.id}
                  showsTrack={(scope?.spansByTrack.size ?? 0) > 1}
                  onChoose={() => chooseTake(take.id)}
                  onMenu={(x, y) => setMenu({ x, y, take })}
                />
              );
            }}
          />
        </div>
      )}
      {scope?.kind === 'range' && takes.length > 0 && !info.readOnly ? (
        <p className="takes-note">Use puts a take into the selected range only.</p>
      ) : null}
      {chosen ? <TakeFacts take={chosen} /> : null}
      {menu ? (
        <PopupMenu
          x={menu.x}
          y={menu.y}
          label={`Take ${menu.take.number}`}
          groups={menuOf(project, menu.take)}
          onClose={() => setMenu(null)}
        />
      ) : null}
    </div>
  );
}

/** What a key does to the chosen take; false where it means nothing here. */
function press(
  project: OpenProject,
  take: TakeRow,
  event: KeyboardEvent<HTMLElement>,
  openMenu: (x: number, y: number) => void,
): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const editable = !project.info.readOnly && take.state !== 'recording';
  if (event.key === 'ArrowDown') stepTake(project, 1);
  else if (event.key === 'ArrowUp') stepTake(project, -1);
  else if (event.key === 'PageDown') stepTake(project, PAGE_ROWS);
  else if (event.key === 'PageUp') stepTake(project, -PAGE_ROWS);
  else if (event.key === 'Home') stepTake(project, Number.NEGATIVE_INFINITY);
  else if (event.key === 'End') stepTake(project, Number.POSITIVE_INFINITY);
  else if (event.key === ' ') auditionTake(project, take);
  else if (event.key === 'Enter')
    editable && (event.shiftKey ? putPass(project.timeline, take) : putTake(project.timeline, take));
  else if (event.key === 'F2') editable && useChosenTake.setState({ takeId: take.id, renamingId: take.id });
  else if (event.key === 'Delete' || event.key === 'Backspace') editable && removeTake(project.timeline, take);
  else if (event.key === 'c') editable && circleTake(project.timeline, take);
  else if (/^[0-5]$/.test(event.key)) editable && rateTake(project.timeline, take, Number(event.key));
  else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
    const box = document.getElementById(`take-${take.id}`)?.getBoundingClientRect();
    openMenu((box?.left ?? 0) + 30, (box?.bottom ?? 0) - 4);
  } else return false;
  return true;
}

function menuOf(project: OpenProject, take: TakeRow): readonly (readonly MenuItem[])[] {
  const editable = !project.info.readOnly && take.state !== 'recording';
  const others = takesOfPass(project.mirror.all('take'), take).length - 1;
  const range = project.view.getState().range !== null;
  const edits: MenuItem[] = [
    {
      id: 'use',
      title: range ? 'Use in the selected range' : 'Use its whole punch',
      detail: 'Enter',
      run: () => void putTake(project.timeline, take),
    },
    ...(others > 0
      ? [
          {
            id: 'use-pass',
            title: others === 1 ? 'Use with its other track' : `Use with its ${others} other tracks`,
            detail: 'Shift+Enter',
            run: () => void putPass(project.timeline, take),
          },
        ]
      : []),
  ];
  const marks: MenuItem[] = [
    {
      id: 'circle',
      title: take.circled ? 'Take the circle away' : 'Circle',
      detail: 'C',
      run: () => void circleTake(project.timeline, take),
    },
    {
      id: 'rename',
      title: 'Rename',
      detail: 'F2',
      run: () => useChosenTake.setState({ takeId: take.id, renamingId: take.id }),
    },
    { id: 'remove', title: 'Take out of the list', detail: 'Del', run: () => void removeTake(project.timeline, take) },
  ];
  const looks: MenuItem[] = [
    { id: 'hear', title: 'Hear it alone', detail: 'Space', run: () => auditionTake(project, take) },
    { id: 'file', title: 'Show its file', run: () => void showTakeFile(project, take) },
  ];
  return editable ? [edits, looks, marks] : [looks];
}
