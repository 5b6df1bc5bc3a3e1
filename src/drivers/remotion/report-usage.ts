import { registerUsageEvent } from '@remotion/licensing';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../logging.ts';

/**
 * Reports a finished film to Remotion, which its licence requires of users with a key. The film never waits for the
 * report and never fails because of it.
 */
export function reportUsage(licenseKey: string | undefined, logger: Logger): void {
  if (licenseKey === undefined) return;
  const key = licenseKey === 'free-license' ? null : licenseKey;
  registerUsageEvent({ licenseKey: key, event: 'cloud-render', succeeded: true, host: null, isProduction: true }).catch(
    (error: unknown) => logger.warn(`The film could not be reported to Remotion: ${messageOf(error)}`),
  );
}
