import { homedir } from 'node:os';
import { implement } from '@orpc/server';
import { contract } from '../../src-shared/rpc/contract.ts';
import { listFolder } from './folder-listing.ts';
import type { HostServices } from './host.ts';

/** The contract, answered by the services. No rule of any domain is here. */
export function createRouter(services: HostServices) {
  const { shell, projects, documents, imports, sync, accepts, bounces, relinks, demo, jobs, info } = services;
  const os = implement(contract);
  return os.router({
    host: {
      info: os.host.info.handler(() => info()),
      listFolder: os.host.listFolder.handler(({ input }) => listFolder(input.path, homedir())),
      choose: os.host.choose.handler(({ input }) => shell.choose(input.what, input.title)),
      keepAwake: os.host.keepAwake.handler(({ input }) => ({ awake: shell.keepAwake(input.awake) })),
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
    jobs: {
      list: os.jobs.list.handler(() => [...jobs.list()]),
      cancel: os.jobs.cancel.handler(({ input }) => ({ cancelled: jobs.cancel(input.jobId) })),
      events: os.jobs.events.handler(({ signal }) => jobs.events(signal)),
    },
  });
}

export type HostRouter = ReturnType<typeof createRouter>;
