import { type KeyLimits, type Role, ROLES } from '../config/api-keys.ts';
import { AppError } from '../errors.ts';

/** What a route asks of its caller: a role, or nothing. */
export type Access = 'anybody' | Role;

/** Who sent a request: an API key; without keys, everybody, who may do everything. */
export interface Caller {
  /** The name of the key; without keys, and for a request without a valid key, the network address. */
  name: string;
  /** `none`: keys are set, and the request has no valid one. Only routes for `anybody` get such a request. */
  role: Role | 'none';
  limits: KeyLimits;
}

export const NO_LIMITS: KeyLimits = { ownGraphs: true };

/**
 * Whether a caller may see a task, its events, its webhooks and its place in the queue. The routes with a `task_id` in
 * their path are guarded by `hideTasks`, so their handlers need not ask. Handlers that show several tasks must ask.
 * @param client the owner: `StatusRecord.client`; null if unknown, which only `admin` may see.
 */
export const maySee = ({ role, name }: Caller, client: string | null): boolean =>
  role === 'admin' || (role !== 'none' && client === name);

const rank = (role: Caller['role']): number => ROLES.findIndex((one) => one === role);

/** @throws {AppError} `unauthorized` without a valid key, `forbidden` if the role of the key is not enough. */
export function requireAccess({ role, name }: Caller, access: Access): void {
  if (access === 'anybody') return;
  if (role === 'none') throw new AppError('unauthorized');
  if (rank(role) < rank(access))
    throw new AppError('forbidden', `it needs the role ${access}, and the key "${name}" has the role ${role}`);
}
