import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { PEAKS_PER_TILE, type PeakRequest } from '../../src-shared/rpc/media-routes.ts';

/** Serves the bench page, and peaks and samples of sound that is made up: bursts like speech, the same in every run. */

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** Loudness of source `source` at a sample, 0 to 1: syllables four times a second inside phrases of some seconds. */
function loudness(source: number, sample: number): number {
  const seconds = sample / 48_000;
  const phrase = Math.max(0, Math.sin(seconds * (0.7 + (source % 5) * 0.13) + source)) ** 0.5;
  const syllable = 0.35 + 0.65 * Math.abs(Math.sin(seconds * Math.PI * (3.1 + (source % 3))));
  const grain = 0.6 + 0.4 * Math.sin(sample * 0.0137 + source * 3.3) * Math.sin(sample * 0.000911);
  return 0.03 + 0.72 * phrase * syllable * grain;
}

function sampleAt(source: number, sample: number): number {
  return loudness(source, sample) * Math.sin(sample * (0.021 + (source % 7) * 0.004)) * 0.9;
}

function peakBytes(request: PeakRequest): Buffer {
  const bytes = Buffer.alloc(request.tiles.length * PEAKS_PER_TILE * 4);
  let at = 0;
  for (const { sourceId, channel, level, tile } of request.tiles) {
    const perPeak = 256 * 4 ** level;
    for (let peak = 0; peak < PEAKS_PER_TILE; peak++, at += 4) {
      const sample = (tile * PEAKS_PER_TILE + peak) * perPeak;
      const high = Math.round(loudness(sourceId + channel, sample + perPeak / 2) * 32_000);
      bytes.writeInt16LE(-Math.round(high * 0.86), at);
      bytes.writeInt16LE(high, at + 2);
    }
  }
  return bytes;
}

function sampleBytes(query: URLSearchParams): Buffer {
  const source = Number(query.get('source')) + Number(query.get('channel'));
  const from = Number(query.get('from'));
  const samples = new Float32Array(Number(query.get('count')));
  for (let index = 0; index < samples.length; index++) samples[index] = sampleAt(source, from + index);
  return Buffer.from(samples.buffer);
}

async function answer(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (url.pathname === '/media/peaks') {
    let body = '';
    for await (const piece of request) body += piece;
    response.end(peakBytes(JSON.parse(body) as PeakRequest));
    return;
  }
  if (url.pathname === '/media/samples') {
    response.end(sampleBytes(url.searchParams));
    return;
  }
  const path = normalize(url.pathname === '/' ? '/index.html' : url.pathname);
  try {
    const bytes = await readFile(join(folder, path));
    response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream' });
    response.end(bytes);
  } catch {
    response.writeHead(404).end();
  }
}

/** Serves a built page on a free port of this machine. */
export async function serveTimelinePage(folder: string): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => void answer(folder, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The bench server got no port');
  return { server, url: `http://127.0.0.1:${address.port}` };
}
