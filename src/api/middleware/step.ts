import type { Request, RequestHandler, Response } from 'express';

/** What is done to every request before its route is known. It may throw an `AppError`, which is then the answer. */
export type Step = (request: Request, response: Response) => void;

/** Takes steps in one layer of Express, because a layer costs each request more than most steps do. */
export const inOrder =
  (steps: readonly Step[]): RequestHandler =>
  (request, response, next) => {
    for (const step of steps) step(request, response);
    next();
  };
