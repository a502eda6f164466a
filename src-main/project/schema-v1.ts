/**
 * The first layout of the project file: the document's tables, named and ordered as `src-shared/model/columns.ts` has
 * them, the log of commits, which of them undo and redo would reverse, and long jobs. Never edited: later layouts are migrations.
 */
export const SCHEMA_V1 = `
CREATE TABLE about (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE project (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL,
  frameRateNumerator INTEGER NOT NULL CHECK (frameRateNumerator > 0),
  frameRateDenominator INTEGER NOT NULL CHECK (frameRateDenominator > 0),
  dropFrame INTEGER NOT NULL CHECK (dropFrame IN (0, 1)),
  sampleRate INTEGER NOT NULL CHECK (sampleRate > 0),
  startFrame INTEGER NOT NULL CHECK (startFrame >= 0)
) STRICT;

CREATE TABLE picture (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  originalPath TEXT NOT NULL,
  proxyPath TEXT,
  contentHash TEXT NOT NULL,
  frameRateNumerator INTEGER NOT NULL CHECK (frameRateNumerator > 0),
  frameRateDenominator INTEGER NOT NULL CHECK (frameRateDenominator > 0),
  dropFrame INTEGER NOT NULL CHECK (dropFrame IN (0, 1)),
  variableFrameRate INTEGER NOT NULL CHECK (variableFrameRate IN (0, 1)),
  frameCount INTEGER NOT NULL CHECK (frameCount >= 0),
  widthPixels INTEGER NOT NULL,
  heightPixels INTEGER NOT NULL,
  startFrame INTEGER
) STRICT;

CREATE TABLE source (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('camera', 'recorder', 'other')),
  path TEXT NOT NULL,
  linked INTEGER NOT NULL CHECK (linked IN (0, 1)),
  originalPath TEXT NOT NULL,
  contentHash TEXT NOT NULL,
  sizeBytes INTEGER NOT NULL,
  channelCount INTEGER NOT NULL CHECK (channelCount > 0),
  sampleRate INTEGER NOT NULL CHECK (sampleRate > 0),
  bitsPerSample INTEGER NOT NULL,
  lengthSamples INTEGER NOT NULL CHECK (lengthSamples >= 0),
  timeReferenceSamples INTEGER,
  scene TEXT,
  take TEXT,
  tape TEXT,
  circled INTEGER CHECK (circled IN (0, 1)),
  channelNames TEXT NOT NULL,
  metadata TEXT NOT NULL,
  pictureId INTEGER REFERENCES picture (id)
) STRICT;
CREATE INDEX source_of_picture ON source (pictureId);
CREATE INDEX source_by_hash ON source (contentHash);

CREATE TABLE track (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  position INTEGER NOT NULL,
  stem TEXT NOT NULL,
  channelCount INTEGER NOT NULL CHECK (channelCount IN (1, 2)),
  gainDb REAL NOT NULL,
  pan REAL NOT NULL CHECK (pan BETWEEN -1 AND 1),
  muted INTEGER NOT NULL CHECK (muted IN (0, 1)),
  soloed INTEGER NOT NULL CHECK (soloed IN (0, 1))
) STRICT;

CREATE TABLE gain_point (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  trackId INTEGER NOT NULL REFERENCES track (id),
  atSample INTEGER NOT NULL CHECK (atSample >= 0),
  gainDb REAL NOT NULL
) STRICT;
CREATE INDEX gain_point_on_track ON gain_point (trackId, atSample);

CREATE TABLE sync_match (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  cameraSourceId INTEGER NOT NULL REFERENCES source (id),
  recorderSourceId INTEGER REFERENCES source (id),
  status TEXT NOT NULL CHECK (status IN ('proposed', 'accepted', 'rejected', 'unmatched')),
  offsetSamplesAt48k REAL NOT NULL,
  driftPpm REAL NOT NULL,
  method TEXT NOT NULL,
  confidence REAL NOT NULL,
  reason TEXT NOT NULL,
  residualHeadMs REAL NOT NULL,
  residualMiddleMs REAL NOT NULL,
  residualTailMs REAL NOT NULL
) STRICT;
CREATE INDEX sync_match_of_camera ON sync_match (cameraSourceId);
CREATE INDEX sync_match_of_recorder ON sync_match (recorderSourceId);

CREATE TABLE clip (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  trackId INTEGER NOT NULL REFERENCES track (id),
  sourceId INTEGER NOT NULL REFERENCES source (id),
  sourceChannel INTEGER NOT NULL CHECK (sourceChannel >= 0),
  name TEXT NOT NULL,
  startSample INTEGER NOT NULL CHECK (startSample >= 0),
  lengthSamples INTEGER NOT NULL CHECK (lengthSamples > 0),
  sourceInSample INTEGER NOT NULL CHECK (sourceInSample >= 0),
  gainDb REAL NOT NULL,
  fadeInSamples INTEGER NOT NULL CHECK (fadeInSamples >= 0),
  fadeInShape TEXT NOT NULL,
  fadeOutSamples INTEGER NOT NULL CHECK (fadeOutSamples >= 0),
  fadeOutShape TEXT NOT NULL,
  muted INTEGER NOT NULL CHECK (muted IN (0, 1)),
  syncMatchId INTEGER REFERENCES sync_match (id)
) STRICT;
CREATE INDEX clip_on_track ON clip (trackId, startSample);
CREATE INDEX clip_of_source ON clip (sourceId);
CREATE INDEX clip_of_sync_match ON clip (syncMatchId);

CREATE TABLE picture_clip (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  pictureId INTEGER NOT NULL REFERENCES picture (id),
  name TEXT NOT NULL,
  startSample INTEGER NOT NULL CHECK (startSample >= 0),
  lengthSamples INTEGER NOT NULL CHECK (lengthSamples > 0),
  sourceInFrame INTEGER NOT NULL CHECK (sourceInFrame >= 0)
) STRICT;
CREATE INDEX picture_clip_by_start ON picture_clip (startSample);
CREATE INDEX picture_clip_of_picture ON picture_clip (pictureId);

CREATE TABLE marker (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  atSample INTEGER NOT NULL CHECK (atSample >= 0),
  name TEXT NOT NULL,
  comment TEXT NOT NULL
) STRICT;

CREATE TABLE log (
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('command', 'undo', 'redo')),
  label TEXT NOT NULL,
  at TEXT NOT NULL,
  command TEXT,
  diff TEXT NOT NULL
) STRICT;

CREATE TABLE undo_entry (
  seq INTEGER PRIMARY KEY REFERENCES log (seq),
  undone INTEGER NOT NULL CHECK (undone IN (0, 1))
) STRICT;
CREATE INDEX undo_entry_in_order ON undo_entry (undone, seq);

CREATE TABLE job (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  label TEXT NOT NULL,
  request TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;
CREATE INDEX job_by_state ON job (state, at);
`;
