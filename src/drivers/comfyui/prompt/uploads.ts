import { stat } from 'node:fs/promises';
import path from 'node:path';
import { AssetPathError, existingAsset } from '../../../assets/paths.ts';
import type { Upload } from '../../../contracts/comfyui.ts';
import { AppError } from '../../../errors.ts';
import { ConnectionFailure, unavailable } from '../client/connection-failure.ts';
import type { DriverContext } from '../context.ts';
import { multipart } from '../client/multipart.ts';
import { watchTransfer } from '../client/transfer-speed.ts';
import { uploadedSchema } from '../client/schemas.ts';

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

async function upload(context: DriverContext, folder: string, name: string, asset: string, signal: AbortSignal) {
  const { file, size } = await assetFile(context.assetRoot, asset);
  const limit = await context.api.maxUploadSize(signal);
  if (limit !== null && size + FORM_BYTES > limit)
    throw new AppError('comfyui_upload_too_large', `${asset} has ${size} bytes, it accepts ${limit}`);
  const transfer = watchTransfer(`${asset} is taken`, context.timings.transfer);
  try {
    const form = multipart(
      { type: 'input', subfolder: folder, overwrite: 'true' },
      { field: 'image', name, path: file, size },
      (bytes) => transfer.moved(bytes),
    );
    const answer = await context.http.upload('/upload/image', form.body, form.headers, {
      timeout: context.timings.transfer,
      signal: AbortSignal.any([signal, transfer.signal]),
    });
    if (answer.status === 413) throw new AppError('comfyui_upload_too_large', `${asset} has ${size} bytes`);
    const uploaded = uploadedSchema.safeParse(answer.json);
    if (answer.status === 200 && uploaded.success) return uploaded.data;
    throw new AppError('comfyui_failed', `it does not take the file ${asset} (HTTP ${answer.status})`);
  } finally {
    transfer.done();
  }
}

/** A plain name such as `12-image.png`, since some servers percent-encode other characters. */
const remoteName = ({ node, input, asset }: Upload): string => {
  const extension = path
    .extname(asset)
    .toLowerCase()
    .replace(/[^.a-z0-9]/g, '');
  return `${`${node}-${input}`.replace(/[^\w-]/g, '_').slice(0, 80)}${extension}`;
};

/**
 * Sends a task's input files into a folder of their own, each file once.
 * @throws {AppError} `asset_missing`, `comfyui_upload_too_large`, `comfyui_unavailable`; the signal's reason.
 */
export async function uploadAll(
  context: DriverContext,
  uploads: readonly Upload[],
  folder: string,
  signal: AbortSignal,
): Promise<Uploaded[]> {
  const names = new Map<string, string>();
  const done: Uploaded[] = [];
  for (const one of uploads) {
    const { node, input, asset } = one;
    const name = names.get(asset) ?? (await uploadWithRetries(context, folder, one, signal));
    names.set(asset, name);
    done.push({ node, input, name });
  }
  return done;
}

async function uploadWithRetries(
  context: DriverContext,
  folder: string,
  one: Upload,
  signal: AbortSignal,
): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { subfolder, name } = await upload(context, folder, remoteName(one), one.asset, signal);
      return subfolder === '' ? name : `${subfolder}/${name}`;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ConnectionFailure) || attempt === TRIES) throw unavailable(error, context.http.shown);
    }
  }
}
