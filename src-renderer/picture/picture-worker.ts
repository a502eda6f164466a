import { FrameDecoder } from './frame-decoder.ts';
import type { PictureReport, PictureRequest } from './picture-messages.ts';
import { ProxyReader } from './proxy-reader.ts';

/** Decodes and draws the picture off the page's thread. The page says which frame; only exactly that one is drawn. */

const scope = self as unknown as {
  postMessage(report: PictureReport): void;
  onmessage: ((event: MessageEvent<PictureRequest>) => void) | null;
};

const DECODERS_KEPT = 3;

let canvas: OffscreenCanvas | null = null;
let access: { baseUrl: string; token: string } | null = null;
let target: { pictureId: number; frame: number; speed: number; burnIn: string } | null = null;
let shown: { pictureId: number; frame: number; burnIn: string } | null = null;
const decoders = new Map<number, Promise<FrameDecoder>>();

scope.onmessage = ({ data: request }) => {
  switch (request.kind) {
    case 'canvas':
      canvas = request.canvas;
      shown = null;
      if (target) void show();
      break;
    case 'access':
      access = { baseUrl: request.baseUrl, token: request.token };
      break;
    case 'show':
      target = request;
      void show();
      break;
    case 'black':
      target = null;
      black();
      break;
    case 'forget':
      forget(request.pictureId);
      break;
  }
};

function forget(pictureId: number): void {
  decoders.get(pictureId)?.then(
    (decoder) => decoder.close(),
    () => undefined,
  );
  decoders.delete(pictureId);
  if (shown?.pictureId === pictureId) shown = null;
}

function black(): void {
  shown = null;
  const context = canvas?.getContext('2d', { alpha: false });
  if (canvas && context) context.clearRect(0, 0, canvas.width, canvas.height);
  scope.postMessage({ kind: 'black' });
}

function decoderOf(pictureId: number): Promise<FrameDecoder> {
  const known = decoders.get(pictureId);
  if (known) {
    decoders.delete(pictureId);
    decoders.set(pictureId, known);
    return known;
  }
  const fail = (message: string) => {
    forget(pictureId);
    scope.postMessage({ kind: 'failed', pictureId, message });
  };
  if (!access) throw new Error('The picture worker was not told where pictures are.');
  const opened = ProxyReader.open(pictureId, access.baseUrl, access.token).then(
    (reader) =>
      new FrameDecoder(
        reader,
        (frame) => {
          if (target?.pictureId === pictureId && target.frame === frame) draw(pictureId, frame, opened);
        },
        fail,
      ),
  );
  opened.catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
  decoders.set(pictureId, opened);
  for (const old of decoders.keys()) {
    if (decoders.size <= DECODERS_KEPT) break;
    forget(old);
  }
  return opened;
}

async function show(): Promise<void> {
  const wanted = target;
  if (!wanted) return;
  try {
    const decoder = await decoderOf(wanted.pictureId);
    if (target !== wanted) return;
    // A proxy may hold fewer frames than its file declared: its last one stands for those beyond.
    const frame = Math.min(wanted.frame, decoder.reader.frameCount - 1);
    if (frame !== wanted.frame) target = { ...wanted, frame };
    decoder.want(frame, wanted.speed);
    if (decoder.get(frame)) drawFrom(decoder, wanted.pictureId, frame);
  } catch {
    // Told by `decoderOf` already.
  }
}

function draw(pictureId: number, frame: number, opened: Promise<FrameDecoder>): void {
  void opened.then((decoder) => {
    if (target?.pictureId === pictureId && target.frame === frame) drawFrom(decoder, pictureId, frame);
  });
}

function drawFrom(decoder: FrameDecoder, pictureId: number, frame: number): void {
  const decoded = decoder.get(frame);
  const burnIn = target?.burnIn ?? '';
  if (!canvas || !decoded) return;
  if (shown?.pictureId === pictureId && shown.frame === frame && shown.burnIn === burnIn) return;
  if (canvas.width !== decoded.displayWidth || canvas.height !== decoded.displayHeight) {
    canvas.width = decoded.displayWidth;
    canvas.height = decoded.displayHeight;
  }
  const context = canvas.getContext('2d', { alpha: false });
  context?.drawImage(decoded, 0, 0);
  if (context && burnIn) writeBurnIn(context, burnIn, canvas.width, canvas.height);
  shown = { pictureId, frame, burnIn };
  scope.postMessage({
    kind: 'shown',
    pictureId,
    frame,
    widthPixels: decoded.displayWidth,
    heightPixels: decoded.displayHeight,
  });
}

/** Timecode near the lower edge, in a box dark enough to read it on any picture. */
function writeBurnIn(context: OffscreenCanvasRenderingContext2D, text: string, width: number, height: number): void {
  const size = Math.round(height * 0.085);
  context.font = `600 ${size}px "SF Mono", "Cascadia Mono", "Noto Sans Mono", "DejaVu Sans Mono", monospace`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const boxWidth = context.measureText(text).width + size;
  const centre = height * 0.88;
  context.fillStyle = 'rgb(0 0 0 / 75%)';
  context.fillRect((width - boxWidth) / 2, centre - size * 0.7, boxWidth, size * 1.4);
  context.fillStyle = '#fff';
  context.fillText(text, width / 2, centre + size * 0.05);
}
