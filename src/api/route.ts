/** A request as handlers see it: no Express. */
export interface ApiRequest {
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, unknown>>;
  body: unknown;
  /** Who asks, as far as is known. */
  client: string;
  /** The name of the API key that it showed; undefined where none is asked for. */
  key?: string | undefined;
}

export interface ApiResponse {
  status: number;
  body: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** One row of the route table. */
export interface Route {
  method: 'get' | 'post' | 'patch' | 'delete';
  path: string;
  /** What `POST` and `PATCH` take: a little JSON unless it says so; the bytes of much JSON, for the handler to read; or nothing. */
  takes?: 'bytes' | 'form' | 'nothing';
  handler: (request: ApiRequest) => Promise<ApiResponse>;
}
