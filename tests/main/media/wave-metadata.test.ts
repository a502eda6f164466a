import { describe, expect, it } from 'vitest';
import { makeBext, parseBext } from '../../../src-main/media/bext-chunk.ts';
import { ixmlText, parseIxml } from '../../../src-main/media/ixml-chunk.ts';
import { recorderMetadata } from '../../../src-main/media/wave-metadata.ts';

const stereo = { channelCount: 2, sampleRate: 48_000 };
const bextOf = (description: string, timeReference = 0) => parseBext(makeBext({ description, timeReference }));
const ixmlOf = (inside: string) => parseIxml(`<?xml version="1.0"?><BWFXML>${inside}</BWFXML>`);

describe('the dialects of recorders', () => {
  it.each(['s', 'd', 'g', ''])('keys with the prefix “%s” are read', (prefix) => {
    const lines = [
      'SCENE=4A',
      'TAKE=2',
      'TAPE=R7',
      'SPEED=023.976-ND',
      'TRK1=Boom',
      'TRK2=Lav',
      'CIRCLED=TRUE',
      'NOTE=a=b',
    ];
    const metadata = recorderMetadata(bextOf(lines.map((line) => prefix + line).join('\r\n')), null, stereo);
    expect(metadata).toMatchObject({
      scene: '4A',
      take: '2',
      tape: 'R7',
      circled: true,
      note: 'a=b',
      trackNames: ['Boom', 'Lav'],
      frameRate: { numerator: 24000, denominator: 1001, drop: false },
      dropFrame: false,
    });
  });

  it('iXML wins over bext, field by field', () => {
    const ixml = ixmlOf('<SCENE>7</SCENE><TAKE></TAKE><SPEED><TIMECODE_RATE>25/1</TIMECODE_RATE></SPEED>');
    const metadata = recorderMetadata(bextOf('sSCENE=4A\r\nsTAKE=2\r\nsSPEED=029.97-DF', 99), ixml, stereo);
    expect(metadata).toMatchObject({ scene: '7', take: '2', timeReference: 99, frameRate: { numerator: 25 } });
  });

  it('drop-frame is told by the flag, or by the bext speed', () => {
    const speed = (flag: string) => `<SPEED><TIMECODE_RATE>30000/1001</TIMECODE_RATE>${flag}</SPEED>`;
    const flagged = recorderMetadata(null, ixmlOf(speed('<TIMECODE_FLAG>DF</TIMECODE_FLAG>')), stereo);
    expect(flagged).toMatchObject({ dropFrame: true, frameRate: { drop: true } });
    expect(recorderMetadata(null, ixmlOf(speed('')), stereo)).toMatchObject({
      dropFrame: null,
      frameRate: { drop: false },
    });
    expect(recorderMetadata(bextOf('sSPEED=029.97-DF'), null, stereo)).toMatchObject({ dropFrame: true });
  });

  it('MASTER_SPEED alone gives the rate', () => {
    const metadata = recorderMetadata(null, ixmlOf('<SPEED><MASTER_SPEED>24/1</MASTER_SPEED></SPEED>'), stereo);
    expect(metadata.frameRate).toEqual({ numerator: 24, denominator: 1, drop: false });
  });

  it('timestamps count at TIMESTAMP_SAMPLE_RATE, else FILE_SAMPLE_RATE, else the file’s rate', () => {
    const rate = (fields: string) =>
      recorderMetadata(null, ixmlOf(`<SPEED>${fields}</SPEED>`), stereo).timestampSampleRate;
    expect(rate('<TIMESTAMP_SAMPLE_RATE>48048</TIMESTAMP_SAMPLE_RATE><FILE_SAMPLE_RATE>96000</FILE_SAMPLE_RATE>')).toBe(
      48_048,
    );
    expect(rate('<FILE_SAMPLE_RATE>96000</FILE_SAMPLE_RATE>')).toBe(96_000);
    expect(rate('')).toBe(48_000);
  });

  it('a signed low word is the same bits unsigned', () => {
    const low = '<BEXT><BWF_TIME_REFERENCE_LOW>-1940552340</BWF_TIME_REFERENCE_LOW></BEXT>';
    expect(recorderMetadata(null, ixmlOf(low), stereo).timeReference).toBe(2_354_414_956);
    const high =
      '<SPEED><TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>1</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI><TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>5</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO></SPEED>';
    expect(recorderMetadata(null, ixmlOf(high), stereo).timeReference).toBe(4_294_967_301);
  });

  it('INTERLEAVE_INDEX, not CHANNEL_INDEX, places a name', () => {
    const track = (channel: number, interleave: number, name: string) =>
      `<TRACK><CHANNEL_INDEX>${channel}</CHANNEL_INDEX><INTERLEAVE_INDEX>${interleave}</INTERLEAVE_INDEX><NAME>${name}</NAME></TRACK>`;
    const ixml = ixmlOf(`<TRACK_LIST>${track(1, 2, 'Lav')}${track(5, 1, 'Boom')}</TRACK_LIST>`);
    expect(recorderMetadata(null, ixml, stereo).trackNames).toEqual(['Boom', 'Lav']);
  });

  it('a bext list of more names than channels names none', () => {
    const lines = 'TR1=Tr1\r\nTR2=Tr2\r\nTR3=Tr3';
    expect(recorderMetadata(bextOf(lines), null, { channelCount: 1, sampleRate: 48_000 }).trackNames).toBeNull();
    expect(recorderMetadata(bextOf('TRK2=Boom'), null, { channelCount: 1, sampleRate: 48_000 }).trackNames).toEqual([
      'Boom',
    ]);
  });

  it('garbage after a NUL in bext is left out', () => {
    const bytes = makeBext({ description: 'gSCENE=2C', timeReference: 1 });
    bytes.set(Buffer.from('memory'), 30);
    expect(parseBext(bytes)!.description).toBe('gSCENE=2C');
  });
});

