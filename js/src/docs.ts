/** The script of a model's documentation page, served by the platform itself. */

import { page } from "./panels/api_viewer/swagger.ts";

const node = document.getElementById("docs");
if (node?.dataset.openapi) page(node, node.dataset.openapi);
