import { loader } from "./loader.ts";

declare const HEAVY_HASH: string;
export default loader("api_viewer", HEAVY_HASH);
