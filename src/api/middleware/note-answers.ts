import type { Response } from 'express';
import type { Answered } from '../../contracts/answered.ts';
import { openApiPath } from '../openapi/document.ts';
import type { Route } from '../route.ts';
import type { Step } from './step.ts';

export type NoteAnswer = (answered: Answered) => void;

const CLIENT_LEFT = 499;

/** Notes every answered request. @param routeOf the route that answered. */
export const noteAnswers = (note: NoteAnswer, routeOf: (response: Response) => Route | undefined): Step => {
  const paths = new WeakMap<Route, string>();
  const pathOf = (route: Route): string => {
    const path = paths.get(route) ?? openApiPath(route.path);
    paths.set(route, path);
    return path;
  };
  return (request, response) => {
    const began = performance.now();
    const { method } = request;
    response.once('close', () => {
      const route = routeOf(response);
      note({
        method,
        route: route && pathOf(route),
        status: response.headersSent ? response.statusCode : CLIENT_LEFT,
        seconds: (performance.now() - began) / 1000,
      });
    });
  };
};
