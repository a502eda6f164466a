import { SCHEMA_V1 } from './schema-v1.ts';
import { SCHEMA_V2 } from './schema-v2.ts';
import { SCHEMA_V3 } from './schema-v3.ts';
import { SCHEMA_V4 } from './schema-v4.ts';

/** Marks a SQLite file as a Twopop project: `TWOP` in ASCII. */
export const APPLICATION_ID = 0x54574f50;

/** One step from the layout before to layout `version`. Runs inside a transaction with foreign keys off. */
export type Migration = { readonly version: number; readonly summary: string; readonly sql: string };

/** All steps from nothing to now, numbered from 1 without gaps. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, summary: 'the document, the log of commits, undo and redo', sql: SCHEMA_V1 },
  { version: 2, summary: 'a log that may hold its texts compressed', sql: SCHEMA_V2 },
  { version: 3, summary: 'evidence and choices of sync, marks on sources, polarity of clips', sql: SCHEMA_V3 },
  { version: 4, summary: 'takes in layers, and which files were recorded', sql: SCHEMA_V4 },
];
