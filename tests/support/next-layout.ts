import { MIGRATIONS, type Migration } from '../../src-main/project/migrations.ts';

/** A layout that does not exist, so that the way to the next one is tried from real old files before it is needed. */
export const NEXT_LAYOUT: Migration = {
  version: MIGRATIONS.length + 1,
  summary: 'colours for markers',
  sql: "ALTER TABLE marker ADD COLUMN colour TEXT NOT NULL DEFAULT ''",
};

/** The same, as long work: time enough to be killed in. */
const SLOW_NEXT_LAYOUT: Migration = {
  ...NEXT_LAYOUT,
  sql: `${NEXT_LAYOUT.sql};
    CREATE TABLE filler (number INTEGER PRIMARY KEY, text TEXT) STRICT;
    WITH RECURSIVE counting (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counting WHERE n < 60000)
      INSERT INTO filler SELECT n, hex(randomblob(20)) FROM counting;`,
};

export const WITH_NEXT_LAYOUT = [...MIGRATIONS, NEXT_LAYOUT];
export const WITH_SLOW_NEXT_LAYOUT = [...MIGRATIONS, SLOW_NEXT_LAYOUT];
