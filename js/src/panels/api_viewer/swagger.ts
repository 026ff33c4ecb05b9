/**
 * Swagger UI with the settings of both its places: the panel and the docs page.
 *
 * A file of its own: it takes hundreds of milliseconds to begin, and the panel's frame
 * is painted before.
 */

import swaggerCss from "swagger-ui-dist/swagger-ui.css";
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import { h } from "../../dom.ts";

export { swaggerCss as css };

/** What this file gives to the panel. */
export interface Swagger {
  css: string;
  drawSwagger(options: SwaggerOptions): void;
}

export interface SwaggerOptions {
  domNode: HTMLElement;
  spec?: unknown;
  url?: string;
  plugins?: unknown[];
  docExpansion?: "list" | "none";
  requestInterceptor?: (request: Record<string, unknown>) => unknown;
}

/** What Swagger UI hands to its plugins, as far as it is used here. */
export interface System {
  React: { createElement(type: unknown, properties: object): unknown };
}

const PLACEHOLDER = "Bearer YOUR_GROUP_TOKEN";

interface CurlProperties {
  request: { setIn(path: string[], value: string): unknown };
}

const ours = {
  wrapComponents: {
    // What is copied from here runs elsewhere, where a token has to be given; and a
    // token is never to be read in the page.
    curl:
      (Original: unknown, { React }: System) =>
      ({ request, ...rest }: CurlProperties): unknown =>
        React.createElement(Original, {
          ...rest,
          request: request.setIn(["headers", "Authorization"], PLACEHOLDER),
        }),
    // Swagger UI's editor of the request body has no name for screen readers.
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
    plugins: [ours, ...plugins],
    ...options,
  });
}

/** The documentation page of the platform itself, where the browser may ask directly. */
export function page(node: HTMLElement, documentUrl: string): void {
  const style = h(
    "style",
    {},
    swaggerCss.replaceAll(":host(.dark-mode)", ".dark-mode"),
  );
  document.head.append(style);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = (): void => {
    document.documentElement.classList.toggle("dark-mode", dark.matches);
  };
  follow();
  dark.addEventListener("change", follow);
  drawSwagger({ domNode: node, url: documentUrl });
}
