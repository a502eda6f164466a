import { plainFormat, rawWave } from './made-media.ts';

/**
 * Recorder files in the dialects that recorders and editors write, each laid out byte by byte here: nothing of the
 * product's own writer takes part, so that what they prove about its reader does not come from itself.
 */

/** A file and what a reader must find in it. */
export type Dialect = {
  readonly name: string;
  readonly bytes: Buffer;
  readonly says: {
    readonly container: 'wav' | 'bwf' | 'rf64' | 'bw64';
    readonly frames: number;
    readonly channelCount: number;
    readonly sampleRate: number;
    readonly scene?: string;
    readonly take?: string;
    readonly tape?: string;
    readonly note?: string;
    readonly timeReference?: number;
    readonly timestampSampleRate?: number;
    /** Name of the exact rate, `num/den`, and whether labels are dropped. */
    readonly rate?: string;
    readonly drop?: boolean;
    /** Timecode of the first sample. */
    readonly startTimecode?: string;
    readonly trackNames?: readonly string[];
    readonly date?: string;
    readonly description?: string;
  };
};

type RawBext = {
  readonly description: string | Buffer;
  readonly originator?: string;
  readonly reference?: string;
  readonly date?: string;
  readonly time?: string;
  readonly low: number;
  readonly high?: number;
  readonly version?: number;
  readonly history?: string;
  /** What lies behind the NUL of the texts, where a recorder leaves its memory. */
  readonly garbage?: string;
};

/** A bext chunk's body: 602 fixed bytes, then the coding history. */
export function rawBext(fields: RawBext): Buffer {
  const bytes = Buffer.alloc(602);
  const put = (at: number, length: number, text: string | Buffer) => {
    const body = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
    if (fields.garbage)
      for (let i = 0; i < length; i++) bytes[at + i] = fields.garbage.charCodeAt(i % fields.garbage.length);
    body.copy(bytes, at, 0, length);
    if (body.length < length) bytes[at + body.length] = 0;
  };
  put(0, 256, fields.description);
  put(256, 32, fields.originator ?? '');
  put(288, 32, fields.reference ?? '');
  put(320, 10, fields.date ?? '');
  put(330, 8, fields.time ?? '');
  bytes.writeUInt32LE(fields.low, 338);
  bytes.writeUInt32LE(fields.high ?? 0, 342);
  bytes.writeUInt16LE(fields.version ?? 0, 346);
  return Buffer.concat([bytes, Buffer.from(fields.history ?? '', 'latin1')]);
}

const text = (value: string) => Buffer.from(value, 'utf8');
const silence = (frames: number, frameBytes: number) => Buffer.alloc(frames * frameBytes, 0x11);

function track(channel: number | string, interleave: number | string, name: string): string {
  return `<TRACK><CHANNEL_INDEX>${channel}</CHANNEL_INDEX><INTERLEAVE_INDEX>${interleave}</INTERLEAVE_INDEX><NAME>${name}</NAME></TRACK>`;
}

/** At 48 kHz and 24000/1001 this is 12:39:59:00, frame exact; divided by 48000 it would be 45.6 s off. */
const goldenReference = 2_190_940_753;

const mixerIxml = `<?xml version="1.0" encoding="UTF-8"?>
<BWFXML>
\t<IXML_VERSION>1.5</IXML_VERSION>
\t<PROJECT>Harbour</PROJECT>
\t<SCENE>A7</SCENE>
\t<TAKE>3</TAKE>
\t<TAPE>26Y01M02</TAPE>
\t<UBITS>01022601</UBITS>
\t<FILE_UID>XXMIX0001123959000</FILE_UID>
\t<NOTE></NOTE>
\t<SPEED>
\t\t<NOTE></NOTE>
\t\t<MASTER_SPEED>24000/1001</MASTER_SPEED>
\t\t<CURRENT_SPEED>24000/1001</CURRENT_SPEED>
\t\t<TIMECODE_FLAG>NDF</TIMECODE_FLAG>
\t\t<TIMECODE_RATE>24000/1001</TIMECODE_RATE>
\t\t<FILE_SAMPLE_RATE>48000</FILE_SAMPLE_RATE>
\t\t<AUDIO_BIT_DEPTH>24</AUDIO_BIT_DEPTH>
\t\t<DIGITIZER_SAMPLE_RATE>48000</DIGITIZER_SAMPLE_RATE>
\t\t<TIMESTAMP_SAMPLE_RATE>48000</TIMESTAMP_SAMPLE_RATE>
\t\t<TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>0000000000</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>
\t\t<TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>2190940753</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>
\t</SPEED>
\t<HISTORY><ORIGINAL_FILENAME>A7_3.WAV</ORIGINAL_FILENAME></HISTORY>
\t<FILE_SET>
\t\t<TOTAL_FILES>1</TOTAL_FILES>
\t\t<FAMILY_UID>XXMIX0001FAMILY</FAMILY_UID>
\t\t<FILE_SET_INDEX>A</FILE_SET_INDEX>
\t</FILE_SET>
\t<SYNC_POINT_LIST><SYNC_POINT_COUNT>1</SYNC_POINT_COUNT><SYNC_POINT><SYNC_POINT_TYPE>RELATIVE</SYNC_POINT_TYPE><SYNC_POINT_FUNCTION>SLATE_GENERIC</SYNC_POINT_FUNCTION><SYNC_POINT_COMMENT>clap</SYNC_POINT_COMMENT><SYNC_POINT_LOW>24000</SYNC_POINT_LOW><SYNC_POINT_HIGH>0</SYNC_POINT_HIGH><SYNC_POINT_EVENT_DURATION>480</SYNC_POINT_EVENT_DURATION></SYNC_POINT></SYNC_POINT_LIST>
\t<MAKER_OWN kind="x"><DEPTH unit="m">12 &amp; 3</DEPTH></MAKER_OWN>
\t<TRACK_LIST><TRACK_COUNT>3</TRACK_COUNT>${track(5, 2, 'Lav Ann')}${track(1, 1, 'Boom')}${track(6, 3, 'Lav Ben')}</TRACK_LIST>
</BWFXML>`;

