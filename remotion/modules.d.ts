declare module '*.css';

declare module 'react-dom' {
  export function flushSync(work: () => void): void;
}
