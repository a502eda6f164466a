import { homedir } from 'node:os';
import { implement } from '@orpc/server';
import { contract } from '../../src-shared/rpc/contract.ts';
import { listFolder } from './folder-listing.ts';
import type { HostServices } from './host.ts';
import { recordEvents } from './watch-recording.ts';

/** The contract, answered by the services. No rule of any domain is here. */
export function createRouter(services: HostServices) {
  const {
    shell,
    awake,
    projects,
    documents,
    imports,
    sync,
    accepts,
    bounces,
    relinks,
    demo,
    jobs,
    audio,
    transport,
    records,
    info,
  } = services;
  const os = implement(contract);
  return os.router({
    host: {
      info: os.host.info.handler(() => info()),
      listFolder: os.host.listFolder.handler(({ input }) => listFolder(input.path, homedir())),
      choose: os.host.choose.handler(({ input }) => shell.choose(input.what, input.title)),
      keepAwake: os.host.keepAwake.handler(({ input }) => ({ awake: awake.wish('a view', input.awake) })),
      revealFile: os.host.revealFile.handler(async ({ input }) => ({
        revealed: await shell.revealFile(projects.ownFile(input.path)),
      })),
    },
    project: {
      create: os.project.create.handler(({ input }) => projects.create(input)),
      open: os.project.open.handler(({ input }) => projects.open(input.path)),
      close: os.project.close.handler(async () => ({ closed: await projects.close() })),
      current: os.project.current.handler(() => projects.current()),
      openDemo: os.project.openDemo.handler(() => demo.open()),
      backup: os.project.backup.handler(async () => ({ path: await projects.backup() })),
      events: os.project.events.handler(({ signal }) => projects.events(signal)),
    },
    document: {
      apply: os.document.apply.handler(({ input }) => documents.applyChecked(input.command, input)),
      undo: os.document.undo.handler(({ input }) => documents.undo(input?.projectId)),
      redo: os.document.redo.handler(({ input }) => documents.redo(input?.projectId)),
      history: os.document.history.handler(({ input }) => documents.history(input.limit)),
      changes: os.document.changes.handler(({ input, signal }) => documents.changes(input.sinceSeq, signal)),
    },
    media: {
      import: os.media.import.handler(({ input }) => ({ jobId: imports.start(input.paths, input.mode) })),
      relink: os.media.relink.handler(({ input }) => ({ jobId: relinks.start(input.folder) })),
      offlineSources: os.media.offlineSources.handler(() => relinks.offlineSources()),
    },
    sync: {
      start: os.sync.start.handler(async ({ input }) => ({ jobId: await sync.start(input) })),
      accept: os.sync.accept.handler(({ input }) => ({ jobId: accepts.start(input) })),
    },
    bounce: {
      start: os.bounce.start.handler(async ({ input }) => ({ jobId: await bounces.start(input) })),
    },
    audio: {
      devices: os.audio.devices.handler(() => audio.devices()),
      settings: os.audio.settings.handler(() => ({ settings: audio.settings, notice: audio.settingsNotice })),
      setSettings: os.audio.setSettings.handler(({ input }) => audio.setSettings(input)),
      open: os.audio.open.handler(() => audio.open()),
      close: os.audio.close.handler(() => audio.close()),
      calibrate: os.audio.calibrate.handler(({ input }) => audio.calibrate(input.output, input.input)),
      monitor: os.audio.monitor.handler(() => audio.monitor),
      setMonitor: os.audio.setMonitor.handler(({ input: { viewId, ...monitor } }) =>
        audio.setMonitor(monitor, viewId ?? null),
      ),
      trackInputs: os.audio.trackInputs.handler(() => [...audio.trackInputs]),
      setTrackInputs: os.audio.setTrackInputs.handler(async ({ input }) => [...(await audio.setTrackInputs(input))]),
    },
    engine: {
      status: os.engine.status.handler(() => audio.status),
      events: os.engine.events.handler(({ input, signal }) => audio.events(input.viewId, signal)),
      watchMeters: os.engine.watchMeters.handler(({ input }) => audio.watchMeters(input.viewId, input.points)),
      clearClipped: os.engine.clearClipped.handler(async () => {
        await audio.clearClipped();
        return { cleared: true };
      }),
      ping: os.engine.ping.handler(() => ({ nowNs: Number(process.hrtime.bigint()) })),
    },
    transport: {
      play: os.transport.play.handler(({ input }) => transport.play(input)),
      stop: os.transport.stop.handler(async ({ input }) => {
        await transport.stop(input.toSample);
        return { stopped: true };
      }),
      locate: os.transport.locate.handler(async ({ input: { timelineSample, onlyAtRest } }) => ({
        located: await transport.locate(timelineSample, { onlyAtRest }),
      })),
      setLoop: os.transport.setLoop.handler(async ({ input }) => {
        await transport.setLoop(input.loop);
        return { set: true };
      }),
      shuttle: os.transport.shuttle.handler(async ({ input }) => {
        await transport.shuttle(input.speed, input.keepPitch);
        return { rolling: input.speed.numerator !== 0 };
      }),
    },
    record: {
      state: os.record.state.handler(() => mutable(records.state)),
      space: os.record.space.handler(({ input }) => records.space(input.trackIds, input.sampleFormat)),
      start: os.record.start.handler(async ({ input }) => mutable(await records.start(input))),
      punchIn: os.record.punchIn.handler(async ({ input }) => mutable(await records.punchIn(input.atClock))),
      punchOut: os.record.punchOut.handler(async ({ input }) => mutable(await records.punchOut(input.atClock))),
      stop: os.record.stop.handler(async ({ input }) => mutable(await records.stop(input.atClock))),
      events: os.record.events.handler(({ signal }) => recordEvents(records, signal)),
    },
    jobs: {
      list: os.jobs.list.handler(() => [...jobs.list()]),
      cancel: os.jobs.cancel.handler(({ input }) => ({ cancelled: jobs.cancel(input.jobId) })),
      events: os.jobs.events.handler(({ signal }) => jobs.events(signal)),
    },
  });
}

/** The contract's types are those of values that were just made. */
const mutable = <T>(value: T) => structuredClone(value) as Mutable<T>;
type Mutable<T> = T extends object ? { -readonly [Key in keyof T]: Mutable<T[Key]> } : T;

export type HostRouter = ReturnType<typeof createRouter>;
