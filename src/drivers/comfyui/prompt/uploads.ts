import { stat } from 'node:fs/promises';
import path from 'node:path';
import { AssetPathError, existingAsset } from '../../../assets/paths.ts';
import type { Upload } from '../../../contracts/comfyui.ts';
import { AppError } from '../../../errors.ts';
import { ConnectionFailure, unavailable } from '../client/connection-failure.ts';
import { multipart } from '../client/multipart.ts';
import { uploadedSchema } from '../client/schemas.ts';
import { watchTransfer } from '../client/transfer-speed.ts';
import type { Attempt } from '../job.ts';

export interface Uploaded {
  node: string;
  input: string;
  /** The file's name for the graph: `subfolder/name`, both from ComfyUI's answer. */
  name: string;
}

/** Bytes that the form adds to the file, at most. */
const FORM_BYTES = 4096;
const TRIES = 3;

async function assetFile(assetRoot: string, asset: string): Promise<{ file: string; size: number }> {
  try {
    const { absolute } = await existingAsset({ root: assetRoot, aliases: [] }, asset);
    return { file: absolute, size: (await stat(absolute)).size };
  } catch (error) {
    if (error instanceof AssetPathError)
      throw new AppError('asset_missing', `${asset}: ${error.message}`, { cause: error });
    throw error;
  }
}

async function upload(attempt: Attempt, asset: string, target: { folder: string; name: string }) {
  const { api, http, timings, assetRoot, signal } = attempt;
  const { file, size } = await assetFile(assetRoot, asset);
  const limit = await api.maxUploadSize(signal);
  if (limit !== null && size + FORM_BYTES > limit)
    throw new AppError('comfyui_upload_too_large', `${asset} has ${size} bytes; the limit is ${limit}`);
  const transfer = watchTransfer(`${asset} is transferred`, timings.transfer);
  try {
    const form = multipart(
      { type: 'input', subfolder: target.folder, overwrite: 'true' },
      { field: 'image', name: target.name, path: file, size },
      (bytes) => transfer.moved(bytes),
    );
    const answer = await http.upload('/upload/image', form.body, form.headers, {
      timeout: timings.transfer,
      signal: AbortSignal.any([signal, transfer.signal]),
    });
    if (answer.status === 413) throw new AppError('comfyui_upload_too_large', `${asset} has ${size} bytes`);
    const uploaded = uploadedSchema.safeParse(answer.json);
    if (answer.status === 200 && uploaded.success) return uploaded.data;
    throw new AppError('comfyui_failed', `it does not accept the file ${asset} (HTTP ${answer.status})`);
  } finally {
    transfer.done();
  }
}

/** A plain name such as `12-image.png`, because some servers percent-encode other characters. */
const remoteName = ({ node, input, asset }: Upload): string => {
  const extension = path
    .extname(asset)
    .toLowerCase()
    .replace(/[^.a-z0-9]/g, '');
  return `${`${node}-${input}`.replace(/[^\w-]/g, '_').slice(0, 80)}${extension}`;
};

async function uploadWithRetries(
  attempt: Attempt,
  asset: string,
  target: { folder: string; name: string },
): Promise<string> {
  for (let count = 1; ; count++) {
    try {
      const { subfolder, name } = await upload(attempt, asset, target);
      return subfolder === '' ? name : `${subfolder}/${name}`;
    } catch (error) {
      attempt.signal.throwIfAborted();
      if (!(error instanceof ConnectionFailure) || count === TRIES) throw unavailable(error, attempt.http.shown);
    }
  }
}

/**
 * Sends the input files of an attempt into a folder of its own, each file once.
 * @throws {AppError} `asset_missing`, `comfyui_upload_too_large`, `comfyui_unavailable`; the signal's reason.
 */
export async function uploadAll(attempt: Attempt, folder: string): Promise<Uploaded[]> {
  const names = new Map<string, string>();
  const uploaded: Uploaded[] = [];
  for (const one of attempt.job.input.uploads) {
    const { node, input, asset } = one;
    const name = names.get(asset) ?? (await uploadWithRetries(attempt, asset, { folder, name: remoteName(one) }));
    names.set(asset, name);
    uploaded.push({ node, input, name });
  }
  return uploaded;
}
