/** A request as handlers see it: no Express. */
export interface ApiRequest {
  params: Readonly<Record<string, string>>;
  body: unknown;
}

export interface ApiResponse {
  status: number;
  body: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** One row of the route table. */
export interface Route {
  method: 'get' | 'post' | 'delete';
  path: string;
  /** What `POST` takes: JSON unless it says so. */
  takes?: 'form';
  handler: (request: ApiRequest) => Promise<ApiResponse>;
}
