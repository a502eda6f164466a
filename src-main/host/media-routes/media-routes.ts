import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { TwopopError } from '../../../src-shared/rpc/error.ts';
import { MEDIA_ROUTES, type PeakRequest } from '../../../src-shared/rpc/media-routes.ts';
import { readSamples } from '../../engine/samples.ts';
import { pictureIndex } from '../../media/picture-index.ts';
import type { DocumentService } from '../document-service.ts';
import type { OpenMediaService } from '../open-media.ts';
import type { ProjectService } from '../project-service.ts';
import { sendFile } from './byte-range.ts';
import { badRequest, integerOf, readJson, sendArray, sendError, sendJson } from './http-body.ts';
import { receiveUpload } from './upload.ts';

const MAX_SAMPLE = 2 ** 45;
/** A page of raw samples, or of the preview, at most: 8 MB. */
const MAX_SAMPLES = 1 << 21;
const MAX_RENDER_FRAMES = 1 << 20;
const MAX_JSON_BYTES = 1 << 20;

const peakRequestSchema = z.object({
  tiles: z
    .array(
      z.object({
        sourceId: z.int().positive(),
        channel: z.int().min(0).max(1023),
        level: z.int().min(0).max(24),
        tile: z
          .int()
          .min(0)
          .max(2 ** 31),
      }),
    )
    .max(2000),
});

type Services = {
  readonly projects: ProjectService;
  readonly documents: DocumentService;
  readonly media: OpenMediaService;
};

type Route = {
  readonly method: string;
  readonly answer: (call: Call) => Promise<void>;
};

type Call = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  /** What follows the route's own path: `/12`. */
  readonly rest: string;
};

/** Answers the byte routes of {@link MEDIA_ROUTES}; false when a path is none of them. Access was checked before. */
export function createMediaRoutes(services: Services) {
  const { projects, documents, media } = services;

  const routes: readonly (readonly [string, Route])[] = [
    [
      MEDIA_ROUTES.snapshot,
      { method: 'GET', answer: async ({ response }) => sendJson(response, documents.snapshot()) },
    ],
    [
      MEDIA_ROUTES.peaks,
      {
        method: 'POST',
        answer: async ({ request, response }) => {
          const peaks = media.require().peaks;
          const parsed = peakRequestSchema.safeParse(await readJson(request, MAX_JSON_BYTES));
          if (!parsed.success) throw badRequest('A request for peaks was not understood.');
          sendArray(response, await peaks.tiles(parsed.data satisfies PeakRequest));
        },
      },
    ],
    [
      MEDIA_ROUTES.samples,
      {
        method: 'GET',
        answer: async ({ response, query }) => {
          const { locator } = media.require();
          const row = projects.require().reader.get('source', integerOf(query, 'source', 1, Number.MAX_SAFE_INTEGER));
          const channel = integerOf(query, 'channel', 0, 1023);
          const from = integerOf(query, 'from', -MAX_SAMPLE, MAX_SAMPLE);
          const count = integerOf(query, 'count', 1, MAX_SAMPLES);
          if (row) await locator.prepare([row]);
          const source = row && locator.locate(row);
          if (!source || channel >= source.channelCount)
            throw notFound('The source is offline or has no such channel.');
          sendArray(response, await readSamples(source, channel, from, count));
        },
      },
    ],
    [
      MEDIA_ROUTES.render,
      {
        method: 'GET',
        answer: async ({ response, query }) => {
          const from = integerOf(query, 'from', -MAX_SAMPLE, MAX_SAMPLE);
          const count = integerOf(query, 'count', 1, MAX_RENDER_FRAMES);
          const { samples, seq } = await media.require().render(from, count);
          sendArray(response, samples, { 'x-document-seq': String(seq) });
        },
      },
    ],
    [
      MEDIA_ROUTES.pictureIndex,
      {
        method: 'GET',
        answer: async ({ response, rest }) => sendJson(response, await pictureIndex(proxyOf(projects, rest))),
      },
    ],
    [
      MEDIA_ROUTES.picture,
      {
        method: 'GET',
        answer: async ({ request, response, rest }) =>
          sendFile(proxyOf(projects, rest), 'video/mp4', request, response),
      },
    ],
    [
      MEDIA_ROUTES.upload,
      {
        method: 'PUT',
        answer: async ({ request, response, query }) => {
          const { folder } = projects.requireWritable();
          const path = await receiveUpload(request, folder, query.get('batch') ?? '', query.get('path') ?? '');
          sendJson(response, { path });
        },
      },
    ],
  ];

  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const [path = '', search = ''] = (request.url ?? '').split('?', 2);
    const found = routes.find(([at]) => path === at || path.startsWith(`${at}/`));
    if (!found) return false;
    const [at, route] = found;
    if (request.method !== route.method && !(request.method === 'HEAD' && route.method === 'GET')) {
      response.writeHead(405, { allow: route.method }).end();
      return true;
    }
    try {
      await route.answer({ request, response, query: new URLSearchParams(search), rest: path.slice(at.length) });
    } catch (error) {
      sendError(response, error);
    }
    return true;
  };
}

/** The proxy's file of a picture named by `/ID`; throws `not-found`. */
function proxyOf(projects: ProjectService, rest: string): string {
  const project = projects.require();
  const id = /^\/(\d{1,15})$/.exec(rest)?.[1];
  const picture = id ? project.reader.get('picture', Number(id)) : null;
  if (!picture?.proxyPath) throw notFound('There is no such picture, or its proxy is not made yet.');
  return project.sourcePath({ path: picture.proxyPath, linked: false });
}

function notFound(message: string): TwopopError {
  return new TwopopError({ code: 'not-found', message, remedy: 'Wait for its import, or relink it.' });
}