/** One cue point of a `cue ` chunk: 24 bytes, at `sample` of the data chunk. */
export function rawCue(points: readonly (readonly [id: number, sample: number])[]): Buffer {
  const bytes = Buffer.alloc(4 + points.length * 24);
  bytes.writeUInt32LE(points.length, 0);
  points.forEach(([id, sample], index) => {
    const at = 4 + index * 24;
    bytes.writeUInt32LE(id, at);
    bytes.writeUInt32LE(sample, at + 4);
    bytes.write('data', at + 8, 'latin1');
    bytes.writeUInt32LE(sample, at + 20);
  });
  return bytes;
}

/** A LIST chunk's body: its type, then sub-chunks, each padded to an even length. */
export function rawList(type: 'adtl' | 'INFO', parts: readonly (readonly [string, Buffer])[]): Buffer {
  const body = parts.map(([id, bytes]) => {
    const head = Buffer.alloc(8);
    head.write(id, 'latin1');
    head.writeUInt32LE(bytes.length, 4);
    return Buffer.concat([head, bytes, Buffer.alloc(bytes.length & 1)]);
  });
  return Buffer.concat([Buffer.from(type, 'latin1'), ...body]);
}

const u32 = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    bytes.writeUInt32LE(value, index * 4);
  });
  return bytes;
};

/** A label or note of a cue: its number, its text, a NUL. */
export const cueText = (id: number, label: string) => Buffer.concat([u32(id), text(`${label}\0`)]);

const mixer: Dialect = {
  name: 'a location mixer: “s” keys, bext and padded iXML before the format, inputs in another order than channels',
  bytes: rawWave([
    [
      'bext',
      rawBext({
        description:
          'sSPEED=023.976-ND\r\nsTAKE=99\r\nsUBITS=$01022601\r\nsSCENE=A7\r\nsTRK1=Boom\r\nsTRK2=Lav Ann\r\n',
        originator: 'Mixer: 633 S#1',
        reference: 'XXMIX0001123959000',
        date: '2026-01-02',
        time: '12:40:00',
        low: goldenReference,
        version: 1,
        history: 'A=PCM,F=48000,W=24,M=stereo,R=48000,T=3 Ch\r\n',
      }),
    ],
    ['iXML', text(mixerIxml.padEnd(6000, ' '))],
    ['fmt ', plainFormat(1, 3, 48_000, 24)],
    [
      'cue ',
      rawCue([
        [1, 12_000],
        [2, 24_001],
      ]),
    ],
    [
      'LIST',
      rawList('adtl', [
        ['labl', cueText(1, 'Größe')],
        ['note', cueText(2, 'end board')],
        ['ltxt', Buffer.concat([u32(2, 4800), Buffer.from('rgn ', 'latin1'), Buffer.alloc(8)])],
      ]),
    ],
    [
      'LIST',
      rawList('INFO', [
        ['INAM', text('Harbour\0')],
        ['ICMT', text('windy')],
      ]),
    ],
    ['data', silence(48_000, 9)],
  ]),
  says: {
    container: 'bwf',
    frames: 48_000,
    channelCount: 3,
    sampleRate: 48_000,
    scene: 'A7',
    take: '3',
    tape: '26Y01M02',
    timeReference: goldenReference,
    timestampSampleRate: 48_000,
    rate: '24000/1001',
    drop: false,
    startTimecode: '12:39:59:00',
    trackNames: ['Boom', 'Lav Ann', 'Lav Ben'],
    date: '2026-01-02',
  },
};

