import { createRequire } from 'node:module';
import path from 'node:path';
import { AppError } from '../../errors.ts';
import { openApiDocument } from '../openapi/document.ts';
import type { ApiRequest, Route, WrittenResponse } from '../route.ts';
import { sendFile } from '../send-file.ts';

export interface ReferenceDeps {
  /** The version of the project. */
  version: string;
  /** Whether keys are set. */
  needsKey: boolean;
}

const FILES = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
/** The files of the page from the package. */
export const REFERENCE_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'] as const;

/** Permits only content from this API. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GPU middleware: API reference</title>
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/page.css">
</head>
<body>
<noscript>This page needs JavaScript. <a href="/openapi.json">/openapi.json</a> has the same content.</noscript>
<div id="reference"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/page.js"></script>
</body>
</html>
`;

/** `validatorUrl` is null, so that the description is not sent to a validator. */
const SCRIPT = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  validatorUrl: null,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  persistAuthorization: true,
  tryItOutEnabled: false,
});
`;

/**
 * On a narrow screen, long names break and cells are stacked. The description has no links between operations to show.
 */
const STYLE = `body { margin: 0; }
.swagger-ui .responses-table .response-col_links { display: none !important; }
.swagger-ui .opblock-summary-path { overflow-wrap: anywhere; }
.swagger-ui .renderedMarkdown ul { padding-left: 18px; }
@media (max-width: 640px) {
  .swagger-ui .wrapper { padding: 0 10px; }
  .swagger-ui .opblock .opblock-summary { flex-wrap: wrap; }
  .swagger-ui .responses-inner, .swagger-ui .opblock-description-wrapper { padding: 10px; }
  .swagger-ui .responses-table thead, .swagger-ui .parameters thead { display: none; }
  .swagger-ui .responses-table, .swagger-ui .responses-table > tbody, .swagger-ui .responses-table > tbody > tr,
  .swagger-ui .responses-table > tbody > tr > td, .swagger-ui .parameters, .swagger-ui .parameters > tbody,
  .swagger-ui .parameters > tbody > tr, .swagger-ui .parameters > tbody > tr > td { display: block; box-sizing: border-box; width: 100% !important; max-width: none !important; padding: 4px 0; }
  .swagger-ui .model-box { max-width: 100%; overflow-x: auto; box-sizing: border-box; }
}
`;

const OURS: Readonly<Record<string, { type: string; text: string }>> = {
  'page.js': { type: 'text/javascript; charset=utf-8', text: SCRIPT },
  'page.css': { type: 'text/css; charset=utf-8', text: STYLE },
};

const written = (type: string, text: string, headers: Readonly<Record<string, string>> = {}): WrittenResponse => ({
  status: 200,
  headers: { 'Content-Type': type, 'Content-Length': String(Buffer.byteLength(text)), ...headers },
  write: (_request, response) => void response.end(text),
});

/** `GET /openapi.json`. @param routes all routes, including this one; read at the first request. */
export function createOpenApi(deps: ReferenceDeps, routes: () => readonly Route[]) {
  let text: string | undefined;
  return (): Promise<WrittenResponse> => {
    text ??= JSON.stringify(openApiDocument(routes(), deps));
    return Promise.resolve(written('application/json', text));
  };
}

/** `GET /docs`: the reference as a page that contacts no other server. */
export const createReferencePage = () => (): Promise<WrittenResponse> =>
  Promise.resolve(written('text/html; charset=utf-8', PAGE, { 'Content-Security-Policy': POLICY }));

/** `GET /docs/{file}`: the files of the page. */
export function createReferenceFile() {
  return ({ params }: ApiRequest): Promise<WrittenResponse> => {
    const name = params['file'] ?? '';
    const own = Object.hasOwn(OURS, name) ? OURS[name] : undefined;
    if (own !== undefined) return Promise.resolve(written(own.type, own.text));
    if (!REFERENCE_FILES.some((file) => file === name)) throw new AppError('not_found');
    return Promise.resolve({
      status: 200,
      headers: { 'Cache-Control': 'public, max-age=3600' },
      write: (request, response) => sendFile(request, response, path.join(FILES, name)),
    });
  };
}
