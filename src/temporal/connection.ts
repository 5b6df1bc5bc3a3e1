import { Client, Connection, isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import type { Config } from '../config.ts';
import { restBetweenCalls } from './rest-between-calls.ts';

/** A client and the connection under it. */
export interface Temporal {
  client: Client;
  connection: Connection;
}

/**
 * Creates a client that connects at its first call. It does not retry calls: the caller decides whether a start may be
 * repeated.
 */
export function createTemporal(config: Config['temporal']): Temporal {
  const connection = Connection.lazy({ address: config.address, interceptors: [] });
  restBetweenCalls(connection.callContextStorage);
  return { connection, client: new Client({ connection, namespace: config.namespace }) };
}

/** How long a request waits for Temporal's answer to a call, in ms. Clients have their own time limits. */
export const ANSWER_MS = 5000;

/** gRPC codes: https://grpc.io/docs/guides/status-codes/ */
const CANCELLED = 1;
const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
const RESOURCE_EXHAUSTED = 8;
const UNIMPLEMENTED = 12;
const UNAVAILABLE = 14;

function grpcCause(error: unknown): { code: number; message: string } | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause)) return { code: cause.code, message: `${cause.message} ${cause.details}` };
  }
  return undefined;
}

/** Whether the request never left this machine, so that it had no effect on the server. */
export function isConnectionRefused(error: unknown): boolean {
  const cause = grpcCause(error);
  return (
    cause?.code === UNAVAILABLE && /No connection established|ECONNREFUSED|Name resolution failed/i.test(cause.message)
  );
}

/** Whether the server did not answer: it is away, or it took too long; either side may notice this first. */
export function isServerAway(error: unknown): boolean {
  const code = grpcCause(error)?.code;
  return code === UNAVAILABLE || code === DEADLINE_EXCEEDED || code === CANCELLED;
}

/** The message of a busy server that refused a call, which then had no effect; undefined for all other errors. */
export function busyWords(error: unknown): string | undefined {
  const cause = grpcCause(error);
  return cause?.code === RESOURCE_EXHAUSTED ? cause.message : undefined;
}

/** Whether the object to change does not exist or has ended; the server does not distinguish these. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof WorkflowNotFoundError || grpcCause(error)?.code === NOT_FOUND;

/** Whether the object to create exists already. */
export const isAlreadyThere = (error: unknown): boolean => grpcCause(error)?.code === ALREADY_EXISTS;

/** Whether the server has an old version of the object to change, and did not change it. */
export const isUnderOldVersion = (error: unknown): boolean => grpcCause(error)?.code === INVALID_ARGUMENT;

/** Whether the server does not support the call: it is too old, or hosted and forbids it. */
export const isUnimplemented = (error: unknown): boolean => grpcCause(error)?.code === UNIMPLEMENTED;
