export const BARE_QUEUES = { control: 'bare-workflows', gpu: 'bare-gpu' } as const;
