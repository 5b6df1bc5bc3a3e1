/** Whether a server has the newer routes. Without them the driver uses older routes that all versions have. */
export interface Abilities {
  /** `GET /api/jobs/{id}`, 0.6.0 and newer. */
  jobs: boolean;
  /** `POST /api/jobs/{id}/cancel`, 0.26.0 and newer. */
  cancelRoute: boolean;
}

/** @param version from `/system_stats`. A version that cannot be parsed counts as old. */
export function abilitiesOf(version: string): Abilities {
  const found = /^v?(\d+)\.(\d+)/.exec(version);
  const atLeast = (minor: number): boolean => found !== null && (Number(found[1]) > 0 || Number(found[2]) >= minor);
  return { jobs: atLeast(6), cancelRoute: atLeast(26) };
}
