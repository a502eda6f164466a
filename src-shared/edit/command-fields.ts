import { z } from 'zod';
import { STEMS } from '../model/rows.ts';
import { isPictureRate, pictureRatePart } from './frame-rate-schema.ts';
import { oneLineFromFile, oneLineText } from './one-line-text.ts';

/** What the fields of commands are made of. */

export const id = z.int().positive();
export const ids = z.array(id).min(1).max(200_000);
export const idsOrNone = z.array(id).max(200_000).default([]);
export const sample = z
  .int()
  .min(0)
  .max(2 ** 45);
export const delta = z
  .int()
  .min(-(2 ** 45))
  .max(2 ** 45);
export const name = oneLineText(200);
/** A file may be called anything that its disk allows. */
const nameFromFile = oneLineFromFile(200).min(1);
/** A number that need not be whole. Minus zero becomes zero, as SQLite and JSON would make it: rows then stay equal. */
export const decimal = z.number().overwrite((value) => value + 0);
export const gainDb = decimal.min(-144).max(24);
export const fadeShapeSchema = z.enum(['linear', 'equal-power', 's-curve', 'slow', 'fast']);
export const stem = z.enum(STEMS);

const nullableText = oneLineFromFile(4000).nullable();

/** What import found out about a file: the rows of `source` and `picture` less their ids. Sent by jobs. */
export const sourceFieldsSchema = z.object({
  name: nameFromFile,
  role: z.enum(['camera', 'recorder', 'other']),
  path: z.string().min(1).max(4096),
  linked: z.boolean(),
  originalPath: z.string().max(4096),
  contentHash: z.string().max(128),
  sizeBytes: z.int().min(0),
  channelCount: z.int().min(1).max(1024),
  sampleRate: z.int().positive(),
  bitsPerSample: z.int().positive(),
  lengthSamples: sample,
  timeReferenceSamples: z.int().nullable(),
  scene: nullableText,
  take: nullableText,
  tape: nullableText,
  circled: z.boolean().nullable(),
  channelNames: z.string().max(100_000),
  metadata: z.string().max(4_000_000),
});

export const pictureFieldsSchema = z
  .object({
    name: nameFromFile,
    originalPath: z.string().max(4096),
    proxyPath: z.string().max(4096).nullable(),
    contentHash: z.string().max(128),
    frameRateNumerator: pictureRatePart,
    frameRateDenominator: pictureRatePart,
    dropFrame: z.boolean(),
    variableFrameRate: z.boolean(),
    frameCount: z.int().min(0),
    widthPixels: z.int().min(0),
    heightPixels: z.int().min(0),
    startFrame: z.int().nullable(),
  })
  .refine(isPictureRate, { error: 'the frame rate is above 1000 or the picture too long for a timeline' });