describe('iXML as recorders write it', () => {
  it('keeps entities, CDATA, stray signs and what follows an open tag', () => {
    const ixml = ixmlOf(
      '<SCENE>a &amp; b &#x41;&#66; &bogus; &lt;x&gt;</SCENE><NOTE><![CDATA[1 < 2 & 3]]></NOTE><TAKE>3 < 4<TAPE>R1</TAPE>',
    );
    expect(ixml).toMatchObject({ scene: 'a & b AB &bogus; <x>', note: '1 < 2 & 3' });
  });

  it('is cut at its end, whatever lies behind', () => {
    const bytes = Buffer.concat([Buffer.from('<BWFXML><SCENE>1</SCENE></BWFXML>'), Buffer.from([0, 255, 254, 60, 0])]);
    expect(parseIxml(ixmlText(bytes))).toMatchObject({ scene: '1' });
  });

  it('is read in UTF-16 and in Latin-1', () => {
    const text = '<BWFXML><SCENE>Größe</SCENE></BWFXML>';
    expect(parseIxml(ixmlText(Buffer.from(`\ufeff${text}`, 'utf16le')))).toMatchObject({ scene: 'Größe' });
    expect(parseIxml(ixmlText(Buffer.from(text, 'latin1')))).toMatchObject({ scene: 'Größe' });
  });

  it('expands no entity of its own making', () => {
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;">]><BWFXML><SCENE>&b;</SCENE></BWFXML>';
    expect(parseIxml(bomb)?.scene ?? '&b;').toBe('&b;');
  });

  it.each([
    ['open tags', '<a>'.repeat(400_000)],
    ['less-than signs', '<'.repeat(2_000_000)],
    ['half tags', '<a '.repeat(700_000)],
    ['close tags', `<BWFXML>${'</x>'.repeat(400_000)}`],
    ['spaces', `<BWFXML>${' '.repeat(3_000_000)}x`],
    ['ampersands', `<BWFXML>${'&'.repeat(2_000_000)}`],
    ['comments', '<!--'.repeat(500_000)],
  ])('takes linear time over %s', (_, text) => {
    // Quadratic time would be minutes: the test's own limit ends it.
    expect(parseIxml(ixmlText(Buffer.from(text)))?.tracks ?? []).toEqual([]);
  });
});
