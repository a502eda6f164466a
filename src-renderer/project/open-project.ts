import { createContext, useContext, useSyncExternalStore } from 'react';
import { type StoreApi, useStore } from 'zustand';
import type { CommandInput } from '../../src-shared/edit/commands.ts';
import type { TableName, Tables } from '../../src-shared/model/rows.ts';
import type { ApplyResult, ProjectInfo } from '../../src-shared/rpc/schemas.ts';
import { reportOf } from '../app/connection.ts';
import { openDialog } from '../app/dialogs.ts';
import type { Session } from '../app/session.ts';
import { TrackInputsEditor } from '../engine/track-inputs.ts';
import { RecordControl } from '../record/record-control.ts';
import { recallScene, rememberScene } from '../record/remembered-scene.ts';
import { takeAudition } from '../takes/take-audition.ts';
import { recallView, rememberView } from '../timeline/remembered-view.ts';
import type { TimelineContext } from '../timeline/timeline-context.ts';
import { createTimelineView, type TimelineView } from '../timeline/timeline-view.ts';
import { EnginePlayback } from '../transport/engine-playback.ts';
import { PreviewPlayback } from '../transport/preview-playback.ts';
import { Transport } from '../transport/transport.ts';
import { useTransportPreferences } from '../transport/transport-preferences.ts';
import { dismissAbout, tellError, tellPlain } from '../ui/toasts.ts';
import type { Mirror } from './mirror.ts';

/** Everything that belongs to the project that is open in this window. */
export type OpenProject = {
  readonly info: ProjectInfo;
  readonly session: Session;
  readonly mirror: Mirror;
  readonly view: StoreApi<TimelineView>;
  readonly transport: Transport;
  readonly record: RecordControl;
  readonly timeline: TimelineContext;
  /** Sends a command. Failures are told to the person; then it resolves to null. */
  readonly apply: (command: CommandInput) => Promise<ApplyResult | null>;
  readonly undo: () => Promise<void>;
  readonly redo: () => Promise<void>;
  readonly dispose: () => void;
};

const DISK_WARNING = 'record-disk';

/** Runs something that may fail, and tells the person what went wrong. Resolves to null then. */
export async function attempt<T>(work: () => Promise<T>, about = ''): Promise<T | null> {
  try {
    const done = await work();
    if (about) dismissAbout(about);
    return done;
  } catch (error) {
    tellError(reportOf(error), null, about);
    return null;
  }
}

/** Puts together what a project window needs; `dispose` it when another project takes its place. */
export function openProject(session: Session, info: ProjectInfo, mirror: Mirror): OpenProject {
  const view = createTimelineView({
    activeTrackId: mirror.tracks()[0]?.id ?? null,
    ...recallView(info.path, mirror, localStorage),
  });
  const stopRemembering = rememberView(info.path, view, localStorage);
  const scene = recallScene(info.path, localStorage);
  const stopRememberingScene = rememberScene(info.path, scene, localStorage);
  const onError = (error: unknown) => tellError(reportOf(error));
  const { engine } = session;
  const transport = new Transport({
    mirror,
    view,
    preview: (events) =>
      new PreviewPlayback({ mirror, fetchMedia: (route, init) => session.fetchMedia(route, init) }, events),
    engine: (events) => new EnginePlayback({ engine, client: () => session.client.transport }, events),
    preferences: () => useTransportPreferences.getState(),
    recordPhase: () => record.phase,
    stopRecording: (standAt) => void record.stop(standAt),
    onFinishing: () =>
      tellPlain(
        'What was recorded last is still being written to the disk and taken in, so nothing plays yet.',
        'Play when the record button is out. Where that takes long, the disk is slow.',
      ),
    onError,
  });
  const record: RecordControl = new RecordControl({
    engine,
    client: () => session.client,
    view,
    transport,
    scene,
    preferences: () => useTransportPreferences.getState(),
    readOnly: info.readOnly,
    onError: (error) => {
      const report = reportOf(error);
      const settings = { label: 'Audio settings', run: () => openDialog('audio') };
      tellError(report, report.code === 'record.no-device' ? settings : null, 'record');
    },
    onBegun: () => dismissAbout('record'),
    onNotice: (message, remedy) => tellPlain(message, remedy),
    onProblem: (message, remedy, about) =>
      tellError({ code: `record.${about}`, message, remedy }, null, about === 'disk' ? DISK_WARNING : 'record'),
    onOver: () => dismissAbout(DISK_WARNING),
  });
  const projectId = info.id;
  const send = (command: CommandInput) => session.client.document.apply({ command, projectId, baseSeq: mirror.seq });
  const undo = () => session.client.document.undo({ projectId });
  const redo = () => session.client.document.redo({ projectId });
  const trackInputs = new TrackInputsEditor(session.engine, {
    setTrackInputs: (inputs) => session.client.audio.setTrackInputs(inputs),
    devices: () => session.client.audio.devices(),
  });
  const timeline: TimelineContext = {
    mirror,
    view,
    transport,
    engine: session.engine,
    trackInputs,
    commands: {
      apply: send,
      undo,
      redo,
    },
    readOnly: info.readOnly,
    onNotice: (notice) => {
      const remedy = notice.remedy ?? '';
      if (notice.level === 'problem') tellError({ code: 'timeline', message: notice.message, remedy });
      else tellPlain(notice.message, remedy, notice.action ?? null);
    },
  };
  return {
    info,
    session,
    mirror,
    view,
    transport,
    record,
    timeline,
    apply: (command) => attempt(() => send(command), command.kind),
    undo: async () => void (await attempt(undo, 'edit.undo')),
    redo: async () => void (await attempt(redo, 'edit.redo')),
    dispose: () => {
      stopRemembering();
      stopRememberingScene();
      takeAudition.stop();
      trackInputs.dispose();
      record.dispose();
      transport.dispose();
    },
  };
}

/** The open project, provided to everything inside the workstation. */
export const ProjectContext = createContext<OpenProject | null>(null);

/** The open project; only inside the workstation. */
export function useProject(): OpenProject {
  const project = useContext(ProjectContext);
  if (!project) throw new Error('No project is provided here.');
  return project;
}

/** Every row of a table, rendered again when the table changes. Not for clips: ask the mirror by track. */
export function useRows<T extends TableName>(table: T): readonly Tables[T][] {
  const { mirror } = useProject();
  return useSyncExternalStore(
    (changed) => mirror.subscribe((change) => change.tables.has(table) && changed()),
    () => mirror.all(table),
  );
}

/** A number that rises with every commit. */
export function useSeq(): number {
  const { mirror } = useProject();
  return useSyncExternalStore(
    (changed) => mirror.subscribe(changed),
    () => mirror.seq,
  );
}

/** What the selector picks of the timeline's view. */
export function useView<T>(select: (view: TimelineView) => T): T {
  return useStore(useProject().view, select);
}
