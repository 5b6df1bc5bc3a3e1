import { AppError } from '../../errors.ts';
import { createPlaces } from '../places.ts';

/** Open streams of one API process. */
export const MOST_STREAMS = 2000;
/** Open streams of one client in one API process. */
export const MOST_STREAMS_PER_CLIENT = 500;

/** Counts the open streams. Taking a place throws {AppError} `too_many_streams` of this client, or `streams_full`. */
export const createStreamPlaces = ({ most = MOST_STREAMS, mostPerClient = MOST_STREAMS_PER_CLIENT } = {}) =>
  createPlaces({
    most,
    mostPerClient,
    refuse: ({ ofClient, isFull }) =>
      isFull ? new AppError('streams_full') : new AppError('too_many_streams', `${ofClient} are open`),
  });
