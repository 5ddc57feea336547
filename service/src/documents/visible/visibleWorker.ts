/** The thread that draws files: one at a time; its owner ends it when it takes too long. */
import { parentPort } from 'node:worker_threads';
import { findInPdf } from './findInPdf.ts';
import { readPictureMask } from './pictureMask.ts';
import { readVisibleOfd } from './readVisibleOfd.ts';
import { readVisiblePdf } from './readVisiblePdf.ts';
import type { VisibleReply, VisibleRequest } from './visibleMessages.ts';

const READERS = { ofd: readVisibleOfd, pdf: readVisiblePdf };

parentPort?.on('message', (request: VisibleRequest) => {
  void answer(request).then((reply) => parentPort?.postMessage(reply));
});

async function answer(request: VisibleRequest): Promise<VisibleReply> {
  const { id } = request;
  try {
    switch (request.kind) {
      case 'picture':
        return { kind: 'picture', id, mask: readPictureMask(request.picture) };
      case 'find':
        return { kind: 'find', id, found: await findInPdf(request.bytes, request.wanted) };
      case 'document':
        return { kind: 'document', id, document: await READERS[request.format](request.bytes) };
    }
  } catch (error) {
    return { kind: 'failed', id, reason: error instanceof Error ? error.message : 'unknown' };
  }
}