const fieldRecorder: Dialect = {
  name: 'a field recorder: keys without prefix, a mono file whose microphone was input 3',
  bytes: rawWave([
    [
      'bext',
      rawBext({
        description: 'SPEED=029.970-DF\r\nSCENE=Scene_2\r\nTAKE=1\r\nTR3=BOOM\r\n',
        originator: 'F-series',
        date: '2026-03-04',
        low: 172_972_800,
        version: 1,
      }),
    ],
    [
      'iXML',
      text(
        `<?xml version="1.0"?><BWFXML><SCENE>Scene_2</SCENE><TAKE>001</TAKE><CIRCLED>TRUE</CIRCLED><SPEED><MASTER_SPEED>30000/1001</MASTER_SPEED><TIMECODE_RATE>30000/1001</TIMECODE_RATE><TIMECODE_FLAG>DF</TIMECODE_FLAG><FILE_SAMPLE_RATE>48000</FILE_SAMPLE_RATE><TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>0</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI><TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>172972800</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO></SPEED><TRACK_LIST>${track(3, 1, 'BOOM')}</TRACK_LIST></BWFXML>\0\0garbage`,
      ),
    ],
    ['fmt ', plainFormat(1, 1, 48_000, 16)],
    ['data', silence(1000, 2)],
  ]),
  says: {
    container: 'bwf',
    frames: 1000,
    channelCount: 1,
    sampleRate: 48_000,
    scene: 'Scene_2',
    take: '001',
    timeReference: 172_972_800,
    rate: '30000/1001',
    drop: true,
    // 3603.6 s are 108000 frames; 108 labels are dropped in the first hour, so the label is that of 108108.
    startTimecode: '01:00:03;18',
    trackNames: ['BOOM'],
  },
};

const computerRecorder: Dialect = {
  name: 'a recorder on a computer: “g” keys, memory behind the NUL, dates with colons, iXML behind the sound',
  bytes: rawWave([
    [
      'bext',
      rawBext({
        description: 'gSCENE=2C\r\ngTAKE=01\r\ngNOTE=Tail slate',
        originator: 'Recorder Demo',
        date: '2019:01:01',
        time: '13:37:40',
        low: 2_354_414_956,
        garbage: 'sSCENE=WRONG\r\n',
      }),
    ],
    ['fmt ', plainFormat(1, 1, 48_000, 24)],
    ['data', silence(333, 3)],
    [
      'iXML',
      text(
        '<BWFXML><SCENE>2C</SCENE><TAKE>01</TAKE><NOTE>Tail slate</NOTE><SPEED><MASTER_SPEED>25/1</MASTER_SPEED><TIMECODE_FLAG>NDF</TIMECODE_FLAG></SPEED><BEXT><BWF_TIME_REFERENCE_LOW>-1940552340</BWF_TIME_REFERENCE_LOW><BWF_TIME_REFERENCE_HIGH>0</BWF_TIME_REFERENCE_HIGH></BEXT></BWFXML>',
      ),
    ],
    ['iXTC', Buffer.alloc(20, 7)],
  ]),
  says: {
    container: 'bwf',
    frames: 333,
    channelCount: 1,
    sampleRate: 48_000,
    scene: '2C',
    take: '01',
    note: 'Tail slate',
    timeReference: 2_354_414_956,
    rate: '25/1',
    drop: false,
    startTimecode: '13:37:30:07',
    date: '2019:01:01',
    description: 'gSCENE=2C\r\ngTAKE=01\r\ngNOTE=Tail slate',
  },
};

const bextInXmlOnly: Dialect = {
  name: 'time in the BEXT element of iXML alone, its low word as a negative number',
  bytes: rawWave([
    [
      'iXML',
      text(
        '<BWFXML><SPEED><MASTER_SPEED>25/1</MASTER_SPEED></SPEED><BEXT><BWF_DESCRIPTION>gSCENE=9</BWF_DESCRIPTION><BWF_TIME_REFERENCE_LOW>-1940552340</BWF_TIME_REFERENCE_LOW></BEXT></BWFXML>',
      ),
    ],
    ['fmt ', plainFormat(1, 1, 48_000, 16)],
    ['data', silence(10, 2)],
  ]),
  says: {
    container: 'wav',
    frames: 10,
    channelCount: 1,
    sampleRate: 48_000,
    scene: '9',
    timeReference: 2_354_414_956,
    rate: '25/1',
  },
};

