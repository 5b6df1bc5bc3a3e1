/**
 * The kinds of CosyVoice server that the driver supports. The first three are the model generations behind the current
 * upstream protocol; `v1-2025`, `v2-2025`: servers of 2025 up to November, which add the marker to instructions
 * themselves; `v1-get`: servers of 2024, which only accept GET.
 */
export const COSYVOICE_DIALECTS = ['v1', 'v2', 'v3', 'v1-2025', 'v2-2025', 'v1-get'] as const;
export type CosyvoiceDialect = (typeof COSYVOICE_DIALECTS)[number];
