/** Swagger UI with the settings of both its places: the panel and the docs page. */

import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

export interface SwaggerOptions {
  domNode: HTMLElement;
  spec?: unknown;
  url?: string;
  plugins?: unknown[];
  requestInterceptor?: (request: Record<string, unknown>) => unknown;
}

/** What Swagger UI hands to its plugins, as far as it is used here. */
export interface System {
  React: { createElement(type: unknown, properties: object): unknown };
}

/** Swagger UI's editor of the request body has no name for screen readers. */
const namedEditor = {
  wrapComponents: {
    TextArea:
      (Original: unknown, { React }: System) =>
      (properties: object): unknown =>
        React.createElement(Original, { "aria-label": "Request body", ...properties }),
  },
};

export function drawSwagger({ plugins = [], ...options }: SwaggerOptions): void {
  SwaggerUI({
    docExpansion: "list",
    defaultModelsExpandDepth: -1,
    tryItOutEnabled: true,
    displayRequestDuration: true,
    persistAuthorization: false,
    validatorUrl: null,
    showMutatedRequest: false,
    syntaxHighlight: { theme: "obsidian" },
    plugins: [namedEditor, ...plugins],
    ...options,
  });
}
