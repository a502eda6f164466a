import { describe, expect, test } from 'vitest';
import type { HostClient } from '../../../src-renderer/app/connection.ts';
import { EngineLink } from '../../../src-renderer/engine/engine-link.ts';
import type { EngineEvent, EngineStatus, Telemetry } from '../../../src-shared/engine/live-engine.ts';
import type { RecordEvent, RecordState } from '../../../src-shared/rpc/record-schemas.ts';

const RUNNING = { state: 'running', sampleRate: 48_000 } as EngineStatus;
const ROLLING: RecordState = { phase: 'rolling', pass: 3, trackIds: [1], isPunchedIn: true, punch: 'now' };
const TELEMETRY = {
  clock: 48_000,
  clockNs: 1e9,
  phase: 'rolling',
  timelineSample: 96_000,
  metersVersion: 1,
  meters: [],
  clipped: [],
  loadMean: 0.1,
  loadPeak: 0.2,
  losses: {},
  disk: {},
  armed: true,
} as unknown as Telemetry;

/** Events as a connection brings them; it breaks when it is told to. */
function eventStream<E>() {
  const waiting: E[] = [];
  let wake = () => {};
  let broken = false;
  async function* read(): AsyncGenerator<E> {
    for (;;) {
      const next = waiting.shift();
      if (next) yield next;
      else if (broken) throw new Error('the connection is gone');
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  return {
    read,
    tell: (event: E) => {
      waiting.push(event);
      wake();
    },
    drop: () => {
      broken = true;
      wake();
    },
  };
}

function connect(link: EngineLink) {
  const engine = eventStream<EngineEvent>();
  const record = eventStream<RecordEvent>();
  const client = {
    engine: {
      events: async () => engine.read(),
      ping: async () => ({ nowNs: performance.now() * 1e6 }),
      watchMeters: async () => ({ metersVersion: 1 }),
    },
    record: { events: async () => record.read() },
  } as unknown as HostClient;
  const ended = new AbortController();
  const followed = link.follow(client, ended.signal).catch(() => ended.abort());
  return { engine, record, followed };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('when the connection to the host is lost', () => {
  async function lostWhileRecording() {
    const link = new EngineLink();
    const connection = connect(link);
    connection.engine.tell({ type: 'status', status: RUNNING });
    connection.record.tell({ type: 'state', state: ROLLING });
    await settle();
    connection.engine.tell({ type: 'telemetry', telemetry: TELEMETRY });
    await settle();
    expect(link.isRunning).toBe(true);
    expect(link.telemetry).toEqual(TELEMETRY);
    expect(link.deviceClockAt(performance.now())).not.toBeNull();
    connection.engine.drop();
    await connection.followed;
    return { link, connection };
  }

  test('nothing is known of device, telemetry and recording any more', async () => {
    const { link } = await lostWhileRecording();
    expect(link.store.getState()).toMatchObject({ status: null, health: null, record: { phase: 'idle' } });
    expect(link.isRunning).toBe(false);
    expect(link.telemetry).toBeNull();
    expect(link.deviceClockAt(performance.now())).toBeNull();
  });

  test('all of it goes at once, so that what rolled is not taken for playing on', async () => {
    const link = new EngineLink();
    const connection = connect(link);
    connection.engine.tell({ type: 'status', status: RUNNING });
    connection.record.tell({ type: 'state', state: ROLLING });
    await settle();
    const seen: string[] = [];
    link.store.subscribe(({ status, record }) => seen.push(`${status?.state ?? 'unknown'} ${record.phase}`));
    connection.record.drop();
    await connection.followed;
    expect(seen).toEqual(['unknown idle']);
  });

  test('what it still brings is of no account, and the next connection says how it is', async () => {
    const { link, connection } = await lostWhileRecording();
    connection.record.tell({ type: 'state', state: ROLLING });
    await settle();
    expect(link.store.getState().record.phase).toBe('idle');
    const next = connect(link);
    next.engine.tell({ type: 'status', status: RUNNING });
    next.record.tell({ type: 'state', state: ROLLING });
    await settle();
    expect(link.store.getState()).toMatchObject({ status: RUNNING, record: ROLLING });
    next.engine.drop();
    await next.followed;
  });
});
