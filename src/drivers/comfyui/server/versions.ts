/** What a server of some version can do; routes of the newest versions fall back on older ones that all versions have. */
export interface Abilities {
  /** `GET /api/jobs/{id}`, 0.6.0 and newer. */
  jobs: boolean;
  /** `POST /api/jobs/{id}/cancel`, 0.26.0 and newer. */
  cancelRoute: boolean;
}

function numbersOf(version: string): readonly [number, number] | null {
  const found = /^v?(\d+)\.(\d+)/.exec(version);
  return found === null ? null : [Number(found[1]), Number(found[2])];
}

/** By the version that `/system_stats` tells. A version that cannot be read counts as an old one. */
export function abilitiesOf(version: string): Abilities {
  const numbers = numbersOf(version);
  if (numbers === null) return { jobs: false, cancelRoute: false };
  const [major, minor] = numbers;
  const atLeast = (wanted: number): boolean => major > 0 || minor >= wanted;
  return { jobs: atLeast(6), cancelRoute: atLeast(26) };
}
