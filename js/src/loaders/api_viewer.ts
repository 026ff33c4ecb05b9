import { type Hashes, loader } from "./loader.ts";

declare const HEAVY_HASHES: Hashes;
export default loader("api_viewer", HEAVY_HASHES);