const workstation: Dialect = {
  name: 'a workstation’s export: “d” keys, chunks of its own before and after, no iXML',
  bytes: rawWave([
    ['JUNK', Buffer.alloc(28)],
    [
      'bext',
      rawBext({
        description: 'dSPEED=024.000-ND\r\ndSCENE=A101\r\ndTAKE=4\r\ndTRK1=Boom\r\n',
        low: 0,
        high: 1,
        version: 1,
      }),
    ],
    ['fmt ', plainFormat(1, 1, 96_000, 24)],
    ['minf', Buffer.alloc(16, 1)],
    ['elm1', Buffer.alloc(215, 2)],
    ['data', silence(1001, 3)],
    ['regn', Buffer.alloc(92, 3)],
    ['umid', Buffer.alloc(24)],
  ]),
  says: {
    container: 'bwf',
    frames: 1001,
    channelCount: 1,
    sampleRate: 96_000,
    scene: 'A101',
    take: '4',
    timeReference: 4_294_967_296,
    timestampSampleRate: 96_000,
    rate: '24/1',
    drop: false,
    // 4294967296 / 96000 x 24 is frame 1073741.8: floor.
    startTimecode: '12:25:39:05',
    trackNames: ['Boom'],
  },
};

const editor: Dialect = {
  name: 'an editor that writes MASTER_SPEED alone',
  bytes: rawWave([
    ['fmt ', plainFormat(1, 2, 48_000, 16)],
    ['data', silence(5, 4)],
    ['iXML', text('<BWFXML><SPEED><MASTER_SPEED>24000/1001</MASTER_SPEED></SPEED></BWFXML>')],
  ]),
  says: { container: 'wav', frames: 5, channelCount: 2, sampleRate: 48_000, rate: '24000/1001', drop: false },
};

function ds64(riffSize: number, dataSize: number, frames: number): Buffer {
  return u32(riffSize, 0, dataSize, 0, frames, 0, 0);
}

const large: Dialect = {
  name: 'RF64 with every size in ds64',
  bytes: rawWave(
    [
      ['ds64', ds64(4 + 36 + 610 + 24 + 8 + 60, 60, 10)],
      ['bext', rawBext({ description: 'sSCENE=1', low: 48_000 })],
      ['fmt ', plainFormat(1, 2, 48_000, 24)],
      ['data', silence(10, 6), 0xffff_ffff],
    ],
    { form: 'RF64' },
  ),
  says: { container: 'rf64', frames: 10, channelCount: 2, sampleRate: 48_000, scene: '1', timeReference: 48_000 },
};

const noRiff: Dialect = {
  name: 'a file whose first word is damaged',
  bytes: rawWave(
    [
      ['ds64', ds64(4 + 36 + 24 + 8 + 60, 60, 10)],
      ['fmt ', plainFormat(1, 2, 44_100, 24)],
      ['data', silence(10, 6)],
    ],
    { form: 'RF65' },
  ),
  says: { container: 'wav', frames: 10, channelCount: 2, sampleRate: 44_100 },
};

const unpadded: Dialect = {
  name: 'odd chunks without their padding byte',
  bytes: rawWave(
    [
      ['junk', Buffer.alloc(7, 0x41)],
      ['fmt ', plainFormat(1, 1, 48_000, 24)],
      ['data', silence(101, 3)],
      ['bext', rawBext({ description: 'sSCENE=odd', low: 1 })],
    ],
    { unpadded: true },
  ),
  says: { container: 'bwf', frames: 101, channelCount: 1, sampleRate: 48_000, scene: 'odd', timeReference: 1 },
};

const pulled: Dialect = {
  name: 'time counted at another rate than the file’s',
  bytes: rawWave([
    [
      'iXML',
      text(
        '<BWFXML><SPEED><TIMECODE_RATE>24/1</TIMECODE_RATE><FILE_SAMPLE_RATE>48000</FILE_SAMPLE_RATE><DIGITIZER_SAMPLE_RATE>48048</DIGITIZER_SAMPLE_RATE><TIMESTAMP_SAMPLE_RATE>48048</TIMESTAMP_SAMPLE_RATE><TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>0</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI><TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>172972800</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO></SPEED></BWFXML>',
      ),
    ],
    ['fmt ', plainFormat(1, 1, 48_000, 16)],
    ['data', silence(10, 2)],
  ]),
  says: {
    container: 'wav',
    frames: 10,
    channelCount: 1,
    sampleRate: 48_000,
    timeReference: 172_972_800,
    timestampSampleRate: 48_048,
    rate: '24/1',
    startTimecode: '01:00:00:00',
  },
};

export const DIALECTS: readonly Dialect[] = [
  mixer,
  fieldRecorder,
  computerRecorder,
  bextInXmlOnly,
  workstation,
  editor,
  large,
  noRiff,
  unpadded,
  pulled,
];

/** The richest of them: three channels at 48 kHz with bext, iXML, cues, labels and INFO. */
export const MIXER = mixer;

/** A format chunk that says one byte more than it has: from byte 38 on nothing makes sense. */
export const WRONG_FORMAT_SIZE = rawWave([
  ['fmt ', plainFormat(1, 2, 44_100, 24), 17],
  ['data', silence(34, 6)],
]);
